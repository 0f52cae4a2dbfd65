import type { Invariant } from "@pigeonhole/kit/invariant";
import { sql } from "kysely";

/** What holds of what stations were told and have said. */
export const deviceInvariants: readonly Invariant[] = [
  {
    id: "I-13",
    says: "a command opens a door once at most",
    settleSeconds: 0,
    isLasting: true,
    breaches: ({ since }) => sql`
      select 'command ' || cause || ' did ' || count(*) || ' times' as what
      from (select station, body::jsonb #>> '{event,cause,command}' as cause from devices.station_event
            where type = 'compartment_opened' and received_at > ${since}) opened
      where cause is not null group by station, cause having count(*) > 1`,
  },
  {
    id: "I-17",
    says: "commands to a station are numbered upwards",
    settleSeconds: 0,
    isLasting: true,
    breaches: ({ since }) => sql`
      select 'command ' || id || ' has number ' || seq || ' after ' || before as what
      from (select id, seq, lag(seq) over (partition by station, epoch order by sent_at, seq) as before from devices.command
            where sent_at > ${since}) sent
      where seq <= before`,
  },
  {
    id: "I-57",
    says: "a station's log is known without a gap",
    settleSeconds: 0,
    isLasting: true,
    breaches: ({ since }) => sql`
      select 'of station ' || station || ' entry ' || seq || ' follows ' || before as what
      from (select station, seq, lag(seq) over (partition by station, epoch order by seq) as before from devices.station_event
            where received_at > ${since}) heard
      where seq <> before + 1`,
  },
  {
    id: "I-41",
    says: "no station contradicts what it has said before",
    settleSeconds: 0,
    isLasting: true,
    breaches: ({ since }) => sql`
      select 'station ' || station || ' does: ' || reason as what from devices.quarantine where received_at > ${since}`,
  },
  {
    id: "I-42",
    says: "a station that is cut off has no session",
    settleSeconds: 30,
    breaches: () => sql`
      select 'station ' || station || ' has, cut off since ' || revoked_at as what from devices.device where connected and revoked_at is not null`,
  },
];
