import { actorText, requireScope } from "@pigeonhole/identity/contract";
import { router } from "@pigeonhole/kit/http";
import type { Job } from "@pigeonhole/kit/jobs";
import { attemptOf, once } from "@pigeonhole/kit/idempotency";
import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import type { Context } from "hono";
import { webhooksConsumer } from "./consumers.ts";
import * as contract from "./contract.ts";
import { deliverDue } from "./deliver.ts";
import { EndpointChanged } from "./events.ts";
import { prepare, type Needs } from "./needs.ts";
import * as deliveries from "./queries/deliveries.ts";
import * as endpoints from "./queries/endpoints.ts";
import { refusedUrl } from "./sending.ts";
import { publicKeyText, secretText } from "./signature.ts";

const secretBytes = 32;
const hourMs = 3_600_000;
/** Deliveries that have ended are kept so long, to be looked at and replayed. Days. */
const keptDays = 30;
/** How often what is due is looked for. Seconds. */
const lookEverySeconds = 1;

export function webhooks(given: Needs) {
  const needs = prepare(given);
  const { db, who, now, newId, random, allowsPrivate } = needs;

  /** A shop or carrier whose key may do this. */
  const owned = async (c: Context) => {
    const actor = await who(c, "shop", "carrier");
    requireScope(actor, "webhooks");
    return { owner: actorText(actor), carrier: actor.kind === "carrier" ? actor.slug : null };
  };
  const found = async (c: Context, id: string): Promise<endpoints.Endpoint> => there(await endpoints.get(db, (await owned(c)).owner, id));
  const checked = (url: string): void => {
    const why = refusedUrl(url, allowsPrivate);
    if (why !== undefined) throw new Refused("url_refused", why);
  };
  /** Changes an endpoint and tells of it, both or neither. */
  const changed = async (
    owner: string,
    id: string,
    change: "changed" | "secret_rotated",
    values: Parameters<typeof endpoints.change>[3],
  ): Promise<endpoints.Endpoint> =>
    db.transaction().execute(async (tx) => {
      const row = there(await endpoints.change(tx, owner, id, values));
      await publish(tx, now(), EndpointChanged, { endpoint: id, owner, change });
      return row;
    });

  const routes = contract.mount(router({ ...contract.refusals }, needs.log), {
    create: async (c) => {
      const { owner, carrier } = await owned(c);
      const { url, types } = c.req.valid("json");
      checked(url);
      const at = now();
      const attempt = attemptOf(owner, c.req.header("idempotency-key"), "webhooks.create", { url, types }, at);
      // What is kept for a repetition has the secret sealed; nothing in the database has it in clear.
      const { body } = await once(db, attempt, async (tx) => {
        const id = newId();
        const sealed_secret = needs.sealSecret(id, secretText(random.bytes(secretBytes)));
        const inserted = await endpoints.insert(
          tx,
          {
            id,
            owner,
            carrier,
            url,
            types: [...new Set(types)],
            state: "active",
            sealed_secret,
            sealed_former: null,
            former_until: null,
            created_at: at,
          },
          contract.maxEndpoints,
        );
        if (!inserted)
          throw new Refused("too_many", `There may be ${contract.maxEndpoints} endpoints; remove one that is not needed any more.`);
        await publish(tx, at, EndpointChanged, { endpoint: id, owner, change: "created" });
        return { status: 201, body: { made: endpointView(inserted), sealed: sealed_secret } };
      });
      return c.json({ ...body.made, secret: needs.openSecret(body.made.id, body.sealed) }, 201);
    },
    list: async (c) => c.json({ endpoints: (await endpoints.list(db, (await owned(c)).owner)).map(endpointView) }, 200),
    get: async (c) => c.json(endpointView(await found(c, c.req.valid("param").id)), 200),
    change: async (c) => {
      const { owner } = await owned(c);
      const { url, types, state } = c.req.valid("json");
      if (url !== undefined) checked(url);
      const values = { ...(url !== undefined && { url }), ...(types && { types: [...new Set(types)] }), ...(state && { state }) };
      const { id } = c.req.valid("param");
      const row =
        Object.keys(values).length === 0 ? there(await endpoints.get(db, owner, id)) : await changed(owner, id, "changed", values);
      return c.json(endpointView(row), 200);
    },
    remove: async (c) => {
      const { owner } = await owned(c);
      const { id } = c.req.valid("param");
      await db.transaction().execute(async (tx) => {
        if (!(await endpoints.remove(tx, owner, id))) throw notFound();
        await publish(tx, now(), EndpointChanged, { endpoint: id, owner, change: "removed" });
      });
      return c.body(null, 204);
    },
    rotate: async (c) => {
      const { owner } = await owned(c);
      const { id } = c.req.valid("param");
      const [secret, at] = [secretText(random.bytes(secretBytes)), now()];
      const { sealed_secret } = there(await endpoints.get(db, owner, id));
      const row = await changed(owner, id, "secret_rotated", {
        sealed_secret: needs.sealSecret(id, secret),
        sealed_former: sealed_secret,
        former_until: new Date(at.getTime() + contract.formerHours * hourMs),
      });
      return c.json({ ...endpointView(row), secret }, 201);
    },
    tryOut: async (c) => {
      const { id } = await found(c, c.req.valid("param").id);
      const at = now();
      const outgoing = { event: newId(), type: "webhook.test" as const, at, data: { endpoint: id } };
      const row = await db.transaction().execute((tx) => deliveries.insertFor(tx, newId(), id, outgoing, at));
      return c.json(deliveryView({ ...row!, last_at: null, last_status: null, last_error: null, last_ms: null }), 202);
    },
    deliveries: async (c) => {
      const { id } = await found(c, c.req.valid("param").id);
      const query = c.req.valid("query");
      const rows = await deliveries.list(db, id, query);
      return c.json({ deliveries: rows.map(deliveryView), next: rows.length < query.limit ? null : rows.at(-1)!.id }, 200);
    },
    replay: async (c) => {
      const { id, owner } = await found(c, c.req.valid("param").id);
      const { from, to, state } = c.req.valid("json");
      const at = now();
      const replayed = await db.transaction().execute(async (tx) => {
        const span = { from: new Date(from), to: to === undefined ? at : new Date(to), state };
        const count = await deliveries.replay(tx, id, span, at, contract.maxReplayed);
        if (count > 0) await publish(tx, at, EndpointChanged, { endpoint: id, owner, change: "replayed" });
        return count;
      });
      return c.json({ replayed }, 202);
    },
    key: async (c) => c.json({ publicKey: publicKeyText(needs.key) }, 200),
  });

  const jobs: readonly Job[] = [
    { name: "webhooks.deliver", everySeconds: lookEverySeconds, run: () => deliverDue(needs) },
    {
      name: "webhooks.forget",
      everySeconds: 3_600,
      run: async () => void (await deliveries.forget(db, new Date(now().getTime() - keptDays * 24 * hourMs))),
    },
  ];
  return { routes, consumers: webhooksConsumer({ now, newId }), jobs };
}

const notFound = (): Refused => new Refused("not_found", "There is no such endpoint.");
function there<T>(row: T | undefined): T {
  if (row === undefined) throw notFound();
  return row;
}

const endpointView = (row: endpoints.Endpoint) => ({
  id: row.id,
  url: row.url,
  types: row.types,
  state: row.state,
  createdAt: row.created_at.toISOString(),
  formerUntil: row.former_until?.toISOString() ?? null,
});

const deliveryView = (row: deliveries.Shown): contract.Delivery => ({
  id: row.id,
  event: row.event,
  type: row.type,
  occurredAt: row.occurred_at.toISOString(),
  state: row.state,
  attempts: row.attempts,
  nextAt: row.next_at?.toISOString() ?? null,
  endedAt: row.ended_at?.toISOString() ?? null,
  last:
    row.last_at === null ? null : { at: row.last_at.toISOString(), status: row.last_status, error: row.last_error, ms: row.last_ms ?? 0 },
});
