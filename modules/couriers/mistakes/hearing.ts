import type { Reported } from "@pigeonhole/devices/events";
import type { Now } from "@pigeonhole/kit/clock";
import type { Tx } from "@pigeonhole/kit/db";
import type { Payload } from "@pigeonhole/kit/fact";
import { publish } from "@pigeonhole/kit/outbox";
import { ProblemReported, ProblemSettled } from "../events.ts";
import * as plan from "../queries/plan.ts";
import * as visit from "../queries/visit.ts";
import type { Tables } from "../tables.ts";
import type { problemOutcomes } from "./contract.ts";
import * as queries from "./queries.ts";

type Write = Tx<Tables>;
type Abandoned = Extract<Payload<typeof Reported>["event"], { readonly type: "deposit_abandoned" }>;

/** What stations and parcels tell of problems: also of those that were told at the station's own screen. */
export function hearing({ now }: { readonly now: Now }) {
  const settle = async (tx: Write, parcel: string, outcome: (typeof problemOutcomes)[number]): Promise<void> => {
    const open = await queries.openOf(tx, parcel);
    if (!open) return;
    await queries.change(tx, open, now(), { to: "settled", outcome });
    const { route, station, compartment, reason } = open;
    await publish(tx, now(), ProblemSettled, { route, parcel, station, compartment, reason, outcome });
  };
  return {
    settle,
    /** The station says that the parcel is in. Of one of which the courier has said since that it was another, this is what they take back. */
    async putIn(tx: Write, parcel: string): Promise<void> {
      const open = await queries.openOf(tx, parcel);
      if (open?.reason === "wrong_parcel" && (await visit.isDeposited(tx, open.route, parcel))) return;
      await settle(tx, parcel, "put_in");
    },
    /** Nothing was put in, and why. The problem goes on; where nobody had told us, it begins. `id`: of the entry that says so. Returns the routes that change. */
    async abandoned(
      tx: Write,
      id: string,
      station: string,
      { parcel, compartment, reason = "other", instead }: Abandoned,
    ): Promise<readonly string[]> {
      const at = now();
      const open = await queries.openOf(tx, parcel);
      if (open) {
        const isHere = open.station === station && open.compartment === compartment;
        if (open.state === "reported" && isHere) await queries.change(tx, open, at, { to: "released" });
        return [open.route];
      }
      if (await queries.isKnown(tx, parcel, station, compartment)) return [];
      const [drop] = await plan.underWay(tx, [parcel]);
      if (!drop) return [];
      const { route, number, size, tenant, carrier, courier } = drop;
      const common = {
        route,
        tenant,
        carrier,
        courier,
        parcel,
        number,
        size,
        station,
        compartment,
        reason,
        at,
        changed_at: at,
        next_at: at,
      };
      const isGiven = instead !== undefined;
      await queries.add(tx, {
        ...common,
        id,
        state: isGiven ? "settled" : "released",
        outcome: isGiven ? "another_box" : null,
        proposal: null,
        tries: 0,
      });
      await publish(tx, at, ProblemReported, { route, courier, station, compartment, parcel, reason });
      if (isGiven) await plan.inCompartment(tx, route, parcel, instead);
      return [route];
    },
  };
}
