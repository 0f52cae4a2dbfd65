import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import { router } from "@pigeonhole/kit/http";
import type { Log } from "@pigeonhole/kit/log";
import { Refused } from "@pigeonhole/kit/refused";
import type { Tables } from "../tables.ts";
import * as contract from "./contract.ts";
import * as queries from "./queries.ts";

interface Needs {
  readonly db: Db<Tables>;
  readonly isKnown: (station: string) => Promise<boolean>;
  readonly now: Now;
  readonly log: Log;
}
const dayMs = 86_400_000;

/** What everybody may know of when a station could not be used, and what works all the same (N15). */
export function outages({ db, isKnown, now, log }: Needs) {
  const routes = contract.mount(router(contract.refusals, log), {
    list: async (c) => {
      const { station } = c.req.valid("param");
      if (!(await isKnown(station))) throw new Refused("not_found", `There is no station ${station}.`);
      const at = now();
      const from = new Date(at.getTime() - contract.outageDays * dayMs);
      const found = await queries.list(db, station, from, new Date(at.getTime() + 1));
      return c.json({ outages: found.map((each) => ({ ...each, works: contract.worksDuring[each.cause] })), asOf: at.toISOString() }, 200);
    },
  });
  return { routes };
}
