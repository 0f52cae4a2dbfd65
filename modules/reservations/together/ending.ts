import type { Db, Tx } from "@pigeonhole/kit/db";
import * as domain from "../domain.ts";
import { end } from "../ending.ts";
import * as claims from "../queries/reservation.ts";
import { getStation } from "../queries/station.ts";
import type { Tables } from "../tables.ts";
import { lapsedTogether } from "./queries.ts";

/** Cancels a claim that shares its compartment: the others go on (N5). What is not the owner's, or is over, is left for the caller to say. */
export async function cancelTogether(tx: Tx<Tables>, at: Date, owner: string, id: string): Promise<void> {
  const claim = await claims.lock(tx, id);
  if (claim?.owner !== owner || claim.state !== "confirmed") return;
  const isConnected = (await getStation(tx, claim.station))?.isConnected ?? false;
  if (!domain.hasLapsed(claim, at, isConnected)) await end(tx, at, id, "cancelled", { isEmptied: false });
}

/** Ends the claims that have lapsed beside others. */
export async function lapseTogether(db: Db<Tables>, at: Date, limit: number): Promise<void> {
  for (const id of await lapsedTogether(db, at, limit))
    await db.transaction().execute(async (tx) => {
      const claim = await claims.lock(tx, id);
      if (claim && domain.hasLapsed(claim, at, true)) await end(tx, at, id, "lapsed", { isEmptied: false });
    });
}
