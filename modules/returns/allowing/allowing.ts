import { actorText, requireScope, type Who } from "@pigeonhole/identity/contract";
import type { Client } from "@pigeonhole/kit/client";
import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import { router } from "@pigeonhole/kit/http";
import { attemptOf, once } from "@pigeonhole/kit/idempotency";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Log } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import type { Personal } from "@pigeonhole/kit/personal/personal";
import { Refused } from "@pigeonhole/kit/refused";
import type { ParcelApi } from "@pigeonhole/parcels/contract";
import type { Recipient } from "@pigeonhole/reservations/contract";
import type { Context } from "hono";
import { daysAfter } from "../domain.ts";
import { Authorised } from "../events.ts";
import type { Tables } from "../tables.ts";
import * as contract from "./contract.ts";
import { allowing as deciding, authorisedPlace } from "./deciding.ts";
import * as queries from "./queries.ts";

interface Needs {
  readonly db: Db<Tables>;
  readonly who: Who;
  readonly now: Now;
  readonly newId: NewId;
  readonly log: Log;
  readonly personal: Personal;
  readonly parcels: Client<ParcelApi>;
}

const noSuch = (): Refused => new Refused("not_found", "There is no such authorisation of yours.");

/** What shops allow to be sent back, and what of it a customer is offered. */
export function allowing(needs: Needs) {
  const { db, who, now, newId, log, personal } = needs;
  const { parcelOf, ofParcel } = deciding(needs);
  const shopOf = async (c: Context): Promise<string> => {
    const shop = await who(c, "shop");
    requireScope(shop, "parcels");
    return actorText(shop);
  };
  /** What a shop names: a parcel of its own, or an order with its recipient. */
  const named = async (
    owner: string,
    wish: { readonly parcel: string } | { readonly orderId: string; readonly recipient: Recipient },
  ): Promise<{ parcel: string | null; orderId: string; carrier: string | null; recipient: Recipient }> => {
    if (!("parcel" in wish)) return { ...wish, parcel: null, carrier: null };
    const known = await parcelOf(wish.parcel);
    if (known.owner !== owner || known.recipient === null) throw new Refused("not_found", "There is no such parcel of yours.");
    const { orderId, carrier } = known.parcel;
    return { parcel: wish.parcel, orderId, carrier, recipient: known.recipient };
  };

  const routes = contract.mount(router(contract.refusals, log), {
    policy: async (c) => c.json(await queries.policyOf(db, await shopOf(c)), 200),
    setPolicy: async (c) => {
      const owner = await shopOf(c);
      const policy = c.req.valid("json");
      await queries.setPolicy(db, owner, policy, now());
      return c.json(policy, 200);
    },
    authorise: async (c) => {
      const owner = await shopOf(c);
      const wish = c.req.valid("json");
      const at = now();
      const attempt = attemptOf(owner, c.req.header("idempotency-key"), "returns.authorise", wish, at);
      const { parcel, orderId, carrier, recipient } = await named(owner, wish);
      const { body } = await once(db, attempt, async (tx) => {
        const person = await personal.subjectOf(tx, recipient);
        const id = newId();
        const until = daysAfter(at, wish.days);
        const sealed = person.seal(authorisedPlace(id), JSON.stringify(recipient));
        const row = { id, owner, parcel, carrier, until, order_id: orderId, created_at: at, withdrawn_at: null };
        await queries.insert(tx, { ...row, subject: person.subject, sealed_customer: sealed });
        await publish(tx, at, Authorised, {
          authorisation: id,
          owner,
          orderId,
          of: parcel,
          until: until.toISOString(),
          sealedCustomer: sealed,
        });
        return { status: 201, body: { id } };
      });
      return c.json((await queries.list(db, { owner, id: body.id, limit: 1 }))[0]!, 201);
    },
    withdraw: async (c) => {
      const owner = await shopOf(c);
      const { id } = c.req.valid("param");
      if (!(await queries.withdraw(db, id, owner, now()))) throw noSuch();
      return c.json((await queries.list(db, { owner, id, limit: 1 }))[0]!, 200);
    },
    authorisations: async (c) => {
      const actor = await who(c, "shop", "customer");
      const { before, limit } = c.req.valid("query");
      if (actor.kind === "shop") requireScope(actor, "parcels");
      const whose =
        actor.kind === "shop"
          ? { owner: actorText(actor) }
          : { subject: { is: (await personal.find(db, "email", actor.email))[0] ?? null, openAt: now() } };
      const found = await queries.list(db, { ...whose, before, limit: limit + 1 });
      const page = found.slice(0, limit);
      return c.json({ authorisations: page, next: found.length > limit ? page.at(-1)!.id : null }, 200);
    },
    offer: async (c) => c.json((await ofParcel(await who(c, "customer"), c.req.valid("param").id)).offer, 200),
  });
  return { routes };
}
