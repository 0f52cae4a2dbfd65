// The module of couriers on a fresh database, for its tests.
import assert from "node:assert/strict";
import { Reported } from "@pigeonhole/devices/events";
import type { Actor, Who } from "@pigeonhole/identity/contract";
import { client } from "@pigeonhole/kit/client";
import { connect } from "@pigeonhole/kit/db";
import type { Fact } from "@pigeonhole/kit/fact";
import { systemNewId } from "@pigeonhole/kit/ids";
import { silentLog } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import { drain, type TestDatabase } from "@pigeonhole/kit/testing";
import { sql } from "kysely";
import type { z } from "zod";
import type { CourierApi } from "./contract.ts";
import type { RetrievalApi } from "./retrievals/contract.ts";
import { couriers } from "./module.ts";
import type { Tables } from "./tables.ts";
import { kim, neighbours, north, red, support, type FakeParcel } from "./testing-neighbours.ts";

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
      extensions: [],
      moreTime: null,
      diversion: null,
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
