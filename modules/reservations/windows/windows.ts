import { actorText, requireRole, type Who } from "@pigeonhole/identity/contract";
import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import { router } from "@pigeonhole/kit/http";
import type { Log } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import type { Personal } from "@pigeonhole/kit/personal/personal";
import { WindowsSet } from "../events.ts";
import { checkScope } from "../owner.ts";
import type { Tables } from "../tables.ts";
import * as contract from "./contract.ts";
import { requireWithin } from "./domain.ts";
import * as queries from "./queries.ts";

interface Needs {
  readonly db: Db<Tables>;
  readonly who: Who;
  readonly now: Now;
  readonly log: Log;
  readonly personal: Personal;
  /** Where an owner has set nothing. */
  readonly usual: contract.Windows;
  readonly bounds: contract.WindowBounds;
}

/** A checkout reads its shop's limits so seldom; a change takes so long to reach every process. Milliseconds. */
const keptMs = 5_000;
/** Owners whose limits are kept at most. */
const kept = 1_000;

export function windows({ db, who, now, log, personal, usual, bounds }: Needs) {
  const known = new Map<string, { readonly windows: contract.Windows; readonly untilMs: number }>();
  /** The limits of an owner's orders; customers have the network's own. */
  const of = async (owner: string): Promise<contract.Windows> => {
    if (owner.startsWith("customer:")) return usual;
    const nowMs = now().getTime();
    const before = known.get(owner);
    if (before && nowMs < before.untilMs) return before.windows;
    const windows = (await queries.of(db, owner)) ?? usual;
    if (known.size >= kept) known.clear();
    known.set(owner, { windows, untilMs: nowMs + keptMs });
    return windows;
  };

  const routes = contract.mount(router(contract.refusals, log), {
    get: async (c) => {
      const actor = await who(c, "shop", "carrier");
      checkScope(actor);
      return c.json({ windows: (await queries.of(db, actorText(actor))) ?? usual, bounds }, 200);
    },
    set: async (c) => {
      const actor = await who(c, "shop", "carrier");
      checkScope(actor);
      const wish = c.req.valid("json");
      requireWithin(wish, bounds);
      const owner = actorText(actor);
      await queries.set(db, owner, wish, now());
      known.delete(owner);
      return c.json({ windows: wish, bounds }, 200);
    },
    list: async (c) => {
      await who(c, "operator");
      const owners = (await queries.all(db)).flatMap(({ owner, windows }) => {
        const [kind, tenant] = owner.split(":");
        const known = contract.ownerKinds.find((each) => each === kind);
        return known && tenant !== undefined ? [{ kind: known, tenant, windows }] : [];
      });
      return c.json({ owners, usual, bounds }, 200);
    },
    setFor: async (c) => {
      const operator = await who(c, "operator");
      requireRole(operator, "support");
      const { kind, tenant } = c.req.valid("param");
      const { windows: wish, reason } = c.req.valid("json");
      requireWithin(wish, bounds);
      const owner = `${kind}:${tenant}`;
      await db.transaction().execute(async (tx) => {
        const at = now();
        await queries.set(tx, owner, wish, at);
        await publish(tx, at, WindowsSet, { owner, tenant, actor: actorText(operator), reason });
      });
      known.delete(owner);
      return c.json({ windows: wish, bounds }, 200);
    },
    promise: async (c) => {
      const operator = await who(c, "operator");
      requireRole(operator, "support");
      const { email, service } = c.req.valid("json");
      await db.transaction().execute(async (tx) => {
        const { subject } = await personal.subjectOf(tx, { email });
        await queries.promise(tx, subject, service);
      });
      return c.json({ service }, 200);
    },
  });
  return { routes, of, bounds };
}
