// What the tests of this module share: its neighbours as far as it asks them, and people.
import assert from "node:assert/strict";
import * as access from "@pigeonhole/access/contract";
import { Reported } from "@pigeonhole/devices/events";
import type { Actor, Who } from "@pigeonhole/identity/contract";
import * as identity from "@pigeonhole/identity/contract";
import { client } from "@pigeonhole/kit/client";
import { connect } from "@pigeonhole/kit/db";
import type { Fact } from "@pigeonhole/kit/fact";
import { router } from "@pigeonhole/kit/http";
import { systemNewId } from "@pigeonhole/kit/ids";
import { silentLog } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import { drain, type TestDatabase } from "@pigeonhole/kit/testing";
import * as network from "@pigeonhole/network/contract";
import * as parcels from "@pigeonhole/parcels/contract";
import * as reservations from "@pigeonhole/reservations/contract";
import { sql } from "kysely";
import type { z } from "zod";
import type { CourierApi } from "./contract.ts";
import type { RetrievalApi } from "./retrievals/contract.ts";
import { couriers } from "./module.ts";
import type { Tables } from "./tables.ts";

const carrier = (slug: string) => ({
  kind: "carrier" as const,
  tenant: systemNewId(),
  slug,
  keyId: systemNewId(),
  scopes: ["routes" as const],
});
export const [red, blue] = [carrier("red"), carrier("blue")];
const courier = (of: typeof red) => ({ kind: "courier" as const, id: systemNewId(), tenant: of.tenant, carrier: of.slug });
export const [kim, lee, pat] = [courier(red), courier(red), courier(blue)];
export const support: Actor = { kind: "operator", id: systemNewId(), role: "support" };
export const customer: Actor = { kind: "customer", id: systemNewId(), email: "ann@example.org" };
export const [north, south] = [systemNewId(), systemNewId()];

interface Spot {
  readonly station: string;
  readonly compartment: number;
}
const never = (): never => assert.fail("couriers does not ask this");
type FakeParcel = Omit<parcels.Parcel, "timeline">;

/** What `access.command` answers next; `silent` breaks the line after the command. */
export type Scripted =
  | { readonly outcome: "opened" | "done" | "refused" | "unknown"; readonly reason?: string }
  | "silent"
  | "no_right"
  | "not_found"
  | "station_unreachable"
  | "broken";

/** The neighbours as far as couriers asks them. */
export function neighbours(known: Map<string, FakeParcel>) {
  const commands: { action: string; purpose: string; parcel: string; actor: string; id: string; reason?: string }[] = [];
  const follows: { parcel: string; reservation: string | null; from: Spot; to: Spot | null }[] = [];
  /** What `reservations.reassign` answers next; without an entry, the compartment with the next higher number. */
  const reassigned: (reservations.Reassigned | "broken")[] = [];
  const asked: { parcel: string; from: Spot; reason: string; to: string | null }[] = [];
  const script: Scripted[] = [];
  const identityRoutes = identity.mount(router(identity.refusals, silentLog), {
    requestCode: never,
    signIn: never,
    session: never,
    signOut: never,
    createTenant: never,
    listTenants: never,
    createKey: never,
    revokeKey: never,
    createCourier: never,
    listCouriers: never,
    person: never,
    getCourier: (c) => {
      const found = [kim, lee, pat].find(({ id }) => id === c.req.valid("param").id);
      if (!found) throw new Refused("not_found", "none");
      return c.json({ id: found.id, tenant: found.tenant, username: "x", name: "X" }, 200);
    },
  });
  const networkRoutes = network.mount(router(network.refusals, silentLog), {
    list: never,
    create: never,
    change: never,
    setCompartment: never,
    move: never,
    suspend: never,
    get: (c) => {
      const { station } = c.req.valid("param");
      if (station !== north && station !== south) throw new Refused("not_found", "none");
      return c.json(
        {
          id: station,
          name: station === north ? "North" : "South",
          lat: 59.4,
          lon: 24.7,
          status: "active" as const,
          suspendedFor: null,
          carrier: null,
          address: "1 Street",
          country: "EE",
          timeZone: "Europe/Tallinn",
          openingHours: null,
          stepFree: true,
          supportPhone: null,
          layout: { floorMm: 300, columns: [] },
          walkUp: [],
          maintenance: [],
        },
        200,
      );
    },
  });
  const parcelRoutes = parcels.mount(router(parcels.refusals, silentLog), {
    create: never,
    get: never,
    list: never,
    label: never,
    person: never,
    recipient: never,
    recall: never,
    find: (c) => {
      const { barcode, barcodes, ids, carrier } = c.req.valid("query");
      const keys = [barcode, barcodes]
        .flat()
        .filter((text) => text !== undefined)
        .map(parcels.labelKey);
      const found = [...known.values()].filter(
        (one) =>
          one.carrier === carrier &&
          (keys.includes(parcels.labelKey(one.barcode)) || keys.includes(parcels.labelKey(one.number)) || ids?.split(",").includes(one.id)),
      );
      return c.json({ parcels: found }, 200);
    },
  });
  const accessRoutes = access.mount(router(access.refusals, silentLog), {
    pickup: never,
    sign: never,
    signDesired: never,
    keys: never,
    reissue: never,
    follow: (c) => {
      follows.push({ parcel: c.req.valid("param").parcel, ...c.req.valid("json") });
      return c.json({}, 200);
    },
    courierRights: (c) =>
      c.json(
        {
          rights: c.req.valid("json").wanted.map((wanted) => ({
            ...wanted,
            station: north,
            compartment: 1,
            qr: `PH1.${wanted.parcel}`,
            carried: [] as string[],
            expiresAt: "2026-03-02T08:00:00.000Z",
          })),
        },
        200,
      ),
    grantsOf: never,
    decide: never,
    command: (c) => {
      const { action, purpose, parcel, actor, reason } = c.req.valid("json");
      const id = systemNewId();
      commands.push({ action, purpose, parcel, actor, id, ...(reason && { reason }) });
      const next = script.shift() ?? { outcome: action === "open" ? ("opened" as const) : ("done" as const) };
      if (next === "silent") throw new TypeError("fetch failed");
      if (next === "broken") throw new Error("broken");
      if (typeof next === "string") throw new Refused(next, "no");
      return c.json({ command: id, outcome: next.outcome, reason: next.reason ?? null }, 200);
    },
  });
  const reservationRoutes = reservations.mount(router(reservations.refusals, silentLog), {
    search: never,
    hold: never,
    confirm: never,
    cancel: never,
    get: never,
    listAtStation: never,
    compartments: never,
    inspections: never,
    resolve: never,
    reassign: (c) => {
      const wish = c.req.valid("json");
      asked.push(wish);
      const { from, to } = wish;
      const station = to ?? from.station;
      const place = { reservation: wish.parcel, station, compartment: from.compartment + 100, size: "large" as const };
      const answer = reassigned.shift() ?? {
        outcome: "moved" as const,
        to: { ...place, name: "There", address: null, lat: 59.4, lon: 24.7 },
      };
      if (answer === "broken") throw new TypeError("fetch failed");
      return c.json(answer, 200);
    },
  });
  const reach = (routes: { request: (url: string, init?: RequestInit) => Response | Promise<Response> }, silent = false) => ({
    fetch: (url: string | URL | Request, init?: RequestInit) => {
      if (silent && script[0] === "silent") {
        commands.push({ action: "lost", purpose: "", parcel: "", actor: "", id: "" });
        script.shift();
        throw new TypeError("fetch failed");
      }
      return routes.request(url as string, init);
    },
  });
  return {
    commands,
    follows,
    reassigned,
    asked,
    script,
    clients: {
      reservations: client<reservations.ReservationApi>("http://r", reach(reservationRoutes)),
      identity: client<identity.IdentityApi>("http://i", reach(identityRoutes)),
      network: client<network.NetworkApi>("http://n", reach(networkRoutes)),
      parcels: client<parcels.ParcelApi>("http://p", reach(parcelRoutes)),
      access: client<access.AccessApi>("http://a", reach(accessRoutes, true)),
    },
  };
}

/** The module on a fresh database, a clock that the test moves, and what the town knows. */
export async function start(database: TestDatabase) {
  const db = connect<Tables>(await database.fresh());
  let time = new Date("2026-03-01T08:00:00.000Z");
  const now = (): Date => time;
  const actors = new Map<string, Actor>();
  const who: Who = async (c, ...kinds) => {
    const actor = actors.get(c.req.header("authorization") ?? "");
    if (!actor) throw new Refused("not_signed_in", "Sign in first.");
    if (!(kinds as string[]).includes(actor.kind)) throw new Refused("not_allowed", "no");
    return actor as never;
  };
  const known = new Map<string, FakeParcel>();
  const { clients, commands, follows, reassigned, asked, script } = neighbours(known);
  const module = couriers({ db, who, now, newId: systemNewId, log: silentLog, ...clients });
  const as = (actor?: Actor) => {
    if (actor) actors.set(JSON.stringify(actor), actor);
    return client<CourierApi>("http://c", {
      headers: actor ? { authorization: JSON.stringify(actor) } : {},
      fetch: (url, init) => module.routes.request(url as string, init),
    });
  };
  /** The part of the contract that is about taking out. */
  const retrievals = (actor: Actor) => {
    actors.set(JSON.stringify(actor), actor);
    return client<RetrievalApi>("http://c", {
      headers: { authorization: JSON.stringify(actor) },
      fetch: (url, init) => module.routes.request(url as string, init),
    });
  };
  /** A parcel as the parcels module knows it. */
  const parcel = (barcode: string, { station = north, of = "red", state = "reserved" as FakeParcel["state"] } = {}): FakeParcel => {
    const made: FakeParcel = {
      id: systemNewId(),
      number: String(100_000_000_000 + known.size),
      state,
      reservation: null,
      station,
      compartment: known.size + 1,
      size: "medium",
      orderId: "A",
      barcode,
      carrier: of,
      createdAt: time.toISOString(),
      deliverBy: time.toISOString(),
      depositedAt: null,
      collectedAt: null,
      expiresAt: null,
      isStopped: false,
      recalledFor: null,
      isPerishable: false,
      pauses: [],
    };
    known.set(made.id, made);
    return made;
  };
  let keys = 0;
  const route = async (
    stops: { station: string; parcels: string[] }[],
    { by = red, to = kim, day = "2026-03-01", key = `route-${++keys}` } = {},
  ) => {
    const answer = await as(by).routes.$post({ header: { "idempotency-key": key }, json: { name: "Round", day, courier: to.id, stops } });
    assert.equal(answer.status, 201, JSON.stringify(await answer.clone().json()));
    return answer.json();
  };
  const setOut = async (stops: { station: string; parcels: string[] }[], { by = red, to = kim } = {}) => {
    const made = await route(stops, { by, to });
    assert.equal((await as(to).routes[":id"].start.$post({ param: { id: made.id } })).status, 200);
    return made;
  };
  const scan = (route: string, barcode: string, { station = north, by = kim as Actor, key = `scan-${++keys}` } = {}) =>
    as(by).routes[":id"].scans.$post({ param: { id: route }, header: { "idempotency-key": key }, json: { station, barcode } });
  const scanned = async (...wish: Parameters<typeof scan>) => {
    const answer = await scan(...wish);
    assert.ok(answer.status === 200, JSON.stringify(await answer.clone().json()));
    return answer.json();
  };
  const drained = async (): Promise<void> => assert.deepEqual(await drain(db as never, module.consumers, now), []);
  const say = async <T extends string, S extends z.ZodRawShape>(kind: Fact<T, S>, payload: z.input<z.ZodObject<S>>): Promise<void> => {
    await db.transaction().execute((tx) => publish(tx, time, kind, payload));
    await drained();
  };
  let seq = 0;
  const report = (event: z.input<typeof Reported.payload>["event"], { station = north, at = ++seq } = {}): Promise<void> =>
    say(Reported, { station, epoch: 1, seq: at, at: time.toISOString(), parcel: "parcel" in event ? event.parcel : null, event });
  const opened = (
    of: FakeParcel,
    command = commands.at(-1)!.id,
    at?: number,
    purpose: "dropoff" | "collection" = "dropoff",
  ): Promise<void> =>
    report(
      {
        type: "compartment_opened",
        compartment: of.compartment,
        cause: { kind: "command", command, purpose, actor: `courier:${kim.id}`, parcel: of.id },
      },
      { station: of.station, ...(at && { at }) },
    );
  const closed = (of: FakeParcel, at?: number): Promise<void> =>
    report({ type: "compartment_closed", compartment: of.compartment }, { station: of.station, ...(at && { at }) });
  const dropOf = async (routeId: string, of: FakeParcel) => {
    const answer = await as(support).routes[":id"].$get({ param: { id: routeId } });
    assert.ok(answer.status === 200);
    const whole = await answer.json();
    return { state: whole.state, drop: whole.stops.flatMap((stop) => stop.drops).find((drop) => drop.parcel === of.id)! };
  };
  const getScan = async (id: string, by: Actor = kim) => {
    const answer = await as(by).scans[":id"].$get({ param: { id } });
    assert.ok(answer.status === 200);
    return answer.json();
  };
  const facts = async (type: string): Promise<Record<string, unknown>[]> =>
    (
      await sql<{ payload: Record<string, unknown> }>`select payload from kit.outbox where type = ${type} order by seq`.execute(db)
    ).rows.map((row) => row.payload);
  const pass = (minutes: number): void => {
    time = new Date(time.getTime() + minutes * 60_000);
  };
  /** Time passes, and the jobs take up what is due. */
  const passJobs = async (minutes = 1): Promise<void> => {
    pass(minutes);
    for (const job of module.jobs) await job.run(null);
    await drained();
  };
  return {
    passJobs,
    db,
    as,
    retrievals,
    module,
    known,
    commands,
    follows,
    reassigned,
    asked,
    script,
    parcel,
    route,
    setOut,
    scan,
    scanned,
    say,
    report,
    opened,
    closed,
    dropOf,
    getScan,
    facts,
    pass,
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}
