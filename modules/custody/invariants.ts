import type { Invariant } from "@pigeonhole/kit/invariant";
import { sql } from "kysely";

/** What holds of who had a parcel when. */
export const custodyInvariants: readonly Invariant[] = [
  {
    id: "I-05",
    says: "who hands a parcel over has it from whoever had it",
    settleSeconds: 0,
    isLasting: true,
    breaches: ({ since }) => sql`
      select 'hand-over ' || b.number || ' of parcel ' || b.parcel || ' is by ' || b.giver || ', who had not got it' as what
      from custody.hand_over b join custody.hand_over a on a.parcel = b.parcel and a.number = b.number - 1
      where b.at > ${since} and b.giver is distinct from a.taker`,
  },
  {
    id: "I-06",
    says: "custody has no gap",
    settleSeconds: 0,
    isLasting: true,
    breaches: ({ since }) => sql`
      select 'hand-over ' || b.number || ' of parcel ' || b.parcel || ' has none before it' as what from custody.hand_over b
      where b.at > ${since} and b.number > 1
        and not exists (select from custody.hand_over a where a.parcel = b.parcel and a.number = b.number - 1 and a.digest = b.previous)`,
  },
];
