import type { Now } from "@pigeonhole/kit/clock";
import type { Tx } from "@pigeonhole/kit/db";
import type { Log } from "@pigeonhole/kit/log";
import * as write from "../queries/write.ts";
import type { Tables } from "../tables.ts";
import type { RedirectNews } from "./domain.ts";
import * as queries from "./queries.ts";
import { moveOn } from "./steps.ts";

interface Needs {
  readonly now: Now;
  readonly log: Log;
}

/** What is told of a parcel, told to its redirect, if one lives. */
export async function followRedirect(tx: Tx<Tables>, needs: Needs, parcel: string, news: RedirectNews): Promise<void> {
  await write.holdStill(tx, parcel);
  const row = await queries.lockLive(tx, parcel);
  if (row) await moveOn(tx, needs, row, { news, reason: undefined });
}

/** A reservation without a parcel has ended: it may have been the one that waited for a parcel from another station. */
export async function lapseRedirect(tx: Tx<Tables>, needs: Needs, reservation: string): Promise<void> {
  const waiting = await queries.ofWaiting(tx, reservation);
  if (waiting) await followRedirect(tx, needs, waiting.parcel, "lapsed");
}

/** Whether a parcel that a courier takes out goes on to another station. */
export async function goesOn(tx: Tx<Tables>, parcel: string): Promise<boolean> {
  await write.holdStill(tx, parcel);
  const state = (await queries.lockLive(tx, parcel))?.state;
  return state === "leaving" || state === "travelling";
}
