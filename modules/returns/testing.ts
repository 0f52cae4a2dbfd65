// Reservations, parcels, access and couriers as they are, over one database, with lines between returns and them that a test may cut at any moment.
import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import type { AccessApi } from "@pigeonhole/access/contract";
import { accessMigrations } from "@pigeonhole/access/migrations";
import { access } from "@pigeonhole/access/module";
import type { DropOffApi } from "@pigeonhole/access/returning/contract";
import { couriersMigrations } from "@pigeonhole/couriers/migrations";
import { couriers } from "@pigeonhole/couriers/module";
import type { Retrieval, RetrievalApi } from "@pigeonhole/couriers/retrievals/contract";
import type { DeviceApi } from "@pigeonhole/devices/contract";
import { Connected, Enrolled, Reported } from "@pigeonhole/devices/events";
import type { Actor, IdentityApi, Who } from "@pigeonhole/identity/contract";
import { client, problemOf, type Client } from "@pigeonhole/kit/client";
import { connect, viewAs } from "@pigeonhole/kit/db";
import type { Fact } from "@pigeonhole/kit/fact";
import { systemNewId } from "@pigeonhole/kit/ids";
import { silentLog } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import { testPersonal } from "@pigeonhole/kit/personal/testing";
import { systemRandom } from "@pigeonhole/kit/random";
import { Refused } from "@pigeonhole/kit/refused";
import { createSeal } from "@pigeonhole/kit/seal";
import { drain, testDatabase, type TestDatabase } from "@pigeonhole/kit/testing";
import type { NetworkApi } from "@pigeonhole/network/contract";
import { StationChanged } from "@pigeonhole/network/events";
import { standardInnerMm, type Size } from "@pigeonhole/network/layout";
import type { ParcelApi } from "@pigeonhole/parcels/contract";
import { parcelsMigrations } from "@pigeonhole/parcels/migrations";
import { parcels } from "@pigeonhole/parcels/module";
import type { ReservationApi } from "@pigeonhole/reservations/contract";
import type { ElsewhereApi } from "@pigeonhole/reservations/elsewhere/contract";
import { reservationsMigrations } from "@pigeonhole/reservations/migrations";
import { reservations } from "@pigeonhole/reservations/module";
import type { ReturningApi } from "@pigeonhole/reservations/returning/contract";
import type { Hono } from "hono";
import { sql } from "kysely";
import type { z } from "zod";
import type { AllowingApi } from "./allowing/contract.ts";
import { rulesVersion, type Return, type ReturnApi } from "./contract.ts";
import { returnsMigrations } from "./migrations.ts";
import { returns } from "./module.ts";

export const openDatabase = () =>
  testDatabase([reservationsMigrations, parcelsMigrations, accessMigrations, couriersMigrations, returnsMigrations]);
const customer = (name: string): Actor => ({ kind: "customer", id: systemNewId(), email: `${name}@example.org` });
const tenant = <K extends "shop" | "carrier">(kind: K, slug: string) => ({
  kind,
  tenant: systemNewId(),
  slug,
  keyId: systemNewId(),
  scopes: ["parcels", "reservations", "routes"] as const,
});
export const [ann, bob] = [customer("ann"), customer("bob")];
export const [shop, other] = [tenant("shop", "books"), tenant("shop", "tools")];
export const [swift, slow] = [tenant("carrier", "swift"), tenant("carrier", "slow")];
export const support: Actor = { kind: "operator", id: systemNewId(), role: "support" };
export const viewer: Actor = { kind: "operator", id: systemNewId(), role: "viewer" };

type Routes = { request: (url: string, init?: RequestInit) => Response | Promise<Response> };

/** Two stations with three small doors and a medium one each, and everything that a return touches. */
export async function startWorld(database: TestDatabase) {
  const db = connect<unknown>(await database.fresh(), { connections: 20 });
  const seal = createSeal([randomBytes(32)], systemRandom);
  let time = new Date("2026-03-01T12:00:00.000Z");
  const now = (): Date => time;
  const actors = new Map<string, Actor>();
  const who: Who = async (c, ...kinds) => {
    const header = c.req.header("authorization") ?? "";
    const actor = header.startsWith("Module ") ? ({ kind: "module", name: header.slice(7) } as Actor) : actors.get(header);
    if (!actor) throw new Refused("not_signed_in", "Sign in first.");
    if (!(kinds as string[]).includes(actor.kind)) throw new Refused("not_allowed", "Not for you.");
    return actor as never;
  };
  // oxlint-disable-next-line no-explicit-any
  const reach = <Api extends Hono<any, any, any>>(routes: () => Routes, from: string): Client<Api> =>
    client<Api>("http://here", { headers: { authorization: from }, fetch: (url, init) => routes().request(url as string, init) });
  /** Before or after the `at`-th call of returns to another module from now on, the process dies or the line breaks. */
  const cut: { at: number; when: "before" | "after"; calls: number } = { at: Number.POSITIVE_INFINITY, when: "before", calls: 0 };
  // oxlint-disable-next-line no-explicit-any
  const cuttable = <Api extends Hono<any, any, any>>(routes: () => Routes): Client<Api> =>
    client<Api>("http://here", {
      headers: { authorization: "Module returns" },
      fetch: async (url, init) => {
        const call = ++cut.calls;
        if (call === cut.at && cut.when === "before") throw new Error("the line is dead");
        const answer = await routes().request(url as string, init);
        if (call === cut.at && cut.when === "after") throw new Error("the answer was lost");
        return answer;
      },
    });
  const common = <T>() => ({ db: viewAs<T>(db), who, now, newId: systemNewId, log: silentLog });
  const { personal } = testPersonal(db as never, now, seal);
  const never = client<DeviceApi & NetworkApi & IdentityApi>("http://never", { fetch: () => assert.fail("not asked here") });
  const stations = new Map<string, object>();
  const network = client<NetworkApi>("http://network", {
    fetch: (url) => {
      const known = stations.get(String(url).split("/").at(-1)!);
      return known
        ? Response.json(known)
        : Response.json({ code: "no_such_station", title: "No such station", status: 404 }, { status: 404 });
    },
  });
  const claims = reservations({ ...common(), personal, defaultCarrier: "swift" });
  const goods = parcels({
    ...common(),
    seal,
    personal,
    reservations: reach<ReservationApi>(() => claims.routes, "Module parcels"),
    elsewhere: reach<ElsewhereApi>(() => claims.routes, "Module parcels"),
  });
  const rights = access({
    ...common(),
    seal,
    personal,
    random: systemRandom,
    signingKey: { kid: "k1", key: generateKeyPairSync("ed25519").privateKey },
    parcels: reach<ParcelApi>(() => goods.routes, "Module access"),
    devices: never as never,
    network: never as never,
  });
  const rounds = couriers({
    ...common(),
    identity: never as never,
    network,
    parcels: reach<ParcelApi>(() => goods.routes, "Module couriers"),
    access: reach<AccessApi>(() => rights.routes, "Module couriers"),
    reservations: reach<ReservationApi>(() => claims.routes, "Module couriers"),
  });
  const back = returns({
    ...common(),
    personal,
    defaultCarrier: "swift",
    network,
    reservations: cuttable<ReservationApi>(() => claims.routes),
    returning: cuttable<ReturningApi>(() => claims.routes),
    retrievals: cuttable<RetrievalApi>(() => rounds.routes),
    dropOffs: reach<DropOffApi>(() => rights.routes, "Module returns"),
    parcels: reach<ParcelApi>(() => goods.routes, "Module returns"),
  });
  const modules = [claims, goods, rights, rounds, back];
  const settle = async (): Promise<void> => {
    // What one consumer tells, the others hear in the next round.
    for (let known = -1, told = 0; known !== told;) {
      known = told;
      for (const { consumers } of modules) assert.deepEqual(await drain(db as never, consumers!, now), []);
      told = (await sql<{ told: number }>`select max(seq)::int as told from kit.outbox`.execute(db)).rows[0]!.told;
    }
  };
  const happen = async <Type extends string, S extends z.ZodRawShape>(
    kind: Fact<Type, S>,
    payload: z.input<z.ZodObject<S>>,
  ): Promise<void> => {
    await db.transaction().execute((tx) => publish(tx as never, time, kind, payload));
    await settle();
  };
  const door = (number: number, size: Size) => ({ number, size, ...standardInnerMm[size] });
  const station = async (name: string, lat: number, sizes: readonly Size[] = ["small", "small", "small", "medium"]): Promise<string> => {
    const id = systemNewId();
    const layout = { floorMm: 100, columns: [{ doors: sizes.map((size, i) => door(i + 1, size)) }] };
    const place = { address: null, lat, lon: 24.75, timeZone: "Europe/Tallinn", openingHours: null, stepFree: true, supportPhone: null };
    stations.set(id, { id, name, ...place, status: "active", layout });
    await happen(StationChanged, { station: id, name, ...place, status: "active", layout, walkUp: [], maintenance: [] });
    const codeKey = seal.seal(`code_key|${id}|1`, randomBytes(32).toString("base64url"));
    await happen(Enrolled, { station: id, epoch: 1, sealedCodeKey: codeKey });
    await happen(Connected, { station: id });
    return id;
  };
  let seq = 0;
  const report = (at: string, event: { readonly type: string; readonly parcel: string; readonly [more: string]: unknown }) =>
    happen(Reported, { station: at, epoch: 1, seq: ++seq, at: time.toISOString(), parcel: event.parcel, event: event as never });
  // oxlint-disable-next-line no-explicit-any
  const as = <Api extends Hono<any, any, any>>(actor: object, routes: Routes): Client<Api> => {
    actors.set(JSON.stringify(actor), actor as Actor);
    return reach<Api>(() => routes, JSON.stringify(actor));
  };
  const header = () => ({ "idempotency-key": systemNewId() });
  const north = await station("North", 59.44);
  const south = await station("South", 59.43);
  /** A parcel of the shop for Ann that she has collected at North, door 1. */
  const collected = async (): Promise<string> => {
    const by = as<ReservationApi>(shop, claims.routes);
    const held = await by.stations[":station"].holds.$post({
      param: { station: north },
      header: header(),
      json: { orderId: "o-1", size: "small" },
    });
    assert.ok(held.status === 201);
    const { id, compartment } = await held.json();
    const recipient = { name: "Ann", email: "ann@example.org" };
    const confirmed = await by.reservations[":id"].confirm.$post({ param: { id }, header: header(), json: { recipient } });
    assert.ok(confirmed.status === 200);
    await settle();
    const parcel = (await confirmed.json()).parcel!;
    await report(north, { type: "parcel_deposited", compartment, parcel, evidence: "depositor", actor: "courier:1" });
    await report(north, { type: "parcel_collected", compartment, parcel, deposit: null, grant: null });
    return parcel;
  };
  const api = (actor: object = ann) => as<ReturnApi>(actor, back.routes);
  const allowing = (actor: object = shop) => as<AllowingApi>(actor, back.routes);
  /** What was answered, or the code of the refusal; everybody has heard of it. */
  const said = async <T = Return>(asked: Promise<{ status: number; json(): Promise<unknown> }>): Promise<T | string> => {
    const answer = await asked;
    await settle();
    return answer.status < 300 ? ((await answer.json()) as T) : (await problemOf(answer)).code;
  };
  const open = (policy: { readonly isOpen?: boolean; readonly days?: number; readonly carrier?: string | null } = {}) =>
    said(
      allowing()["return-policy"].$put({ json: { isOpen: true, days: 14, reasons: ["wrong_size", "other"], carrier: null, ...policy } }),
    );
  const start = (
    parcel: string,
    more: { readonly station?: string; readonly size?: Size; readonly by?: object; readonly key?: string } = {},
  ) =>
    said(
      api(more.by).returns.$post({
        header: { "idempotency-key": more.key ?? systemNewId() },
        json: { parcel, station: more.station ?? north, size: more.size ?? "small", reason: "wrong_size" },
      }),
    );
  const send = (more: { readonly to?: string; readonly station?: string; readonly size?: "small" | "large"; readonly by?: object } = {}) =>
    said(
      api(more.by).sendings.$post({
        header: header(),
        json: {
          station: more.station ?? north,
          to: more.to ?? south,
          size: more.size ?? "small",
          sender: { name: "Ann" },
          recipient: { name: "Bob", email: "bob@example.org" },
          acceptsRules: rulesVersion,
        },
      }),
    );
  const get = async (id: string, actor: object = ann): Promise<Return> => {
    const found = await said(api(actor).returns[":id"].$get({ param: { id } }));
    assert.ok(typeof found !== "string", String(found));
    return found;
  };
  const code = async (id: string, actor: object = ann): Promise<string> => {
    const found = await said<{ code: string }>(api(actor).returns[":id"].code.$get({ param: { id } }));
    return typeof found === "string" ? found : found.code;
  };
  const act = (verb: "cancel" | "received", id: string, actor: object = ann) =>
    said(api(actor).returns[":id"][verb].$post({ param: { id } }));
  /** The station's word that it was put in. */
  const putIn = async (id: string, at?: { readonly station: string; readonly compartment: number }) => {
    const { station: planned, compartment } = await get(id, support);
    const spot = at ?? { station: planned, compartment: compartment! };
    await report(spot.station, {
      type: "return_deposited",
      compartment: spot.compartment,
      parcel: id,
      grant: systemNewId(),
      evidence: "depositor",
      actor: "kiosk",
    });
  };
  const takeOut = async (id: string) => {
    const { station: at, compartment } = await get(id, support);
    await report(at, { type: "parcel_retrieved", compartment, parcel: id, grant: null, actor: "courier:1" });
  };
  const retrievals = async (parcel: string): Promise<readonly Retrieval[]> => {
    const answer = await as<RetrievalApi>(support, rounds.routes).retrievals.$get({ query: { parcel } });
    assert.ok(answer.status === 200);
    return (await answer.json()).retrievals;
  };
  const parcel = async (id: string) => {
    const answer = await as<ParcelApi>(support, goods.routes).parcels[":id"].$get({ param: { id } });
    assert.ok(answer.status === 200);
    return answer.json();
  };
  const job = async (name: string): Promise<void> => {
    await modules
      .flatMap(({ jobs }) => jobs)
      .find((each) => each.name === name)!
      .run(null);
    await settle();
  };
  const states = async (at: string): Promise<string[]> =>
    (
      await sql<{ state: string }>`select state from reservations.compartment where station = ${at} order by compartment`.execute(db)
    ).rows.map(({ state }) => state);
  const facts = async (type: string): Promise<Record<string, unknown>[]> =>
    (
      await sql<{ payload: Record<string, unknown> }>`select payload from kit.outbox where type = ${type} order by txid, seq`.execute(db)
    ).rows.map(({ payload }) => payload);
  const pass = (hours: number): void => {
    time = new Date(time.getTime() + hours * 3_600_000);
  };
  return {
    db,
    cut,
    now,
    pass,
    settle,
    happen,
    report,
    personal,
    station,
    north,
    south,
    collected,
    api,
    allowing,
    said,
    open,
    start,
    send,
    get,
    code,
    act,
    putIn,
    takeOut,
    retrievals,
    parcel,
    job,
    states,
    facts,
    pickup: (id: string, actor: object) => as<AccessApi>(actor, rights.routes).parcels[":parcel"].pickup.$get({ param: { parcel: id } }),
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}
export type World = Awaited<ReturnType<typeof startWorld>>;

export const refused = (answer: Return | string): string => (typeof answer === "string" ? answer : `not refused: ${answer.state}`);
export const made = (answer: Return | string): Return => {
  assert.ok(typeof answer !== "string", `refused: ${String(answer)}`);
  return answer;
};
/** The states that were told of a return, in their order. */
export const toldOf = async (w: World, id: string): Promise<unknown[]> =>
  (await w.facts("returns.moved")).filter(({ parcel }) => parcel === id).map(({ to }) => to);
