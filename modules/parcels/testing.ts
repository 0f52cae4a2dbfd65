// What the tests of this module share: people, facts of the neighbours, and reservations as far as parcels asks them.
import assert from "node:assert/strict";
import { PickupReady } from "@pigeonhole/access/events";
import { RouteStarted } from "@pigeonhole/couriers/events";
import { Reported } from "@pigeonhole/devices/events";
import type { Actor, Who } from "@pigeonhole/identity/contract";
import { client } from "@pigeonhole/kit/client";
import { connect } from "@pigeonhole/kit/db";
import type { Fact } from "@pigeonhole/kit/fact";
import { router } from "@pigeonhole/kit/http";
import { systemNewId } from "@pigeonhole/kit/ids";
import { silentLog } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import { systemRandom } from "@pigeonhole/kit/random";
import { testPersonal } from "@pigeonhole/kit/personal/testing";
import { Refused } from "@pigeonhole/kit/refused";
import { createSeal } from "@pigeonhole/kit/seal";
import { drain, type TestDatabase } from "@pigeonhole/kit/testing";
import * as reservation from "@pigeonhole/reservations/contract";
import type { ElsewhereApi } from "@pigeonhole/reservations/elsewhere/contract";
import { Confirmed, Ended } from "@pigeonhole/reservations/events";
import { sql } from "kysely";
import type { z } from "zod";
import type { ParcelApi } from "./contract.ts";
import { parcels } from "./module.ts";
import type { Tables } from "./tables.ts";

export const station = systemNewId();
export const courier = systemNewId();
export const ann: Actor = { kind: "customer", id: systemNewId(), email: "ann@example.org" };
export const bob: Actor = { kind: "customer", id: systemNewId(), email: "bob@example.org" };
const keyed = (kind: "shop" | "carrier", slug: string) => ({
  kind,
  tenant: systemNewId(),
  slug,
  keyId: systemNewId(),
  scopes: ["parcels" as const],
});
export const [books, tools, red, blue] = [
  keyed("shop", "books"),
  keyed("shop", "tools"),
  keyed("carrier", "red"),
  keyed("carrier", "blue"),
];
export const support: Actor = { kind: "operator", id: systemNewId(), role: "support" };
export const neighbour: Actor = { kind: "module", name: "access" };

/** Reservations as far as parcels needs it: each key takes effect once; `fail` breaks the next call of a step. */
function fakeReservations(log: string[], now: () => Date) {
  const done = new Map<string, reservation.Reservation>();
  const fail: { step?: "hold" | "confirm" | "confirmed" | "full" | "expired" } = {};
  let compartment = 0;
  const never = (): never => assert.fail("parcels does not ask this");
  const breakAt = (step: string): void => {
    if (fail.step !== step) return;
    delete fail.step;
    throw step === "full"
      ? new Refused("station_full", "no free compartment", { alternatives: ["elsewhere"] })
      : step === "expired"
        ? new Refused("hold_expired", "too late")
        : new Error("the line is dead");
  };
  const routes = reservation.mount(router(reservation.refusals, silentLog), {
    search: never,
    cancel: never,
    get: never,
    listAtStation: never,
    inspections: never,
    resolve: never,
    reassign: never,
    compartments: never,
    hold: (c) => {
      breakAt("hold");
      breakAt("full");
      const key = c.req.header("idempotency-key")!;
      const { orderId, size = "small" } = c.req.valid("json");
      log.push(`hold for ${c.req.header("on-behalf-of")}`);
      const held = done.get(key) ?? {
        id: systemNewId(),
        station: c.req.valid("param").station,
        compartment: ++compartment,
        size,
        state: "held" as const,
        endReason: null,
        expiresAt: now().toISOString(),
        orderId,
        parcel: null,
      };
      done.set(key, held);
      return c.json(held, 201);
    },
    confirm: (c) => {
      breakAt("confirm");
      breakAt("expired");
      const key = c.req.header("idempotency-key")!;
      const held = [...done.values()].find(({ id }) => id === c.req.valid("param").id)!;
      const confirmed = done.get(key) ?? { ...held, state: "confirmed" as const, parcel: systemNewId() };
      if (!done.has(key)) log.push(`confirm for ${c.req.header("on-behalf-of")} by ${c.req.valid("json").carrier}`);
      done.set(key, confirmed);
      breakAt("confirmed");
      return c.json(confirmed, 200);
    },
  });
  return { fail, routes };
}

/** The module on a fresh database, with reservations as far as it asks them, and a clock that the test moves. */
export async function start(database: TestDatabase) {
  const db = connect<Tables>(await database.fresh());
  const seal = createSeal([Buffer.alloc(32, 7)], systemRandom);
  let time = new Date("2026-03-01T12:00:00.000Z");
  const now = (): Date => time;
  const { personal } = testPersonal(db as never, now, seal);
  const actors = new Map<string, Actor>();
  const who: Who = async (c, ...kinds) => {
    const actor = actors.get(c.req.header("authorization") ?? "");
    if (!actor) throw new Refused("not_signed_in", "Sign in first.");
    if (!(kinds as string[]).includes(actor.kind)) throw new Refused("not_allowed", "no");
    return actor as never;
  };
  const calls: string[] = [];
  const fake = fakeReservations(calls, now);
  const reservations = client<reservation.ReservationApi>("http://r", { fetch: (url, init) => fake.routes.request(url as string, init) });
  const elsewhere = client<ElsewhereApi>("http://r", { fetch: () => assert.fail("nothing goes elsewhere here") });
  const module = parcels({ db, who, now, newId: systemNewId, log: silentLog, seal, personal, reservations, elsewhere });
  const as = (actor?: Actor) => {
    if (actor) actors.set(JSON.stringify(actor), actor);
    return client<ParcelApi>("http://p", {
      headers: actor ? { authorization: JSON.stringify(actor) } : {},
      fetch: (url, init) => module.routes.request(url as string, init),
    });
  };
  const consume = async (): Promise<void> => assert.deepEqual(await drain(db as never, module.consumers, now), []);
  const say = async <T extends string, S extends z.ZodRawShape>(kind: Fact<T, S>, payload: z.input<z.ZodObject<S>>): Promise<void> => {
    await db.transaction().execute((tx) => publish(tx, time, kind, payload));
    await consume();
  };
  const order = {
    orderId: "A-1",
    owner: `customer:${(ann as { id: string }).id}`,
    carrier: "red" as string | null,
    barcode: null as string | null,
    email: "ann@example.org",
  };
  /** The fact that an order was placed; the parcel's id. */
  const confirm = async ({ parcel = systemNewId(), ...wish }: Partial<typeof order> & { parcel?: string } = {}) => {
    const { email, ...rest } = { ...order, ...wish };
    const recipient = { name: "Ann Lind", email, phone: null, language: "en" };
    await say(Confirmed, {
      ...rest,
      reservation: systemNewId(),
      station,
      compartment: 14,
      size: "medium",
      parcel,
      dimensions: null,
      service: "standard",
      deliverBy: "2026-03-06T12:00:00.000Z",
      sealedRecipient: seal.seal(`recipient|${parcel}`, JSON.stringify(recipient)),
    });
    return parcel;
  };
  let seq = 0;
  const report = (parcel: string, type: "parcel_deposited" | "parcel_collected", at = time, from = station): Promise<void> =>
    say(Reported, {
      station: from,
      epoch: 1,
      seq: ++seq,
      at: at.toISOString(),
      parcel,
      event:
        type === "parcel_deposited"
          ? { type, compartment: 14, parcel, evidence: "depositor", actor: `courier:${courier}` }
          : { type, compartment: 14, parcel, deposit: null, grant: null },
    });
  const shipped = (parcel: string): Promise<void> =>
    say(RouteStarted, { route: systemNewId(), courier, tenant: systemNewId(), parcels: [parcel] });
  const ready = (parcel: string, expiresAt = "2026-03-04T12:00:00.000Z", reason: "deposited" | "reissued" = "deposited"): Promise<void> =>
    say(PickupReady, { parcel, grant: systemNewId(), generation: 1, station, compartment: 14, expiresAt, reason });
  const ended = (parcel: string, reason: "cancelled" | "lapsed" | "collected"): Promise<void> =>
    say(Ended, { reservation: systemNewId(), station, compartment: 14, parcel, reason });
  const get = async (parcel: string) => {
    const answer = await as(support).parcels[":id"].$get({ param: { id: parcel } });
    assert.ok(answer.status === 200);
    return answer.json();
  };
  const moves = async (parcel: string): Promise<string[]> =>
    (
      await sql<{
        payload: { from: string | null; to: string };
      }>`select payload from kit.outbox where type = 'parcels.moved' and aggregateid = ${parcel} order by seq`.execute(db)
    ).rows.map(({ payload }) => `${payload.from} → ${payload.to}`);
  const pass = (hours: number): void => {
    time = new Date(time.getTime() + hours * 3_600_000);
  };
  return {
    db,
    as,
    module,
    confirm,
    report,
    shipped,
    ready,
    ended,
    get,
    moves,
    pass,
    calls,
    fail: fake.fail,
    consume,
    say,
    /** The job that ends windows. */
    expire: () => module.jobs.find(({ name }) => name === "parcels.expire")!.run(null),
    now,
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}
