import type { DropOffApi } from "@pigeonhole/access/returning/contract";
import { actorText, requireRole, requireScope, type Actor, type Who } from "@pigeonhole/identity/contract";
import { problemOf, type Client } from "@pigeonhole/kit/client";
import { router } from "@pigeonhole/kit/http";
import { attemptOf } from "@pigeonhole/kit/idempotency";
import type { Job } from "@pigeonhole/kit/jobs";
import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import { allowing } from "./allowing/allowing.ts";
import { returnsConsumer } from "./consumers.ts";
import * as contract from "./contract.ts";
import type { Return } from "./contract.ts";
import { remindHours } from "./domain.ts";
import { RunningOut } from "./events.ts";
import { about, moveOn, type Told } from "./keeping.ts";
import { returnAllowed, type ReturnEnding } from "./lifecycle.ts";
import * as read from "./queries/read.ts";
import * as write from "./queries/write.ts";
import { starting, type Needs as Starting } from "./starting.ts";
import { advance } from "./steps.ts";

export interface Needs extends Starting {
  readonly who: Who;
  /** Access's room for the codes of what customers put in. */
  readonly dropOffs: Client<DropOffApi>;
}

/** Returns of one run of a job, and how often it looks. */
const looking = { everySeconds: 5, batch: 50 } as const;
const reminding = { everySeconds: 60, batch: 200 } as const;
const hourMs = 3_600_000;
const endingBy: Partial<Record<Actor["kind"], ReturnEnding>> = { customer: "by_customer", shop: "by_shop", operator: "by_operator" };
const notFound = (): Refused => new Refused("not_found", "There is no such return.");

/** What customers put in: what goes back to a shop (A7), and what they send to one another (N10). */
export function returns(needs: Needs) {
  const { db, who, now, newId, log, personal, parcels, returning, dropOffs } = needs;
  const begin = starting(needs);

  /** Which of them somebody may see. */
  const sightOf = (actor: Exclude<Actor, { kind: "courier" | "module" }>): read.Sight => {
    if (actor.kind === "shop" || actor.kind === "carrier") requireScope(actor, "parcels");
    if (actor.kind === "operator") return { kind: "all" };
    return actor.kind === "carrier" ? { kind: "carrier", slug: actor.slug } : { kind: actor.kind, is: actorText(actor) };
  };
  const shown = async (id: string): Promise<Return> => (await read.get(db, { kind: "all" }, id))!;
  /** Somebody's word about one that they see, then as far as that leads. */
  const say = async (
    actor: Exclude<Actor, { kind: "courier" | "module" }>,
    id: string,
    verb: keyof typeof returnAllowed,
    told: Told,
  ): Promise<Return> => {
    if (actor.kind === "operator") requireRole(actor, "support");
    if (!(await read.get(db, sightOf(actor), id))) throw notFound();
    await db.transaction().execute(async (tx) => {
      const row = (await write.lock(tx, id))!;
      if (!(returnAllowed[verb] as readonly string[]).includes(row.state))
        throw new Refused("wrong_state", `Not possible: it is ${row.state}.`, { state: row.state });
      await moveOn(tx, { now }, row, { ...told, entry: { actor: actorText(actor) } });
    });
    await advance(needs, id);
    return shown(id);
  };

  const routes = contract.mount(router(contract.refusals, log), {
    places: async (c) => {
      await who(c, "customer");
      const { lat, lon, ...wish } = c.req.valid("query");
      const query = { ...wish, lat: String(lat), lon: String(lon) };
      const answer = await returning.internal.reservations["return-places"].$get({ query });
      if (answer.status !== 200) throw new Error(`places for a return: ${(await problemOf(answer)).code}`);
      return c.json(await answer.json(), 200);
    },
    start: async (c) => {
      const customer = await who(c, "customer");
      const wish = c.req.valid("json");
      const attempt = attemptOf(actorText(customer), c.req.header("idempotency-key"), "returns.start", wish, now());
      return c.json(await shown(await begin.start(customer, attempt, wish)), 201);
    },
    send: async (c) => {
      const customer = await who(c, "customer");
      const wish = c.req.valid("json");
      const attempt = attemptOf(actorText(customer), c.req.header("idempotency-key"), "returns.send", wish, now());
      return c.json(await shown(await begin.send(customer, attempt, wish)), 201);
    },
    list: async (c) => {
      const sight = sightOf(await who(c, "customer", "shop", "carrier", "operator"));
      return c.json(await read.list(db, sight, c.req.valid("query")), 200);
    },
    get: async (c) => {
      const sight = sightOf(await who(c, "customer", "shop", "carrier", "operator"));
      const found = await read.get(db, sight, c.req.valid("param").id);
      if (!found) throw notFound();
      return c.json(found, 200);
    },
    customer: async (c) => {
      await who(c, "module");
      const row = await read.owner(db, c.req.valid("param").id);
      if (!row) throw notFound();
      return c.json(row, 200);
    },
    code: async (c) => {
      const { id } = c.req.valid("param");
      const row = await read.get(db, sightOf(await who(c, "customer")), id);
      if (!row) throw notFound();
      if (row.state === "claiming") throw new Refused("not_ready", "A compartment is being bound; ask again in a moment.");
      if (row.state !== "ready") throw new Refused("over", "Nothing can be put in with this code any more.");
      const answer = await dropOffs.internal.access.returns[":id"]["drop-off"].$get({ param: { id } });
      c.header("cache-control", "no-store");
      if (answer.status === 200) return c.json(await answer.json(), 200);
      const { code, detail, title } = await problemOf(answer as never);
      // The right follows the compartment a moment later.
      if (code === "not_found" || code === "not_ready") throw new Refused("not_ready", "The code is not there yet; ask again in a moment.");
      if (code === "over") throw new Refused("over", detail ?? title);
      throw new Error(`the code of return ${id}: ${code}`);
    },
    cancel: async (c) => {
      const actor = await who(c, "customer", "shop", "operator");
      return c.json(await say(actor, c.req.valid("param").id, "cancel", { news: "called_off", ending: endingBy[actor.kind] }), 200);
    },
    receive: async (c) => {
      const actor = await who(c, "shop", "carrier", "operator");
      return c.json(await say(actor, c.req.valid("param").id, "receive", { news: "arrived" }), 200);
    },
  });
  routes.route("/", allowing({ db, who, now, newId, log, personal, parcels }).routes);

  const jobs: readonly Job[] = [
    {
      name: "returns.steps",
      everySeconds: looking.everySeconds,
      run: async () => {
        for (const id of await write.due(db, now(), looking.batch)) await advance(needs, id);
      },
    },
    {
      name: "returns.remind",
      everySeconds: reminding.everySeconds,
      run: () =>
        db.transaction().execute(async (tx) => {
          const at = now();
          const before = new Date(at.getTime() + remindHours * hourMs);
          for (const row of await write.remind(tx, before, at, reminding.batch)) await publish(tx, at, RunningOut, about(row));
        }),
    },
  ];
  return { routes, consumers: returnsConsumer({ now }), jobs };
}
