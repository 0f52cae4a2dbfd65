import type { Who } from "@pigeonhole/identity/contract";
import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import { router } from "@pigeonhole/kit/http";
import type { Log } from "@pigeonhole/kit/log";
import type { Personal } from "@pigeonhole/kit/personal/personal";
import type { Tables } from "../tables.ts";
import * as contract from "./contract.ts";
import { away, cutShort, type Away } from "./domain.ts";
import * as queries from "./queries.ts";

interface Needs {
  readonly db: Db<Tables>;
  readonly who: Who;
  readonly now: Now;
  readonly log: Log;
  readonly personal: Personal;
}

const view = (of: Away | null | undefined): { vacation: contract.Vacation | null } => ({
  vacation: of ? { from: of.from.toISOString(), to: of.to.toISOString() } : null,
});

/** The customer says when they are away (N8); access makes the clocks stand still. */
export function vacation({ db, who, now, log, personal }: Needs) {
  const routes = contract.mount(router(contract.refusals, log), {
    get: async (c) => {
      const customer = await who(c, "customer");
      const [subject] = await personal.find(db, "email", customer.email);
      const known = subject === undefined ? undefined : await queries.of(db, subject);
      return c.json(view(known && known.to > now() ? known : null), 200);
    },
    set: async (c) => {
      const customer = await who(c, "customer");
      const { from, to } = c.req.valid("json");
      const kept = await db.transaction().execute(async (tx) => {
        const { subject } = await personal.subjectOf(tx, { email: customer.email });
        const next = away({ from: new Date(from), to: new Date(to) }, await queries.of(tx, subject), now());
        await queries.keep(tx, subject, next);
        await queries.tellOfAll(tx, now(), subject, next);
        return next;
      });
      return c.json(view(kept), 200);
    },
    end: async (c) => {
      const customer = await who(c, "customer");
      const [subject] = await personal.find(db, "email", customer.email);
      if (subject !== undefined)
        await db.transaction().execute(async (tx) => {
          const before = await queries.of(tx, subject);
          if (!before) return;
          await queries.keep(tx, subject, null);
          await queries.tellOfAll(tx, now(), subject, cutShort(before, now()));
        });
      return c.json(view(null), 200);
    },
  });
  return { routes };
}
