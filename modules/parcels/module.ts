import { actorText, requireModule, requireRole, requireScope, type Actor, type Who } from "@pigeonhole/identity/contract";
import type { Client } from "@pigeonhole/kit/client";
import type { Now } from "@pigeonhole/kit/clock";
import { violates, type Db } from "@pigeonhole/kit/db";
import { router } from "@pigeonhole/kit/http";
import { attemptOf, once, previous } from "@pigeonhole/kit/idempotency";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Job } from "@pigeonhole/kit/jobs";
import type { Log } from "@pigeonhole/kit/log";
import { Erased, type Personal } from "@pigeonhole/kit/personal/personal";
import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import type { Seal } from "@pigeonhole/kit/seal";
import { Recipient, type ReservationApi } from "@pigeonhole/reservations/contract";
import type { ElsewhereApi } from "@pigeonhole/reservations/elsewhere/contract";
import type { Context } from "hono";
import { z } from "zod";
import { bind } from "./announce.ts";
import { cancelling } from "./cancelling/cancelling.ts";
import { parcelsConsumer } from "./consumers.ts";
import * as contract from "./contract.ts";
import { LookedUp } from "./events.ts";
import { apply, bear, recall, recipientHash, recipientPlace } from "./keeping.ts";
import { personOf } from "./person.ts";
import * as read from "./queries/read.ts";
import * as write from "./queries/write.ts";
import { redirects } from "./redirects/redirects.ts";
import type { Tables } from "./tables.ts";
import { diversion } from "./diversion/diversion.ts";
import { vacation } from "./vacation/vacation.ts";

export interface Needs {
  readonly db: Db<Tables>;
  readonly who: Who;
  readonly now: Now;
  readonly newId: NewId;
  readonly log: Log;
  readonly seal: Pick<Seal, "hash">;
  readonly personal: Personal;
  readonly reservations: Client<ReservationApi>;
  /** The same module's room for claims that go on at another station. */
  readonly elsewhere: Client<ElsewhereApi>;
}

/** Parcels expired in one transaction, and transactions of one run of the job. */
const expiry = { parcels: 200, runs: 50 } as const;

const uuids = (text: string | undefined): string[] => {
  const ids = z
    .array(z.uuid())
    .max(contract.maxFound)
    .safeParse(text ? text.split(",") : []);
  if (!ids.success) throw new Refused("malformed", `ids: at most ${contract.maxFound} ids, separated by commas.`);
  return ids.data;
};

export function parcels({ db, who, now, newId, log, seal, personal, reservations, elsewhere }: Needs) {
  const sightOfActor = async (actor: Exclude<Actor, { kind: "courier" | "module" }>): Promise<read.Sight> => {
    if (actor.kind === "operator") return { kind: "all" };
    const owner = actorText(actor);
    if (actor.kind === "customer") {
      const [subject = null] = await personal.find(db, "email", actor.email);
      return { kind: "customer", owner, subject, recipientHash: recipientHash(seal, actor.email) };
    }
    requireScope(actor, "parcels");
    return actor.kind === "shop" ? { kind: "shop", owner } : { kind: "carrier", owner, slug: actor.slug };
  };
  /** Whose parcels the caller may see. */
  const sightOf = async (c: Context): Promise<read.Sight> => sightOfActor(await who(c, "customer", "shop", "carrier", "operator"));
  /** Null for somebody who was erased. */
  const recipientIn = async (parcel: string, sealed: string): Promise<Recipient | null> => {
    try {
      return Recipient.parse(JSON.parse(await personal.open(db, recipientPlace(parcel), sealed)));
    } catch (error) {
      if (error instanceof Erased) return null;
      throw error;
    }
  };
  const notFound = (): Refused => new Refused("not_found", "There is no such parcel.");

  const routes = contract.mount(router(contract.refusals, log), {
    create: async (c) => {
      const by = await who(c, "shop", "carrier");
      requireScope(by, "parcels");
      const wish = c.req.valid("json");
      const attempt = attemptOf(actorText(by), c.req.header("idempotency-key"), "parcels.create", wish, now());
      const before = await previous(db, attempt);
      if (before) return c.json(before.body as never, 201);
      const carrier = by.kind === "carrier" ? by.slug : null;
      const {
        id: reservation,
        parcel,
        station,
        compartment,
        size,
        expiresAt,
      } = await bind(reservations, by, attempt.key, wish, async (reservation) => {
        const isTaken = await read.isTaken(db, { key: contract.labelKey(wish.barcode), carrier, owner: actorText(by), reservation });
        if (isTaken) throw new Refused("barcode_taken", "This barcode belongs to another parcel that is under way.");
      });
      if (parcel === null) throw new Error(`reservation ${reservation} was confirmed without a parcel`);
      const { body } = await once(db, attempt, async (tx) => {
        // A carrier is told by its own answer: the parcel is there at once. A shop's carrier is known when the fact arrives.
        if (carrier !== null) {
          const { orderId, barcode, recipient, service } = wish;
          await bear(
            tx,
            { now, log, personal },
            {
              id: parcel,
              reservation,
              station,
              compartment,
              size,
              order_id: orderId,
              barcode,
              owner: actorText(by),
              carrier,
              service,
              deliver_by: new Date(expiresAt),
              is_perishable: wish.isPerishable,
              recipient,
            },
          );
        }
        return { status: 201, body: { parcel, reservation, station, compartment, size } };
      });
      return c.json(body, 201);
    },
    get: async (c) => {
      const parcel = await read.get(db, await sightOf(c), c.req.valid("param").id);
      if (!parcel) throw notFound();
      return c.json(parcel, 200);
    },
    list: async (c) => c.json(await read.list(db, await sightOf(c), c.req.valid("query")), 200),
    lookUp: async (c) => {
      const operator = await who(c, "operator");
      requireRole(operator, "support");
      const { email, reason } = c.req.valid("json");
      const [subject = null] = await personal.find(db, "email", email);
      const found = await read.addressedTo(db, { subject, hash: recipientHash(seal, email) }, contract.maxLookedUp);
      await db.transaction().execute((tx) => publish(tx, now(), LookedUp, { actor: actorText(operator), reason, found: found.length }));
      return c.json({ parcels: found }, 200);
    },
    label: async (c) => {
      const by = await who(c, "shop", "carrier");
      const sight = await sightOf(c);
      const { id } = c.req.valid("param");
      const { barcode } = c.req.valid("json");
      const known = await read.get(db, sight, id);
      if (!known) throw notFound();
      await db
        .transaction()
        .execute(async (tx) => {
          const row = await write.find(tx, id);
          if (row?.state !== "reserved" && row?.state !== "shipped")
            throw new Refused("wrong_state", `A ${row?.state} parcel gets no other label.`);
          await write.label(tx, id, barcode, contract.labelKey(barcode));
        })
        .catch((error: unknown) => {
          if (violates(error, "parcel_label"))
            throw new Refused("barcode_taken", "This barcode belongs to another parcel that is under way.");
          throw error;
        });
      log.info({ parcel: id, by: actorText(by) }, "a parcel was labelled");
      return c.json({ ...known, barcode }, 200);
    },
    find: async (c) => {
      await who(c, "module");
      const { barcode, barcodes, ids, carrier } = c.req.valid("query");
      const texts = [barcode, barcodes].flat().filter((text) => text !== undefined);
      return c.json({ parcels: await read.find(db, { ids: uuids(ids), texts, carrier }) }, 200);
    },
    recipient: async (c) => {
      await who(c, "module");
      const { id } = c.req.valid("param");
      const row = await read.recipient(db, id);
      if (!row) throw notFound();
      const recipient = row.sealed_recipient === null ? null : await recipientIn(id, row.sealed_recipient);
      return c.json({ recipient, subject: row.recipient_subject, owner: row.owner, station: row.station, number: row.number }, 200);
    },
    person: async (c) => {
      requireModule(await who(c, "module"), "privacy");
      return c.json(await personOf({ db, recipientIn }, c.req.valid("param").subject, c.req.valid("query").customer), 200);
    },
    recall: async (c) => {
      const by = await who(c, "shop", "carrier", "operator");
      if (by.kind === "operator") requireRole(by, "support");
      const { id } = c.req.valid("param");
      const sight = await sightOf(c);
      const known = await read.get(db, sight, id);
      // A carrier that only brings it does not call it back.
      if (!known || (by.kind !== "operator" && !(await read.isOwner(db, id, actorText(by))))) throw notFound();
      const recalled = await db.transaction().execute((tx) => recall(tx, { now }, id, "recalled"));
      if (!recalled)
        throw new Refused("wrong_state", `A ${known.state} parcel cannot be called back from its compartment.`, { state: known.state });
      return c.json((await read.get(db, sight, id))!, 200);
    },
  });

  /** Flags parcels whose window has ended (A8.1). What this run leaves, the next one finds. */
  const expire = async (): Promise<void> => {
    for (let run = 0; run < expiry.runs; run++) {
      const at = now();
      const moved = await db.transaction().execute(async (tx) => {
        const rows = await write.due(tx, at, expiry.parcels);
        for (const row of rows) await apply(tx, now, row, { kind: "expired", at: at.toISOString() });
        return rows.length;
      });
      if (moved < expiry.parcels) return;
    }
  };
  const elsewheres = redirects({ db, who, now, newId, log, seal, elsewhere, sightOf: sightOfActor });
  const cancellations = cancelling({ db, who, now, log, reservations, sightOf: sightOfActor });
  routes.route("/", elsewheres.routes);
  routes.route("/", cancellations.routes);
  routes.route("/", diversion({ db, who, now, log, personal }).routes);
  routes.route("/", vacation({ db, who, now, log, personal }).routes);
  const jobs: readonly Job[] = [{ name: "parcels.expire", everySeconds: 15, run: expire }, ...elsewheres.jobs, ...cancellations.jobs];
  return { routes, consumers: parcelsConsumer({ now, log, personal }), jobs };
}
