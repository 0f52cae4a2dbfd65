// Reservations, parcels and access as they are, over one database, with a line between them that a test may cut at any moment.
import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import type { AccessApi } from "@pigeonhole/access/contract";
import { access } from "@pigeonhole/access/module";
import { accessMigrations } from "@pigeonhole/access/migrations";
import type { DeviceApi } from "@pigeonhole/devices/contract";
import { Connected, Enrolled, Reported } from "@pigeonhole/devices/events";
import type { Actor, Who } from "@pigeonhole/identity/contract";
import { client, problemOf, type Client } from "@pigeonhole/kit/client";
import { connect, viewAs } from "@pigeonhole/kit/db";
import { systemNewId } from "@pigeonhole/kit/ids";
import { silentLog } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import { writeToken } from "@pigeonhole/kit/token";
import { testPersonal } from "@pigeonhole/kit/personal/testing";
import { systemRandom } from "@pigeonhole/kit/random";
import { Refused } from "@pigeonhole/kit/refused";
import { createSeal } from "@pigeonhole/kit/seal";
import { drain, testDatabase, type TestDatabase } from "@pigeonhole/kit/testing";
import type { NetworkApi } from "@pigeonhole/network/contract";
import { StationChanged } from "@pigeonhole/network/events";
import { standardInnerMm } from "@pigeonhole/network/layout";
import type { ReservationApi } from "@pigeonhole/reservations/contract";
import type { ElsewhereApi } from "@pigeonhole/reservations/elsewhere/contract";
import { reservations } from "@pigeonhole/reservations/module";
import { reservationsMigrations } from "@pigeonhole/reservations/migrations";
import type { Hono } from "hono";
import { sql } from "kysely";
import pino from "pino";
import type { ParcelApi } from "../contract.ts";
import { parcelsMigrations } from "../migrations.ts";
import { parcels } from "../module.ts";
import { consentPurpose, type Redirect, type RedirectApi } from "./contract.ts";

export const openDatabase = () => testDatabase([reservationsMigrations, parcelsMigrations, accessMigrations]);
export const ann: Actor = { kind: "customer", id: systemNewId(), email: "ann@example.org" };
export const bob: Actor = { kind: "customer", id: systemNewId(), email: "bob@example.org" };
export const shop: Actor = {
  kind: "shop",
  tenant: systemNewId(),
  slug: "books",
  keyId: systemNewId(),
  scopes: ["parcels", "reservations"],
};
export const other: Actor = { kind: "shop", tenant: systemNewId(), slug: "tools", keyId: systemNewId(), scopes: ["parcels"] };
export const support: Actor = { kind: "operator", id: systemNewId(), role: "support" };
export const viewer: Actor = { kind: "operator", id: systemNewId(), role: "viewer" };

type Routes = { request: (url: string, init?: RequestInit) => Response | Promise<Response> };

/** Two stations, each with one small door, and everything that a redirect touches. */
export async function startWorld(database: TestDatabase) {
  const db = connect<unknown>(await database.fresh(), { connections: 20 });
  const seal = createSeal([randomBytes(32)], systemRandom);
  let time = new Date("2026-03-01T12:00:00.000Z");
  const now = (): Date => time;
  const logged: string[] = [];
  const log = pino({ level: "warn" }, { write: (line: string) => void logged.push(line) });
  const actors = new Map<string, Actor>();
  const who: Who = async (c, ...kinds) => {
    const header = c.req.header("authorization") ?? "";
    const actor = header.startsWith("Module ") ? ({ kind: "module", name: header.slice(7) } as Actor) : actors.get(header);
    if (!actor) throw new Refused("not_signed_in", "Sign in first.");
    if (!(kinds as string[]).includes(actor.kind)) throw new Refused("not_allowed", "Not for you.");
    return actor as never;
  };
  // oxlint-disable-next-line no-explicit-any
  const reach = <Api extends Hono<any, any, any>>(routes: () => Routes, headers: Record<string, string>): Client<Api> =>
    client<Api>("http://here", { headers, fetch: (url, init) => routes().request(url as string, init) });
  /** Before or after the `at`-th call between modules from now on, the process dies or the line breaks. */
  const cut: { at: number; when: "before" | "after"; calls: number } = { at: Number.POSITIVE_INFINITY, when: "before", calls: 0 };
  const common = <T>() => ({ db: viewAs<T>(db), who, now, newId: systemNewId, log });
  const { personal } = testPersonal(db as never, now, seal);
  const claims = reservations({ ...common(), personal, defaultCarrier: "swift" });
  const elsewhere = client<ElsewhereApi>("http://here", {
    headers: { authorization: "Module parcels" },
    fetch: async (url, init) => {
      const call = ++cut.calls;
      if (call === cut.at && cut.when === "before") throw new Error("the line is dead");
      const answer = await claims.routes.request(url as string, init);
      if (call === cut.at && cut.when === "after") throw new Error("the answer was lost");
      return answer;
    },
  });
  const goods = parcels({
    ...common(),
    seal,
    personal,
    reservations: reach<ReservationApi>(() => claims.routes, { authorization: "Module parcels" }),
    elsewhere,
  });
  const never = client<DeviceApi & NetworkApi>("http://never", { fetch: () => assert.fail("not asked here") });
  const rights = access({
    ...common(),
    log: silentLog,
    seal,
    personal,
    random: systemRandom,
    signingKey: { kid: "k1", key: generateKeyPairSync("ed25519").privateKey },
    parcels: reach<ParcelApi>(() => goods.routes, { authorization: "Module access" }),
    devices: never as never,
    network: never as never,
  });
  const settle = async (): Promise<void> => {
    for (const { consumers } of [claims, goods, rights, claims, goods, rights])
      assert.deepEqual(await drain(db as never, consumers, now), []);
  };
  const tell: typeof publish = async (_tx, ...fact) => {
    await db.transaction().execute((tx) => publish(tx as never, ...fact));
    await settle();
  };
  const nothing = undefined as never;
  const station = async (name: string, lat: number, doors = 1): Promise<string> => {
    const id = systemNewId();
    const layout = {
      floorMm: 100,
      columns: [{ doors: Array.from({ length: doors }, (_, i) => ({ number: i + 1, size: "small" as const, ...standardInnerMm.small })) }],
    };
    const place = { address: null, lat, lon: 24.75, timeZone: "Europe/Tallinn", openingHours: null, stepFree: true, supportPhone: null };
    await tell(nothing, time, StationChanged, { station: id, name, ...place, status: "active", layout, walkUp: [], maintenance: [] });
    const codeKey = seal.seal(`code_key|${id}|1`, randomBytes(32).toString("base64url"));
    await tell(nothing, time, Enrolled, { station: id, epoch: 1, sealedCodeKey: codeKey });
    await tell(nothing, time, Connected, { station: id });
    return id;
  };
  let seq = 0;
  const report = (at: string, event: object, parcel: string) =>
    tell(nothing, time, Reported, { station: at, epoch: 1, seq: ++seq, at: time.toISOString(), parcel, event: event as never });
  // oxlint-disable-next-line no-explicit-any
  const as = <Api extends Hono<any, any, any>>(actor: Actor, routes: Routes): Client<Api> => {
    actors.set(JSON.stringify(actor), actor);
    return reach<Api>(() => routes, { authorization: JSON.stringify(actor) });
  };
  /** A shop's order for Ann. */
  const order = async (at: string, more: { isPerishable?: boolean } = {}): Promise<string> => {
    const by = as<ReservationApi>(shop, claims.routes);
    const held = await by.stations[":station"].holds.$post({
      param: { station: at },
      header: { "idempotency-key": systemNewId() },
      json: { orderId: "o", size: "small" },
    });
    assert.ok(held.status === 201);
    const confirmed = await by.reservations[":id"].confirm.$post({
      param: { id: (await held.json()).id },
      header: { "idempotency-key": systemNewId() },
      json: { recipient: { name: "Ann", email: "ann@example.org" }, ...more },
    });
    assert.ok(confirmed.status === 200);
    await settle();
    return (await confirmed.json()).parcel!;
  };
  const parcel = async (id: string) => {
    const answer = await as<ParcelApi>(support, goods.routes).parcels[":id"].$get({ param: { id } });
    assert.ok(answer.status === 200);
    return answer.json();
  };
  /** The answer's redirect, or the code of the refusal. */
  const said = async (answer: { status: number; json(): Promise<unknown> }): Promise<Redirect | string> => {
    await settle();
    return answer.status < 300 ? ((await answer.json()) as Redirect) : (await problemOf(answer)).code;
  };
  const api = (actor: Actor) => as<RedirectApi>(actor, goods.routes);
  const redirect = async (id: string, to: string, by = ann) =>
    said(await api(by).parcels[":id"].redirects.$post({ param: { id }, json: { station: to, note: null } }));
  const redirects = async (id: string, by = ann): Promise<readonly Redirect[]> => {
    const answer = await api(by).parcels[":id"].redirects.$get({ param: { id } });
    return answer.status === 200 ? (await answer.json()).redirects : [];
  };
  const act = async (verb: "agree" | "decline" | "withdraw" | "retry", id: string, by = ann) =>
    said(await api(by).redirects[":redirect"][verb].$post({ param: { redirect: id } }));
  const code = async (id: string): Promise<string> => {
    const answer = await as<AccessApi>(ann, rights.routes).parcels[":parcel"].pickup.$get({ param: { parcel: id } });
    return answer.status === 200 ? (await answer.json()).code : (await problemOf(answer as never)).code;
  };
  const deposit = (at: string, compartment: number, id: string) =>
    report(at, { type: "parcel_deposited", compartment, parcel: id, evidence: "depositor", actor: "courier:1" }, id);
  const retrieve = (at: string, compartment: number, id: string) =>
    report(at, { type: "parcel_retrieved", compartment, parcel: id, grant: null, actor: "courier:1" }, id);
  const collect = (at: string, compartment: number, id: string) =>
    report(at, { type: "parcel_collected", compartment, parcel: id, deposit: null, grant: null }, id);
  const job = async (name: string): Promise<void> => {
    await [...goods.jobs, ...claims.jobs].find((each) => each.name === name)!.run(null);
    await settle();
  };
  const states = async (at: string): Promise<string[]> =>
    (
      await sql<{ state: string }>`select state from reservations.compartment where station = ${at} order by compartment`.execute(db)
    ).rows.map(({ state }) => state);
  const pass = (hours: number): void => {
    time = new Date(time.getTime() + hours * 3_600_000);
  };
  /** The end of the link in the message that asks; whoever presses it has no session. */
  const linkOf = (redirect: string): string => writeToken(seal, consentPurpose, redirect);
  const press = async (token: string, answer?: "agree" | "decline"): Promise<string> => {
    const open = reach<RedirectApi>(() => goods.routes, {});
    const said = await (answer === undefined
      ? open["redirect-questions"].$post({ json: { token } })
      : open["redirect-answers"].$post({ json: { token, answer } }));
    await settle();
    return said.status === 200 ? (await said.json()).state : (await problemOf(said as never)).code;
  };
  return {
    db,
    linkOf,
    press,
    cut,
    logged,
    now,
    pass,
    settle,
    station,
    order,
    parcel,
    redirect,
    redirects,
    act,
    api,
    said,
    code,
    deposit,
    retrieve,
    collect,
    job,
    states,
    north: await station("North", 59.44),
    south: await station("South", 59.43),
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}
export type World = Awaited<ReturnType<typeof startWorld>>;
