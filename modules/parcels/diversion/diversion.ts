import type { Who } from "@pigeonhole/identity/contract";
import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import { router } from "@pigeonhole/kit/http";
import type { Log } from "@pigeonhole/kit/log";
import type { Personal } from "@pigeonhole/kit/personal/personal";
import type { Tables } from "../tables.ts";
import * as contract from "./contract.ts";
import * as queries from "./queries.ts";

interface Needs {
  readonly db: Db<Tables>;
  readonly who: Who;
  readonly now: Now;
  readonly log: Log;
  readonly personal: Personal;
}

/** What a customer says once for all about lockers without room (N6); couriers are told of it at the door. */
export function diversion({ db, who, now, log, personal }: Needs) {
  const routes = contract.mount(router({}, log), {
    get: async (c) => {
      const customer = await who(c, "customer");
      const [subject] = await personal.find(db, "email", customer.email);
      const said = subject === undefined ? undefined : await queries.of(db, [subject]);
      return c.json({ diversion: said?.get(subject!) ?? null }, 200);
    },
    set: async (c) => {
      const customer = await who(c, "customer");
      const { diversion: may } = c.req.valid("json");
      await db.transaction().execute(async (tx) => {
        const { subject } = await personal.subjectOf(tx, { email: customer.email });
        await queries.keep(tx, subject, may, now());
      });
      return c.json({ diversion: may }, 200);
    },
  });
  return { routes };
}
