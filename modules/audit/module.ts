import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import { actorText, requireRole, type Who } from "@pigeonhole/identity/contract";
import { router } from "@pigeonhole/kit/http";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Job } from "@pigeonhole/kit/jobs";
import type { Log } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import { auditConsumer } from "./consumers.ts";
import { Exported } from "./events.ts";
import { exported, fileOf } from "./export.ts";
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
    export: async (c) => {
      const operator = await who(c, "operator");
      requireRole(operator, "support");
      const { format, ...filter } = c.req.valid("query");
      const { seq = 0 } = (await queries.head(db)) ?? {};
      await db.transaction().execute((tx) =>
        publish(tx, now(), Exported, {
          actor: actorText(operator),
          format,
          filter: Object.fromEntries(Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
          upTo: seq,
        }),
      );
      c.header("content-type", format === "csv" ? "text/csv; charset=utf-8; header=present" : "application/jsonl; charset=utf-8");
      c.header("content-disposition", `attachment; filename="audit-up-to-${seq}.${format}"`);
      return c.body(fileOf(exported(db, filter, seq, format))) as never;
    },
    verify: async (c) => {
      await who(c, "operator");
      return c.json(await verifyChain(db), 200);
    },
  });
  const jobs: readonly Job[] = [];
  return { routes, consumers: auditConsumer({ now }), jobs };
}
