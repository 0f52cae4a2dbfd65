import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import type { Job } from "@pigeonhole/kit/jobs";
import type { Tables } from "../tables.ts";
import * as queries from "./queries.ts";

/** How often it is looked for what begins to fail. Seconds. */
const everySeconds = 600;

/** Looks through what stations have reported for parts that will fail (A14.4). */
export const wearing = ({ db, now }: { readonly db: Db<Tables>; readonly now: Now }): Job => ({
  name: "devices.wear",
  everySeconds,
  run: async () => {
    const at = now();
    const found = [...(await queries.flapping(db, at)), ...(await queries.slower(db, at))];
    await db.transaction().execute((tx) => queries.replace(tx, found, at));
  },
});
