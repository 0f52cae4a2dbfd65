// The whole backend in this process over one database, with cabinets that answer, and people: what sagas are broken in.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { CourierApi } from "@pigeonhole/couriers/contract";
import type { RetrievalApi } from "@pigeonhole/couriers/retrievals/contract";
import { Connected, Enrolled } from "@pigeonhole/devices/events";
import type { IdentityApi } from "@pigeonhole/identity/contract";
import { createOperator } from "@pigeonhole/identity/operators";
import { client, type Client } from "@pigeonhole/kit/client";
import { readConfig } from "@pigeonhole/kit/config";
import { consumeBatch, enrolConsumers, retryParked } from "@pigeonhole/kit/consume";
import { connect, viewAs } from "@pigeonhole/kit/db";
import { systemNewId } from "@pigeonhole/kit/ids";
import { silentLog } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import { systemRandom } from "@pigeonhole/kit/random";
import type { TestDatabase } from "@pigeonhole/kit/testing";
import type { NetworkApi } from "@pigeonhole/network/contract";
import { standardInnerMm } from "@pigeonhole/network/layout";
import type { CancellationApi } from "@pigeonhole/parcels/cancelling/contract";
import type { Parcel, ParcelApi } from "@pigeonhole/parcels/contract";
import type { ReservationApi } from "@pigeonhole/reservations/contract";
import { compose } from "@pigeonhole/server/compose";
import { moduleNames, type ModuleName } from "@pigeonhole/server/modules";
import { sealOf } from "@pigeonhole/server/seal";
import { settings } from "@pigeonhole/server/settings";
import type { Hono } from "hono";
import { sql } from "kysely";
import { must } from "../ask.ts";
import { withoutOwner } from "../owners.ts";
import { createCabinets } from "./cabinet.ts";
import { createLine } from "./line.ts";
import { looking } from "./looking.ts";

const password = "correct horse battery";
const key = () => ({ "idempotency-key": systemNewId() });
/** Jobs of these modules carry flows on; the others look after themselves. */
const carriesOn = /^(parcels|couriers|reservations|access|notifications)\./;
/** So long the log of facts may wait for older transactions of the same server. Milliseconds. */
const patienceMs = 20_000;

export async function startTown(database: TestDatabase, begins = "2026-03-02T08:00:00.000Z") {
  const url = await database.fresh();
  let time = new Date(begins);
  const now = (): Date => time;
  const line = createLine();
  const own = connect<never>(url, { connections: 6 });
  const cabinets = createCabinets(own, now);
  const config = readConfig(settings, {
    DATABASE_URL: url,
    SECRET_KEYS: randomBytes(32).toString("hex"),
    SIGNING_SEED: randomBytes(32).toString("hex"),
    MODULE_KEY: randomBytes(24).toString("hex"),
    DEFAULT_CARRIER: "red",
    DEMO: "1",
    DATABASE_CONNECTIONS: "12",
  });
  const here = moduleNames.filter((name) => name !== "devices" && name !== "firmware");
  const { built, db } = await compose(config, silentLog, here, {
    now,
    sessions: line.between.sessions,
    line: (from, of, ask) => line.between.line(from, of, of === "devices" ? (at, init) => askCabinet(at, String(init?.body)) : ask),
  });
  const askCabinet = (at: string, body: string): Response | Promise<Response> => {
    const station = /\/internal\/devices\/([0-9a-f-]{36})\/commands$/.exec(new URL(at).pathname)?.[1];
    assert.ok(station, `nobody here answers ${at}`);
    return cabinets.carryOut(station, JSON.parse(body) as never);
  };
  // oxlint-disable-next-line no-explicit-any
  const reach = <Api extends Hono<any, any, any>>(of: ModuleName, headers: Record<string, string>): Client<Api> =>
    client<Api>("http://town", { headers, fetch: (at, init) => built.get(of)!.routes.request(String(at), init) });

  const consumers = [...built.values()].flatMap((module) => module.consumers ?? []);
  const jobs = [...built.values()].flatMap((module) => module.jobs).filter(({ name }) => carriesOn.test(name));
  await enrolConsumers(own, consumers);
  const interests = JSON.stringify(consumers.map(({ name, handlers }) => ({ name, types: handlers.map(({ type }) => type) })));
  /** Every fact reaches everybody. */
  const settle = async (): Promise<void> => {
    for (const end = performance.now() + patienceMs; ;) {
      const { rows } = await sql<{ name: string }>`select c.name from kit.consumer c
        join jsonb_to_recordset(${interests}::jsonb) as mine (name text, types text[]) on mine.name = c.name
        where exists (select from kit.outbox o where (o.txid, o.seq) > (c.txid, c.seq) and o.type = any(mine.types))`.execute(own);
      if (rows.length === 0) return;
      for (const consumer of consumers.filter(({ name }) => rows.some((row) => row.name === name))) {
        await consumeBatch(own, consumer, now, silentLog);
        await retryParked(own, consumer, now, silentLog);
      }
      if (performance.now() > end) throw new Error(`${rows.map(({ name }) => name).join(", ")} have facts ahead of them that do not come`);
    }
  };
  const pass = (minutes: number): void => void (time = new Date(time.getTime() + minutes * 60_000));
  /** Days later, when everybody has to sign in again. */
  const later = async (hours: number): Promise<void> => {
    pass(hours * 60);
    Object.assign(operator, await post({ kind: "operator", email: "op@example.org", password }));
    for (const { username, cookie } of hired) Object.assign(cookie, await post({ kind: "courier", carrier: "red", username, password }));
  };
  const run = async (name: RegExp = carriesOn): Promise<void> => {
    for (const job of jobs) if (name.test(job.name)) await job.run(null).catch(() => assert.ok(line.broke(), `job ${job.name} failed`));
    await settle();
  };
  const quiet = settle;
  /** After a cut: processes are started again, and a few minutes pass. */
  const recover = async (): Promise<void> => {
    for (let round = 0; round < 2; round++) {
      await settle();
      pass(1);
      await run(/^(parcels\.(cancellations|redirects|expire)|couriers\.|reservations\.|access\.settle)/);
    }
    await run(/^notifications\./);
  };

  const look = looking(own);
  const { rows } = look;

  // People: an operator, a shop, and two carriers with a courier each.
  const post = async (json: Parameters<Client<IdentityApi>["sessions"]["$post"]>[0]["json"]) => {
    const answer = await reach<IdentityApi>("identity", {}).sessions.$post({ json });
    assert.equal(answer.status, 201);
    return { cookie: answer.headers.get("set-cookie")!.split(";")[0]! };
  };
  await createOperator(
    viewAs(own),
    { email: "op@example.org", password, role: "admin" },
    { now, newId: systemNewId, seal: sealOf(config), random: systemRandom },
  );
  const operator = await post({ kind: "operator", email: "op@example.org", password });
  const tenant = async (kind: "shop" | "carrier", slug: string) => {
    const asOperator = reach<IdentityApi>("identity", operator);
    const { id } = await must("tenant", asOperator.tenants.$post({ json: { kind, slug, name: slug } }));
    const { secret } = await must(
      "key",
      asOperator.tenants[":id"].keys.$post({
        header: { "idempotency-key": systemNewId() },
        param: { id },
        json: { name: "k", scopes: ["reservations", "parcels", "routes", "couriers", "webhooks", "conditions"] },
      }),
    );
    return { authorization: `Bearer ${secret}` };
  };
  const [shop, red] = [await tenant("shop", "books"), await tenant("carrier", "red")];
  const kept = new Map<string, Promise<string>>();
  const hired: Worker[] = [];
  const hire = async (): Promise<Worker> => {
    const username = `c${systemNewId().slice(-8)}`;
    const { id } = await must("courier", reach<IdentityApi>("identity", red).couriers.$post({ json: { username, name: "Kim", password } }));
    const worker = { id, username, cookie: await post({ kind: "courier", carrier: "red", username, password }) };
    hired.push(worker);
    return worker;
  };
  /** A courier without a route: each has one at a time. */
  const free = async (): Promise<Worker> => {
    const busy = await rows(sql<{ courier: string }>`select courier from couriers.route where state <> 'done'`);
    return hired.find(({ id }) => !busy.some((route) => route.courier === id)) ?? hire();
  };
  const station = async (name: string, doors: number, lat = 59.44): Promise<string> => {
    const layout = {
      floorMm: 100,
      columns: [{ doors: Array.from({ length: doors }, (_, i) => ({ number: i + 1, size: "small" as const, ...standardInnerMm.small })) }],
    };
    const network = reach<NetworkApi>("network", operator);
    const { id } = await must(
      "station",
      network.stations.$post({ json: { name, lat, lon: 24.75, status: "active", waiver: "Its cabinet is a stand-in.", layout } }),
    );
    await own.transaction().execute(async (tx) => {
      const sealedCodeKey = sealOf(config).seal(`code_key|${id}|1`, randomBytes(32).toString("base64url"));
      await publish(tx, now(), Enrolled, { station: id, epoch: 1, sealedCodeKey });
      await publish(tx, now(), Connected, { station: id });
    });
    await settle();
    return id;
  };
  const order = async (at: string, name = "Ann"): Promise<Order> => {
    const claims = reach<ReservationApi>("reservations", shop);
    const held = await must(
      "hold",
      claims.stations[":station"].holds.$post({ param: { station: at }, header: key(), json: { orderId: "o", size: "small" } }),
    );
    const recipient = { name, email: `${name.toLowerCase()}@example.org` };
    const { parcel, id } = await must(
      "confirm",
      claims.reservations[":id"].confirm.$post({ param: { id: held.id }, header: key(), json: { recipient } }),
    );
    await settle();
    return { parcel: parcel!, reservation: id, station: at };
  };
  const parcelOf = (id: string): Promise<Parcel> =>
    must("parcel", reach<ParcelApi>("parcels", operator).parcels[":id"].$get({ param: { id } }));
  /** A route of the red carrier with these parcels, begun by a courier who is free. */
  const setOut = async (...orders: readonly Order[]): Promise<Round> => {
    const courier = await free();
    const stations = [...new Set(orders.map((each) => each.station))];
    const stops = stations.map((at) => ({
      station: at,
      parcels: orders.filter((each) => each.station === at).map(({ parcel }) => parcel),
    }));
    const carrier = reach<CourierApi>("couriers", red);
    const day = now().toISOString().slice(0, 10);
    const { id } = await must("route", carrier.routes.$post({ header: key(), json: { name: "r", day, courier: courier.id, stops } }));
    await must("start", reach<CourierApi>("couriers", courier.cookie).routes[":id"].start.$post({ param: { id } }));
    await settle();
    return { route: id, cookie: courier.cookie };
  };
  const courier = ({ cookie }: Pick<Round, "cookie">) => reach<CourierApi>("couriers", cookie);
  const openDoor = async (round: Round, of: Order) => {
    const { barcode, station: at } = await parcelOf(of.parcel);
    const scan = await must(
      "scan",
      courier(round).routes[":id"].scans.$post({ param: { id: round.route }, header: key(), json: { station: at, barcode } }),
    );
    await settle();
    return scan;
  };
  const putIn = async (round: Round, of: Order): Promise<void> => {
    const scan = await openDoor(round, of);
    await cabinets.shut(of.station, scan.compartment);
    await settle();
    await must("deposited", courier(round).scans[":id"].deposited.$post({ param: { id: scan.id } }));
    await settle();
  };
  /** It is ordered, brought and lies in a compartment with a live code. */
  const inside = async (at: string): Promise<Order> => {
    const made = await order(at);
    await putIn(await setOut(made), made);
    assert.equal((await parcelOf(made.parcel)).state, "stored");
    return made;
  };
  /** A courier comes for what is to be taken out of a station; somebody else may have been there before. */
  const comeFor = async (at: string, parcel: string) => {
    const planned = async () =>
      (
        await rows(
          sql<{ id: string; courier: string; state: string }>`select o.id, o.courier, o.state from couriers.route o
            join couriers.retrieval t on t.route = o.id where t.parcel = ${parcel} and t.state in ('assigned', 'opened')`,
        )
      )[0];
    const known = await planned();
    const worker = known ? hired.find(({ id }) => id === known.courier)! : await free();
    const riding = courier(worker);
    if (!known) {
      const json = { name: "r", day: now().toISOString().slice(0, 10), courier: worker.id, stops: [{ station: at, parcels: [] }] };
      const { id } = await must("route", reach<CourierApi>("couriers", red).routes.$post({ header: key(), json }));
      await must("start", riding.routes[":id"].start.$post({ param: { id } }));
      await settle();
    }
    const route = await must("my route", riding.my.route.$get());
    const task = route.stops.flatMap((stop) => stop.retrievals).find((each) => each.parcel === parcel);
    assert.ok(task ?? (await parcelOf(parcel)).state === "returned", "the courier's route has the task");
    return { task, by: { tasks: reach<RetrievalApi>("couriers", worker.cookie).retrievals[":id"] } };
  };
  const fetchFrom = async (at: string, parcel: string): Promise<void> => {
    const { by, task } = await comeFor(at, parcel);
    if (!task) return;
    const opened = await must("open", by.tasks.open.$post({ param: { id: task.id }, header: key() }));
    await settle();
    await cabinets.shut(at, opened.compartment);
    await settle();
    await must("taken out", by.tasks["taken-out"].$post({ param: { id: task.id } }));
    await settle();
  };
  /** Out of a station that says nothing any more: the courier's word alone. */
  const fetchByHand = async (at: string, parcel: string): Promise<void> => {
    const { by, task } = await comeFor(at, parcel);
    if (task) await must("taken out", by.tasks["taken-out"].$post({ param: { id: task.id } }));
    await settle();
  };
  const cancel = (parcel: string, by: Record<string, string> = shop, reason = "ordered twice") =>
    must("cancel", reach<CancellationApi>("parcels", by).parcels[":id"].cancel.$post({ param: { id: parcel }, json: { reason } }));
  const cancellation = (parcel: string) =>
    must("cancellation", reach<CancellationApi>("parcels", operator).parcels[":id"].cancellation.$get({ param: { id: parcel } }));
  return {
    ...look,
    own,
    line,
    cabinets,
    now,
    pass,
    later,
    run,
    settle,
    quiet,
    recover,
    reach,
    people: { operator, shop, red },
    station,
    order,
    parcelOf,
    setOut,
    courier,
    openDoor,
    putIn,
    inside,
    fetchFrom,
    fetchByHand,
    cancel,
    cancellation,
    /** Made the first time it is asked for. */
    once: (name: string, make: () => Promise<string>): Promise<string> => {
      const made = kept.get(name) ?? make();
      kept.set(name, made);
      return made;
    },
    withoutOwner: () => withoutOwner(own, now()),
    [Symbol.asyncDispose]: async () => {
      await db.destroy();
      await own.destroy();
    },
  };
}
export type Town = Awaited<ReturnType<typeof startTown>>;

export interface Order {
  readonly parcel: string;
  readonly reservation: string;
  readonly station: string;
}
interface Worker {
  readonly id: string;
  readonly username: string;
  readonly cookie: { readonly cookie: string };
}
export interface Round {
  readonly route: string;
  readonly cookie: { readonly cookie: string };
}
