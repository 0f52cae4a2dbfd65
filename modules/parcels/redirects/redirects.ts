import { actorText, requireRole, requireScope, type Actor, type Who } from "@pigeonhole/identity/contract";
import { problemOf } from "@pigeonhole/kit/client";
import { router } from "@pigeonhole/kit/http";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Job } from "@pigeonhole/kit/jobs";
import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import type { Seal } from "@pigeonhole/kit/seal";
import { readToken } from "@pigeonhole/kit/token";
import type { Context } from "hono";
import { RedirectMoved } from "../events.ts";
import * as read from "../queries/read.ts";
import * as write from "../queries/write.ts";
import * as contract from "./contract.ts";
import { consentHours, redirectAllowed, type Question, type Redirect } from "./contract.ts";
import * as queries from "./queries.ts";
import { advance, moveOn, type Needs as Steps } from "./steps.ts";

interface Needs extends Steps {
  readonly who: Who;
  readonly newId: NewId;
  readonly seal: Pick<Seal, "hash">;
  /** Whose parcels somebody may see. */
  readonly sightOf: (actor: Asking) => Promise<read.Sight>;
}
type Asking = Exclude<Actor, { kind: "courier" | "module" }>;

const hourMs = 3_600_000;
/** Redirects of one run of the job, and how often it looks. */
const looking = { everySeconds: 5, batch: 50 } as const;
/** While it is in one of these it may go elsewhere. */
const movable: readonly string[] = ["reserved", "shipped", "delivered", "stored"];

/** To another station than planned (N6): the customer's own wish, or somebody else's proposal with the customer's consent. */
export function redirects(needs: Needs) {
  const { db, who, now, newId, log, seal, elsewhere, sightOf } = needs;

  /** The parcel as the one who asks sees it; what is not theirs is not found. */
  const seen = async (actor: Asking, id: string) => {
    if (actor.kind === "shop" || actor.kind === "carrier") requireScope(actor, "parcels");
    const parcel = await read.get(db, await sightOf(actor), id);
    if (!parcel) throw new Refused("not_found", "There is no such parcel.");
    return parcel;
  };
  const mine = async (c: Context, id: string) => {
    const customer = await who(c, "customer");
    const row = await queries.get(db, id);
    if (!row || !(await read.get(db, await sightOf(customer), row.parcel))) throw new Refused("not_found", "There is no such redirect.");
    return row;
  };
  /** The one that a message asks about. */
  const asked = async (token: string) => {
    const id = readToken(seal, contract.consentPurpose, token);
    const row = id === null ? undefined : await queries.get(db, id);
    if (!row) throw new Refused("not_found", "There is no such question.");
    return row;
  };
  const requireState = (verb: keyof typeof redirectAllowed, row: queries.Row): void => {
    if (!(redirectAllowed[verb] as readonly string[]).includes(row.state))
      throw new Refused("wrong_state", `Not possible: it is ${row.state}.`, { state: row.state });
  };
  /** Applies a word of somebody, then goes on as far as that leads. */
  const say = async (id: string, verb: keyof typeof redirectAllowed, news: Parameters<typeof moveOn>[3]): Promise<Redirect> => {
    await db.transaction().execute(async (tx) => {
      const known = await queries.get(tx, id);
      if (known) await write.holdStill(tx, known.parcel);
      const row = await queries.lock(tx, id);
      if (!row) throw new Refused("not_found", "There is no such redirect.");
      if (verb === "agree" && row.until !== null && row.until <= now())
        throw new Refused("wrong_state", "The time to answer is over.", { state: row.state });
      requireState(verb, row);
      await moveOn(tx, { now, log }, row, news);
    });
    return settled(id);
  };
  const settled = async (id: string): Promise<Redirect> => {
    const row = await advance(needs, id);
    if (row?.state === "refused" && row.reason !== null) throw refusalOf(row);
    return queries.view(row!);
  };

  const routes = contract.mount(router({ ...contract.refusals }, log), {
    places: async (c) => {
      const parcel = await seen(await who(c, "customer"), c.req.valid("param").id);
      if (parcel.reservation === null || parcel.isPerishable || !movable.includes(parcel.state)) return c.json({ candidates: [] }, 200);
      const answer = await elsewhere.internal.reservations[":id"].places.$get({ param: { id: parcel.reservation }, query: {} });
      if (answer.status !== 200) throw new Error(`places for parcel ${parcel.id}: ${(await problemOf(answer as never)).code}`);
      return c.json(await answer.json(), 200);
    },
    create: async (c) => {
      const actor = await who(c, "customer", "shop", "carrier", "operator");
      if (actor.kind === "operator") requireRole(actor, "support");
      const { id: parcel } = c.req.valid("param");
      const { station, note } = c.req.valid("json");
      await seen(actor, parcel);
      const id = newId();
      await db.transaction().execute(async (tx) => {
        await write.holdStill(tx, parcel);
        const at = now();
        const row = await write.find(tx, parcel);
        if (!row || row.reservation === null || !movable.includes(row.state) || row.recalled_for !== null)
          throw new Refused("wrong_state", `A parcel that is ${row?.state ?? "gone"} goes nowhere else.`, { state: row?.state });
        if (row.is_perishable) throw new Refused("perishable", "Goods that perish are never diverted to another station.");
        if (row.station === station)
          throw new Refused("wrong_state", "The parcel is planned for this station already.", { state: row.state });
        const isOwn = actor.kind === "customer";
        const isInside = row.state === "delivered" || row.state === "stored";
        const until = isOwn ? null : new Date(at.getTime() + consentHours * hourMs);
        const made = await queries.insert(tx, {
          id,
          parcel,
          reservation: row.reservation,
          station_from: row.station,
          station_to: station,
          state: isOwn ? "agreed" : "proposed",
          asked_by: actorText(actor),
          note,
          reason: null,
          is_inside: isInside,
          waiting: null,
          until,
          attempts: 0,
          next_at: until ?? at,
          created_at: at,
          ended_at: null,
        });
        if (!made) throw new Refused("redirect_under_way", "This parcel is going to another station already, or somebody asks for it.");
        await publish(tx, at, RedirectMoved, {
          redirect: id,
          parcel,
          station,
          fromStation: row.station,
          by: made.asked_by,
          isInside,
          from: null,
          to: made.state,
          reason: null,
          until: until?.toISOString() ?? null,
        });
      });
      return c.json(await settled(id), 201);
    },
    list: async (c) => {
      const { id } = c.req.valid("param");
      await seen(await who(c, "customer", "shop", "carrier", "operator"), id);
      return c.json({ redirects: (await queries.ofParcel(db, id)).map(queries.view) }, 200);
    },
    agree: async (c) => {
      const { redirect } = c.req.valid("param");
      await mine(c, redirect);
      return c.json(await say(redirect, "agree", { news: "agreed", set: { until: null } }), 200);
    },
    decline: async (c) => {
      const { redirect } = c.req.valid("param");
      await mine(c, redirect);
      return c.json(await say(redirect, "decline", { news: "declined" }), 200);
    },
    withdraw: async (c) => {
      const actor = await who(c, "customer", "shop", "carrier", "operator");
      if (actor.kind === "operator") requireRole(actor, "support");
      if (actor.kind === "shop" || actor.kind === "carrier") requireScope(actor, "parcels");
      const { redirect } = c.req.valid("param");
      const row = await queries.get(db, redirect);
      const isSeen = row && (await read.get(db, await sightOf(actor), row.parcel));
      // A customer takes back what is theirs to decide; the others only what they have proposed themselves.
      if (!isSeen || (actor.kind !== "customer" && row.asked_by !== actorText(actor)))
        throw new Refused("not_found", "There is no such redirect.");
      return c.json(await say(redirect, "withdraw", { news: "withdrawn" }), 200);
    },
    question: async (c) => {
      c.header("cache-control", "no-store");
      return c.json(questionOf(queries.view(await asked(c.req.valid("json").token))), 200);
    },
    answerQuestion: async (c) => {
      const { token, answer } = c.req.valid("json");
      const { id } = await asked(token);
      const isYes = answer === "agree";
      const stands = await (isYes ? say(id, "agree", { news: "agreed", set: { until: null } }) : say(id, "decline", { news: "declined" }));
      return c.json(questionOf(stands), 200);
    },
    underWay: async (c) => {
      await who(c, "operator");
      const { state, limit } = c.req.valid("query");
      return c.json({ redirects: (await queries.live(db, state, limit)).map(queries.view) }, 200);
    },
    retry: async (c) => {
      requireRole(await who(c, "operator"), "support");
      return c.json(await say(c.req.valid("param").redirect, "retry", { news: "retried" }), 200);
    },
  });

  const job: Job = {
    name: "parcels.redirects",
    everySeconds: looking.everySeconds,
    run: async () => {
      for (const id of await queries.due(db, now(), looking.batch)) await advance(needs, id);
    },
  };
  return { routes, jobs: [job] };
}

/** What a message's reader sees of it. */
const questionOf = ({ from, to, state, isInside, note, until }: Redirect): Question => ({ from, to, state, isInside, note, until });

/** Why the wish came to nothing, as the one who asked hears it. */
function refusalOf({ reason }: queries.Row): Refused {
  if (reason === "station_full") return new Refused("station_full", "There is no free compartment that fits at this station now.");
  if (reason === "station_unavailable") return new Refused("station_unavailable", "This station cannot be used now.");
  if (reason === "perishable") return new Refused("perishable", "Goods that perish are never diverted to another station.");
  return new Refused("wrong_state", "The parcel goes nowhere else now.");
}
