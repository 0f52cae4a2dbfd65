import { accessInvariants } from "@pigeonhole/access/invariants";
import { auditInvariants } from "@pigeonhole/audit/invariants";
import { custodyInvariants } from "@pigeonhole/custody/invariants";
import { deviceInvariants } from "@pigeonhole/devices/invariants";
import { kitInvariants, type Invariant } from "@pigeonhole/kit/invariant";
import { parcelInvariants } from "@pigeonhole/parcels/invariants";
import { reservationInvariants } from "@pigeonhole/reservations/invariants";
import { sql } from "kysely";

/** Facts between modules have arrived by then. Seconds. */
const settleSeconds = 30;

/** What has to agree between modules once facts have arrived. Nowhere else does a statement read more than one module's tables. */
const across: readonly Invariant[] = [
  {
    id: "I-02",
    says: "a compartment in which a parcel lies is not offered",
    settleSeconds,
    breaches: () => sql`
      select c.station || '/' || c.compartment || ' is, with parcel ' || p.id as what from parcels.parcel p
      join reservations.compartment c on c.station = p.station and c.compartment = p.compartment
      where p.state in ('delivered', 'stored', 'expired') and c.state = 'available'`,
  },
  {
    id: "I-26",
    says: "nobody is sent a code before the parcel is in",
    settleSeconds: 0,
    isLasting: true,
    breaches: ({ since }) => sql`
      select 'message ' || m.id || ' was' as what from notifications.message m
      where m.template = 'pickup_ready' and m.created_at > ${since}
        and not exists (select from parcels.timeline t where t.parcel = m.parcel and t.state in ('delivered', 'stored'))`,
  },
  {
    id: "I-27",
    says: "what is over opens for nobody",
    settleSeconds,
    breaches: () => sql`
      select 'grant ' || g.id || ' lives, parcel ' || p.id || ' is ' || p.state as what from access."grant" g join parcels.parcel p on p.id = g.parcel
      where p.state in ('collected', 'returned', 'cancelled') and g.state in ('issued', 'active') and g.kind <> 'collection'`,
  },
  {
    id: "I-09",
    says: "the compartment of a parcel that has gone is not held for it",
    settleSeconds,
    breaches: () => sql`
      select c.station || '/' || c.compartment || ' is, for parcel ' || p.id || ', which is ' || p.state as what
      from reservations.compartment c join parcels.parcel p on p.id = c.parcel
      where p.state in ('collected', 'returned') and c.state in ('reserved', 'occupied', 'return_pending')`,
  },
];

/** Everything that is looked at in a running installation (I-75) and, over many more lives, in the simulator. */
export const invariants: readonly Invariant[] = [
  ...kitInvariants,
  ...reservationInvariants,
  ...parcelInvariants,
  ...accessInvariants,
  ...deviceInvariants,
  ...custodyInvariants,
  ...auditInvariants,
  ...across,
];
