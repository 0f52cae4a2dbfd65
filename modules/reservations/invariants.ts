import type { Invariant } from "@pigeonhole/kit/invariant";
import { sql } from "kysely";

const live = sql.raw("('held', 'confirmed', 'fulfilled')");
/** What is over is recorded as over by a job, and a restart may come between. Seconds. */
const overdueSeconds = 120;

/** What holds of reservations and compartments between any two transactions. */
export const reservationInvariants: readonly Invariant[] = [
  {
    id: "I-01",
    says: "a compartment has one live reservation at most",
    settleSeconds: 0,
    breaches: () => sql`
      select station || '/' || compartment || ' has ' || count(*) as what from reservations.reservation
      where state in ${live} group by station, compartment having count(*) > 1`,
  },
  {
    id: "I-03",
    says: "what is offered is empty and nobody's",
    settleSeconds: 0,
    breaches: () => sql`
      select station || '/' || compartment || ' is not' as what from reservations.compartment
      where state = 'available' and (parcel is not null or reservation is not null)`,
  },
  {
    id: "I-04",
    says: "a reservation's compartment is as large as what was asked for",
    settleSeconds: 0,
    breaches: () => sql`
      select 'reservation ' || r.id || ' has a smaller one' as what from reservations.reservation r
      join reservations.compartment c using (station, compartment)
      where r.state in ('held', 'confirmed') and not r.is_unsuited and c.size_rank < r.need_rank`,
  },
  {
    id: "I-07",
    says: "what is out of service, or waits for an inspection, is not offered",
    settleSeconds: 0,
    breaches: () => sql`
      select station || '/' || compartment || ' is' as what from reservations.compartment
      where state = 'available' and (is_quarantined or not is_in_service)`,
  },
  {
    id: "I-09",
    says: "a compartment that is promised is promised by a reservation that lives, and by that of this compartment",
    settleSeconds: 0,
    breaches: () => sql`
      select c.station || '/' || c.compartment || ' is by ' || c.reservation as what from reservations.compartment c
      left join reservations.reservation r on r.id = c.reservation
      where c.state = 'reserved' and c.reservation is not null
        and (r.id is null or r.state not in ${live} or (r.station, r.compartment) is distinct from (c.station, c.compartment))`,
  },
  {
    id: "I-09",
    says: "a reservation has ended exactly when it says when and why",
    settleSeconds: 0,
    breaches: () => sql`
      select 'reservation ' || id || ' has not' as what from reservations.reservation
      where (state = 'ended') <> (ended_at is not null) or (state = 'ended') <> (end_reason is not null)`,
  },
  {
    id: "I-10",
    says: "no hold outlives its time",
    settleSeconds: 0,
    isLiveness: true,
    breaches: ({ now }) => sql`
      select 'reservation ' || id || ' is held until ' || expires_at as what from reservations.reservation
      where state = 'held' and expires_at < ${now}::timestamptz - make_interval(secs => ${overdueSeconds})`,
  },
];
