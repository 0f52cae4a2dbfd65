import type { Who } from "@pigeonhole/identity/contract";
import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import { router } from "@pigeonhole/kit/http";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Job } from "@pigeonhole/kit/jobs";
import type { Log } from "@pigeonhole/kit/log";
import { auditConsumer } from "./consumers.ts";
import * as contract from "./contract.ts";
import * as queries from "./queries.ts";
import type { Tables } from "./tables.ts";
import { verifyChain } from "./verify.ts";

export interface Needs {
  readonly db: Db<Tables>;
  readonly who: Who;
  readonly now: Now;
  readonly newId: NewId;
  readonly log: Log;
}

export function audit({ db, who, now, log }: Needs) {
  const routes = contract.mount(router({ ...contract.refusals }, log), {
    list: async (c) => {
      await who(c, "operator");
      return c.json({ entries: await queries.list(db, c.req.valid("query")) }, 200);
    },
    verify: async (c) => {
      await who(c, "operator");
      return c.json(await verifyChain(db), 200);
    },
  });
  const jobs: readonly Job[] = [];
  return { routes, consumers: auditConsumer({ now }), jobs };
}
