import type { Tx } from "@pigeonhole/kit/db";
import { on, type Consumer } from "@pigeonhole/kit/outbox";
import { Connected, Disconnected, Reported, Revoked } from "@pigeonhole/devices/events";
import { StationChanged } from "@pigeonhole/network/events";
import * as facts from "./station-facts.ts";
import type { Tables } from "./tables.ts";

/** What other modules' facts mean for releases: who there is, who can be reached, who runs what, and whether doors still open. */
export const consumer: Consumer = {
  name: "firmware",
  handlers: [
    on(StationChanged, (tx: Tx<Tables>, { station, name, status }) => facts.saveStation(tx, station, name, status)),
    on(Connected, (tx: Tx<Tables>, { station }) => facts.setConnected(tx, station, true)),
    on(Disconnected, (tx: Tx<Tables>, { station }) => facts.setConnected(tx, station, false)),
    on(Revoked, (tx: Tx<Tables>, { station }) => facts.setConnected(tx, station, false)),
    on(Reported, async (tx: Tx<Tables>, { station, event }, { occurredAt }) => {
      if (event.type === "firmware") await facts.heard(tx, station, event, occurredAt);
      if (event.type === "compartment_opened" && event.cause.kind !== "forced") await facts.counted(tx, station, "opened");
      if (event.type === "open_failed") await facts.counted(tx, station, "failed");
    }),
  ],
};
