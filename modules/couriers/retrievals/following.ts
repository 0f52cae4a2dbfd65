import { Reported } from "@pigeonhole/devices/events";
import type { Now } from "@pigeonhole/kit/clock";
import type { Tx } from "@pigeonhole/kit/db";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Payload } from "@pigeonhole/kit/fact";
import { on, type Handler } from "@pigeonhole/kit/outbox";
import { ParcelMoved, Recalled, Stays } from "@pigeonhole/parcels/events";
import { Inspected } from "@pigeonhole/reservations/events";
import * as plan from "../queries/plan.ts";
import type { Tables } from "../tables.ts";
import { move, need } from "./keeping.ts";
import * as queries from "./queries.ts";

type Write = Tx<Tables>;

/**
 * What stations, parcels and inspections tell of retrievals. In any order, and a fact beats a plan: what the station says was taken out is taken
 * out, also when nobody had asked for it yet.
 */
export function following({ now, newId }: { readonly now: Now; readonly newId: NewId }) {
  const changed = async (tx: Write, routes: readonly string[]): Promise<void> => {
    for (const route of routes.toSorted()) await plan.changed(tx, route, now());
  };
  const end = async (tx: Write, parcel: string, to: "taken_out" | "cancelled"): Promise<void> => {
    await plan.lockRoutes(tx, queries.routesOf.parcel(parcel));
    const row = await queries.lockOf(tx, parcel);
    if (row) await move(tx, now(), row, to);
  };

  return {
    /** Part of the handler of `devices.reported`: a consumer has one for each kind of fact. */
    reported: async (tx: Write, { station, epoch, seq, event }: Payload<typeof Reported>): Promise<void> => {
      switch (event.type) {
        case "compartment_opened": {
          const { cause } = event;
          if (cause.kind !== "command" || cause.purpose !== "collection" || cause.parcel === null) return;
          await plan.lockRoutes(tx, queries.routesOf.parcel(cause.parcel));
          const attempt = await queries.sawOpened(tx, { parcel: cause.parcel, command: cause.command, epoch, seq });
          const row = attempt && (await queries.lock(tx, attempt.retrieval));
          if (!row || row.attempt !== attempt.id) return;
          if (row.state === "assigned" || row.state === "open")
            await move(tx, now(), row, "opened", { route: attempt.route, courier: attempt.courier });
          else if (row.route !== null) await changed(tx, [row.route]);
          return;
        }
        case "open_failed": {
          if (event.cause.kind !== "command") return;
          await plan.lockRoutes(tx, queries.routesOf.command(event.cause.command));
          const failed = await queries.sawFailed(tx, event.cause.command, event.outcome, event.reason);
          return changed(tx, failed ? [failed.route] : []);
        }
        case "compartment_closed":
          await plan.lockRoutes(tx, queries.routesOf.compartment(station, event.compartment));
          return changed(tx, await queries.sawClosed(tx, { station, compartment: event.compartment, epoch, seq }));
        case "parcel_retrieved":
          return end(tx, event.parcel, "taken_out");
        default:
          return;
      }
    },
    /** Part of the handler of `parcels.moved`. */
    parcelMoved: async (tx: Write, moved: Payload<typeof ParcelMoved>): Promise<void> => {
      const { parcel, number, reservation, owner, carrier, station, compartment, to } = moved;
      if (to === "expired")
        await need(tx, now(), newId, { parcel, number, reservation, owner, carrier, station, compartment, reason: "expired" });
      if (to === "returned") await end(tx, parcel, "taken_out");
      if (to === "collected") await end(tx, parcel, "cancelled");
    },
    handlers: [
      // It goes to another station no more: nobody comes for it.
      on(Stays, (tx: Write, { parcel }) => end(tx, parcel, "cancelled")),
      on(Recalled, async (tx: Write, recalled) => void (await need(tx, now(), newId, recalled))),
      on(Inspected, async (tx: Write, { station, compartment, isEmpty }) => {
        for (const row of await queries.lockMissing(tx, station, compartment))
          await (isEmpty ? move(tx, now(), row, "cancelled") : move(tx, now(), row, "open", { route: null }));
      }),
    ] as readonly Handler[],
  };
}
