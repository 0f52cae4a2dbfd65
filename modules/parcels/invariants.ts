import type { Invariant } from "@pigeonhole/kit/invariant";
import { sql } from "kysely";

/** What holds of parcels between any two transactions. */
export const parcelInvariants: readonly Invariant[] = [
  {
    id: "I-58",
    says: "a parcel is in a state that its timeline says it reached",
    settleSeconds: 0,
    breaches: () => sql`
      select 'parcel ' || p.id || ' is ' || p.state as what from parcels.parcel p
      where p.state not in ('collected', 'returned', 'cancelled')
        and not exists (select from parcels.timeline t where t.parcel = p.id and t.state = p.state and t.leg = p.leg)`,
  },
  {
    id: "I-30",
    says: "what was not collected in time goes back",
    settleSeconds: 120,
    breaches: ({ now }) => sql`
      select 'parcel ' || id || ' could be collected until ' || expires_at as what from parcels.parcel
      where state = 'stored' and expires_at < ${now}::timestamptz - interval '2 minutes' and not is_stopped and recalled_for is null`,
  },
  {
    id: "I-60",
    says: "a redirect that is not over is being worked on",
    settleSeconds: 0,
    isLiveness: true,
    breaches: ({ now }) => sql`
      select 'redirect ' || id || ' of parcel ' || parcel || ' was due ' || next_at as what from parcels.redirect
      where ended_at is null and next_at < ${now}::timestamptz - interval '10 minutes'`,
  },
];
