import { PickupProblemTold } from "@pigeonhole/access/events";
import { AbilitiesSaid, Connected, Disconnected, Reported } from "@pigeonhole/devices/events";
import type { Now } from "@pigeonhole/kit/clock";
import type { Tx } from "@pigeonhole/kit/db";
import { on, type Consumer } from "@pigeonhole/kit/outbox";
import { quarantineOf } from "@pigeonhole/protocol/reasons";
import { StationChanged } from "@pigeonhole/network/events";
import { ParcelMoved, Recalled } from "@pigeonhole/parcels/events";
import { movesTo } from "./domain.ts";
import { end } from "./ending.ts";
import { suspect } from "./inspecting.ts";
import * as compartments from "./queries/compartment.ts";
import * as claims from "./queries/reservation.ts";
import * as stations from "./queries/station.ts";
import { applyReport } from "./reports.ts";
import type { Tables } from "./tables.ts";

export const consumer = (now: Now): Consumer => ({
  name: "reservations",
  handlers: [
    on(StationChanged, (tx: Tx<Tables>, station) => stations.apply(tx, station)),
    on(Connected, (tx: Tx<Tables>, { station }) => stations.setConnected(tx, station, true)),
    on(Disconnected, (tx: Tx<Tables>, { station }) => stations.setConnected(tx, station, false)),
    on(AbilitiesSaid, (tx: Tx<Tables>, { station, can }) => stations.setAbilities(tx, station, can)),
    on(PickupProblemTold, async (tx: Tx<Tables>, { station, compartment, parcel, reason }, { id }) => {
      const due = quarantineOf(reason);
      if (due) await suspect(tx, { id, station, compartment, parcel, reason: due, at: now() });
    }),
    on(Reported, (tx: Tx<Tables>, report, { id }) => applyReport(tx, { id, report, at: now() })),
    on(ParcelMoved, async (tx: Tx<Tables>, { parcel, reservation, to }) => {
      if (reservation === null) return;
      if (to === "returned") await end(tx, now(), reservation, "returned", { isEmptied: true });
      if (to === "expired") await awaitCourier(tx, now(), parcel, reservation);
    }),
    on(Recalled, async (tx: Tx<Tables>, { parcel, reservation, reason }) => {
      // What goes to another station may still stay, and is its recipient's: its compartment is occupied until it has been taken out.
      if (reservation !== null && reason !== "redirected") await awaitCourier(tx, now(), parcel, reservation);
    }),
  ],
});

/** What lies there is a courier's to take out: return-pending, and free only when the station has said that it is out (I-11). */
async function awaitCourier(tx: Tx<Tables>, at: Date, parcel: string, reservation: string): Promise<void> {
  const claim = await claims.lock(tx, reservation);
  const box = claim && (await compartments.lock(tx, claim.station, claim.compartment));
  if (box?.state === "occupied" && box.parcel === parcel)
    await compartments.move(tx, box, movesTo("occupied", "return_pending"), at, { reservation, parcel, until: null });
}
