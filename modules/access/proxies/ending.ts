import type { Tx } from "@pigeonhole/kit/db";
import { turn } from "../conditions/asking.ts";
import type { Tables } from "../tables.ts";
import * as queries from "./queries.ts";

/** Those who may collect for somebody no longer may, or have: their links say so, and nothing is asked of them any more. */
export async function endProxies(
  tx: Tx<Tables>,
  ids: readonly string[],
  as: queries.Ending,
  where: { readonly station: string; readonly at: Date },
): Promise<void> {
  if (ids.length === 0) return;
  await queries.end(tx, ids, as, where.at);
  await turn(tx, { proxies: ids }, "over", where);
}
