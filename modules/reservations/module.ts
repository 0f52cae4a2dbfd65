import { actorText, requireRole, type Who } from "@pigeonhole/identity/contract";
import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import { router } from "@pigeonhole/kit/http";
import { attemptOf, once } from "@pigeonhole/kit/idempotency";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Job } from "@pigeonhole/kit/jobs";
import type { Log } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import type { Personal } from "@pigeonhole/kit/personal/personal";
import { Refused } from "@pigeonhole/kit/refused";
import { conditionsOf } from "./conditions/contract.ts";
import { consumer } from "./consumers.ts";
import * as contract from "./contract.ts";
import type { Reservation } from "./contract.ts";
import * as domain from "./domain.ts";
import type { Claim } from "./domain.ts";
import { Confirmed } from "./events.ts";
import { elsewhere } from "./elsewhere/elsewhere.ts";
import { explain, find } from "./finding.ts";
import { hold } from "./holding.ts";
import { resolve } from "./inspecting.ts";
import { checkScope, ownerOf } from "./owner.ts";
import * as compartments from "./queries/compartment.ts";
import { cancel, endLapsed } from "./queries/end.ts";
import { list as listInspections } from "./queries/inspection.ts";
import * as claims from "./queries/reservation.ts";
import { getStation } from "./queries/station.ts";
import { reassign, resettleAll } from "./reassigning.ts";
import { rehouseAll, rehousing } from "./rehousing.ts";
import { returning } from "./returning/returning.ts";
import type { Tables } from "./tables.ts";
import { cancelTogether, lapseTogether } from "./together/ending.ts";
import { joinOf } from "./together/joining.ts";
import type { WindowBounds, Windows } from "./windows/contract.ts";
import { ofOrder, usualBounds, usualWindows } from "./windows/domain.ts";
import { promised } from "./windows/queries.ts";
import { windows } from "./windows/windows.ts";

export interface Needs {
  readonly db: Db<Tables>;
  readonly who: Who;
  readonly now: Now;
  readonly newId: NewId;
  readonly log: Log;
  readonly personal: Personal;
  /** Short name of the carrier that brings parcels for which none is named. */
  readonly defaultCarrier: string | null;
  /** Limits where a shop has set none, and what no shop may go beyond (A6.4, N2). */
  readonly usualWindows?: Windows;
  readonly windowBounds?: WindowBounds;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** Lapsed claims are recorded this often, so many in one statement, and at most so many statements in a row. Seconds. */
const lapsing = { everySeconds: 3, batch: 200, batches: 50 } as const;

const view = ({ owner: _owner, isPerishable: _perishable, isReturn: _return, togetherWith, expiresAt, ...claim }: Claim): Reservation => ({
  ...claim,
  expiresAt: expiresAt.toISOString(),
  ...(togetherWith !== null && { isTogether: true }),
});
const noSuch = (id: string): Refused => new Refused("not_found", `There is no reservation ${id}.`);

export function reservations(needs: Needs) {
  const { db, who, now, newId, log, personal, defaultCarrier } = needs;
  const limits = windows({
    db,
    who,
    now,
    log,
    personal,
    usual: needs.usualWindows ?? usualWindows,
    bounds: needs.windowBounds ?? usualBounds,
  });
  const routes = contract.mount(router({ ...contract.refusals }, log), {
    search: async (c) => {
      const asked = c.req.valid("query");
      const need = domain.needOf({ size: asked.size, dimensions: dimensionsOf(asked) });
      const at = now();
      const wish = {
        ...asked,
        need,
        stepFree: asked.stepFree === "true",
        openAt: asked.openAt === undefined ? undefined : new Date(asked.openAt),
      };
      const found = await find(db, at, wish);
      if (found.candidates.length === 0 && !domain.fitsStandard(need))
        throw new Refused("does_not_fit", "No compartment near there takes a parcel of these dimensions.");
      const passedOver = await explain(db, at, wish, found.candidates, asked.passedOver);
      return c.json({ ...found, candidates: [...found.candidates], passedOver: [...passedOver], asOf: at.toISOString() }, 200);
    },
    hold: async (c) => {
      const owner = await ownerOf(who, c);
      const { station } = c.req.valid("param");
      const wish = c.req.valid("json");
      const at = now();
      const attempt = attemptOf(owner, c.req.header("idempotency-key"), `reservations.hold ${station}`, wish, at);
      const minutes = wish.holdMinutes ?? (await limits.of(owner)).holdMinutes;
      const expiresAt = new Date(at.getTime() + minutes * minuteMs);
      return c.json(
        await hold(db, { id: newId(), station, need: domain.needOf(wish), owner, orderId: wish.orderId, expiresAt }, attempt),
        201,
      );
    },
    confirm: async (c) => {
      const owner = await ownerOf(who, c);
      const { id } = c.req.valid("param");
      const order = c.req.valid("json");
      const conditions = conditionsOf(order);
      if (conditions && owner.startsWith("customer:"))
        throw new Refused("not_allowed", "Only shops and carriers ask for an age or a payment before a parcel is given out.");
      const at = now();
      const attempt = attemptOf(owner, c.req.header("idempotency-key"), `reservations.confirm ${id}`, order, at);
      // Asked before: who waits for a session of the pool while holding one may wait for all of the others.
      const shopWindows = await limits.of(owner);
      const answer = await once(db, attempt, async (tx) => {
        const claim = await claims.lock(tx, id);
        if (claim?.owner !== owner) throw noSuch(id);
        const deliverBy = new Date(at.getTime() + (order.deliverWithinDays ?? shopWindows.deliveryDays) * dayMs);
        const parcel = newId();
        const confirmed = domain.confirm(claim, parcel, at, deliverBy, order.isPerishable);
        const box = await compartments.lock(tx, claim.station, claim.compartment);
        if (box?.reservation !== id)
          throw new Refused("wrong_state", "Something else was put into this compartment meanwhile. Search again.");
        await claims.save(tx, at, confirmed);
        if (order.dimensions) await claims.keepNeed(tx, id, domain.narrower(await claims.needOf(tx, id), order.dimensions));
        await compartments.note(tx, confirmed, { reservation: id, parcel: null, until: deliverBy });
        const person = await personal.subjectOf(tx, order.recipient);
        const carrier = order.carrier ?? defaultCarrier;
        const joined = await joinOf(
          tx,
          at,
          confirmed,
          { ...order, isHeld: conditions !== null },
          { station: claim.station, owner, person: person.subject, carrier },
        );
        const { station, compartment, size, orderId } = joined?.claim ?? confirmed;
        await publish(tx, at, Confirmed, {
          reservation: id,
          station,
          compartment,
          size,
          parcel,
          owner,
          carrier,
          orderId,
          barcode: order.barcode,
          dimensions: order.dimensions,
          service: order.service,
          deliverBy: deliverBy.toISOString(),
          windows: ofOrder(shopWindows, order.service, await promised(tx, person.subject), limits.bounds),
          isPerishable: order.isPerishable,
          togetherWith: joined?.with ?? null,
          conditions,
          sealedRecipient: person.seal(`recipient|${parcel}`, JSON.stringify(order.recipient)),
        });
        return { status: 200, body: view(joined?.claim ?? confirmed) };
      });
      return c.json(answer.body, 200);
    },
    cancel: async (c) => {
      const owner = await ownerOf(who, c);
      const { id } = c.req.valid("param");
      // What this does not end is refused, or was cancelled before and is answered the same; one that moved meanwhile is met the second time.
      if ((await cancel(db, now(), owner, [id])).length === 0 && (await cancel(db, now(), owner, [id])).length === 0)
        await db.transaction().execute((tx) => cancelTogether(tx, now(), owner, id));
      const known = await claims.get(db, id);
      if (known?.claim.owner !== owner) throw noSuch(id);
      return c.json(view(domain.cancel(domain.asOf(known.claim, now(), known.isConnected))), 200);
    },
    get: async (c) => {
      const actor = await who(c, "customer", "shop", "carrier", "operator", "module");
      checkScope(actor);
      const { id } = c.req.valid("param");
      const known = await claims.get(db, id);
      const isOpen = actor.kind === "operator" || actor.kind === "module";
      if (!known || (!isOpen && known.claim.owner !== (await ownerOf(who, c)))) throw noSuch(id);
      return c.json(view(domain.asOf(known.claim, now(), known.isConnected)), 200);
    },
    listAtStation: async (c) => {
      await who(c, "operator");
      const live = (await claims.listAtStation(db, c.req.valid("param").station)).filter(
        ({ claim, isConnected }) => !domain.hasLapsed(claim, now(), isConnected),
      );
      return c.json({ reservations: live.map(({ claim }) => view(claim)) }, 200);
    },
    compartments: async (c) => {
      await who(c, "operator");
      const { station } = c.req.valid("param");
      if (!(await getStation(db, station))) throw new Refused("no_such_station", `There is no station ${station}.`);
      return c.json({ compartments: [...(await compartments.list(db, station, now()))] }, 200);
    },
    inspections: async (c) => {
      await who(c, "operator");
      const { station, all, limit } = c.req.valid("query");
      return c.json({ inspections: await listInspections(db, { station, all: all === "true", limit }) }, 200);
    },
    resolve: async (c) => {
      const operator = await who(c, "operator");
      requireRole(operator, "support");
      const { id } = c.req.valid("param");
      const found = { ...c.req.valid("json"), by: actorText(operator), at: now() };
      return c.json(await db.transaction().execute((tx) => resolve(tx, id, found)), 200);
    },
    reassign: async (c) => {
      await who(c, "module");
      const wish = c.req.valid("json");
      return c.json(await db.transaction().execute((tx) => reassign(tx, now(), newId, wish)), 200);
    },
  });
  routes.route("/", limits.routes);
  routes.route("/", elsewhere({ db, who, now, newId, log }).routes);
  routes.route("/", returning({ db, who, now, newId, log }).routes);
  const lapse: Job = {
    name: "reservations.lapse",
    everySeconds: lapsing.everySeconds,
    run: async () => {
      await compartments.freeKept(db, now());
      await lapseTogether(db, now(), lapsing.batch);
      for (let i = 0; i < lapsing.batches; i++) if ((await endLapsed(db, now(), lapsing.batch)) === 0) return;
    },
  };
  const rehouse: Job = { name: "reservations.rehouse", everySeconds: rehousing.everySeconds, run: () => rehouseAll({ db, now, log }) };
  const resettle: Job = {
    name: "reservations.resettle",
    everySeconds: rehousing.everySeconds,
    run: () => resettleAll(db, now(), rehousing.batch),
  };
  return { routes, consumers: consumer(now), jobs: [lapse, rehouse, resettle] };
}

/** All three edges or none; a parcel whose weight is not stated is a light one. Throws Refused `malformed`. */
function dimensionsOf({
  lengthMm,
  widthMm,
  heightMm,
  weightGrams = 1,
}: {
  lengthMm?: number | undefined;
  widthMm?: number | undefined;
  heightMm?: number | undefined;
  weightGrams?: number | undefined;
}) {
  if (lengthMm === undefined && widthMm === undefined && heightMm === undefined) return undefined;
  if (lengthMm === undefined || widthMm === undefined || heightMm === undefined)
    throw new Refused("malformed", "State lengthMm, widthMm and heightMm, or none of them.");
  return { lengthMm, widthMm, heightMm, weightGrams };
}
