import type { Tx } from "@pigeonhole/kit/db";
import { publish } from "@pigeonhole/kit/outbox";
import { Accepted, Wired } from "./events.ts";
import type { Entry } from "./journal.ts";
import type { Tables } from "./tables.ts";

/** Passes on what a station has said of its acceptance test, as it signed it, and of its wiring when that is news. */
export async function followAcceptance(
  tx: Tx<Tables>,
  station: string,
  entries: readonly Entry[],
  certificate: string | undefined,
  at: Date,
): Promise<void> {
  for (const { event, envelope } of entries) {
    const { epoch, seq, event: fact } = event;
    if (fact.type === "acceptance_recorded" && certificate !== undefined) {
      await isNews(tx, station, fact.wiring);
      await publish(tx, at, Accepted, { station, epoch, seq, envelope, certificate });
    }
    if (fact.type === "station_started" && fact.wiring !== undefined && (await isNews(tx, station, fact.wiring)))
      await publish(tx, at, Wired, { station, wiring: fact.wiring });
  }
}

/** Keeps how the station is wired; false when it said so before. */
async function isNews(tx: Tx<Tables>, station: string, wiring: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("devices.device")
    .set({ wiring })
    .where("station", "=", station)
    .where("wiring", "is distinct from", wiring)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
