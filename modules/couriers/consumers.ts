import { Reported } from "@pigeonhole/devices/events";
import type { Now } from "@pigeonhole/kit/clock";
import type { Tx } from "@pigeonhole/kit/db";
import type { NewId } from "@pigeonhole/kit/ids";
import { on, type Consumer } from "@pigeonhole/kit/outbox";
import { ParcelMoved } from "@pigeonhole/parcels/events";
import { Moved } from "@pigeonhole/reservations/events";
import { hearing } from "./mistakes/hearing.ts";
import * as plan from "./queries/plan.ts";
import * as visit from "./queries/visit.ts";
import { following } from "./retrievals/following.ts";
import type { Tables } from "./tables.ts";

type Write = Tx<Tables>;

/** What stations and parcels tell: the courier's screen follows, also where an answer was lost. */
export const couriersConsumer = ({ now, newId }: { readonly now: Now; readonly newId: NewId }): Consumer => {
  const retrievals = following({ now, newId });
  const problems = hearing({ now });
  const tell = async (tx: Write, routes: readonly string[]): Promise<void> => {
    for (const route of routes.toSorted()) await plan.changed(tx, route, now());
  };
  return {
    name: "couriers",
    handlers: [
      on(Reported, async (tx: Write, report, { id }) => {
        await retrievals.reported(tx, report);
        const { station, epoch, seq, event } = report;
        switch (event.type) {
          case "compartment_opened": {
            if (event.cause.kind !== "command" || event.cause.purpose !== "dropoff" || event.cause.parcel === null) return;
            await plan.lockRoutes(tx, plan.routesOf(event.cause.parcel));
            const scan = await visit.sawOpened(tx, { parcel: event.cause.parcel, command: event.cause.command, epoch, seq });
            if (!scan) return;
            await visit.showScan(tx, scan);
            return tell(tx, [scan.route]);
          }
          case "open_failed": {
            if (event.cause.kind !== "command") return;
            await plan.lockRoutes(tx, visit.routeOf(event.cause.command));
            const scan = await visit.sawFailed(tx, event.cause.command, event.outcome, event.reason);
            return tell(tx, scan ? [scan.route] : []);
          }
          case "compartment_closed":
            await plan.lockRoutes(tx, visit.routesAt(station, event.compartment));
            return tell(tx, await visit.sawClosed(tx, { station, compartment: event.compartment, epoch, seq, at: now() }));
          case "parcel_deposited":
            await plan.lockRoutes(tx, plan.routesOf(event.parcel));
            await problems.putIn(tx, event.parcel);
            return tell(tx, await visit.sawDeposited(tx, event.parcel, station, "report"));
          case "deposit_abandoned":
            await plan.lockRoutes(tx, plan.routesOf(event.parcel));
            if (event.reason === "wrong_parcel") await visit.sawTakenBack(tx, event.parcel);
            return tell(tx, await problems.abandoned(tx, id, station, event));
          default:
            return;
        }
      }),
      on(Moved, async (tx: Write, { parcel, to }) => {
        await plan.lockRoutes(tx, plan.routesOf(parcel));
        // One whose door has been opened is being put in: its station says what became of it.
        const drops = (await plan.underWay(tx, [parcel])).filter(({ state }) => state === "open");
        for (const { route } of drops) await plan.redirect(tx, route, parcel, to);
        return tell(
          tx,
          drops.map(({ route }) => route),
        );
      }),
      on(ParcelMoved, async (tx: Write, moved) => {
        await retrievals.parcelMoved(tx, moved);
        const { parcel, station, compartment, to } = moved;
        await plan.lockRoutes(tx, plan.routesOf(parcel));
        if (to === "cancelled") await problems.settle(tx, parcel, "over");
        if (to === "cancelled") {
          await plan.markCalledOff(tx, parcel);
          return tell(tx, await visit.sawGone(tx, parcel, ["open"], "cancelled"));
        }
        if (to === "delivered" || to === "stored" || to === "collected")
          return tell(tx, await visit.sawDeposited(tx, parcel, station, "parcel"));
        return tell(tx, await visit.sawMoved(tx, parcel, station, compartment));
      }),
      ...retrievals.handlers,
    ],
  };
};
