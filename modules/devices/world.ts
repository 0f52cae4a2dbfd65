// A backend of one module for its tests: real PostgreSQL, real broker, a clock that the test moves, an access module that says what the test wants.
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { systemMonotonic as monotonic, systemNow } from "@pigeonhole/kit/clock";
import { client } from "@pigeonhole/kit/client";
import { consumeBatch, enrolConsumers, retryParked } from "@pigeonhole/kit/consume";
import { connect, type Tx } from "@pigeonhole/kit/db";
import { router } from "@pigeonhole/kit/http";
import { systemNewId as newId } from "@pigeonhole/kit/ids";
import { migrateJobs, startJobs } from "@pigeonhole/kit/jobs";
import { silentLog as log } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import { systemRandom as random } from "@pigeonhole/kit/random";
import { Refused } from "@pigeonhole/kit/refused";
import { createSeal } from "@pigeonhole/kit/seal";
import { testDatabase } from "@pigeonhole/kit/testing";
import { sleep, systemTimers as timers } from "@pigeonhole/kit/timers";
import * as accessContract from "@pigeonhole/access/contract";
import { GrantsChanged } from "@pigeonhole/access/events";
import * as firmwareContract from "@pigeonhole/firmware/contract";
import type { Actor, Who } from "@pigeonhole/identity/contract";
import type { NetworkApi } from "@pigeonhole/network/contract";
import { StationChanged } from "@pigeonhole/network/events";
import { publicKeyText, seal as sealEnvelope, type SigningKey } from "@pigeonhole/protocol/envelope";
import { Command, type Answer, type Ask, type Desired, type Hello } from "@pigeonhole/protocol/messages";
import type { SigningKeys } from "@pigeonhole/protocol/signing-keys";
import { sql } from "kysely";
import { startBroker } from "./broker.ts";
import { createCa } from "./ca.ts";
import type { Ca } from "./certificates.ts";
import type { DeviceApi } from "./contract.ts";
import { devicesMigrations } from "./migrations.ts";
import { devices } from "./module.ts";
import type { Tables } from "./tables.ts";
import { cabinet, dial, journal, makeKey } from "./testing.ts";

/** The acting person or module travels in a header. */
const who: Who = async (c, ...kinds) => {
  const text = c.req.header("x-actor");
  if (!text) throw new Refused("not_signed_in", "nobody");
  const actor = JSON.parse(text) as Actor;
  if (!(kinds as readonly string[]).includes(actor.kind)) throw new Refused("not_allowed", "another kind");
  return actor as never;
};
export const actors = {
  admin: { kind: "operator", id: "00000000-0000-4000-8000-000000000001", role: "admin" },
  viewer: { kind: "operator", id: "00000000-0000-4000-8000-000000000002", role: "viewer" },
  customer: { kind: "customer", id: "00000000-0000-4000-8000-000000000003", email: "a@example.org" },
  access: { kind: "module", name: "access" },
} as const satisfies Record<string, Actor>;

export interface TestBroker {
  /** Where stations connect, and where the backend does. */
  readonly stationUrl: string;
  readonly backendUrl: string;
  /** It is told by the plugin's list who may speak. */
  readonly hasAccessList?: boolean;
  /** All lines break at once, nothing is said. */
  kill(): Promise<void>;
  startAgain(): Promise<void>;
  stop(): Promise<void>;
}
/** With a broker of its own, or one that `external` starts for this authority. */
export async function startWorld(external?: (ca: Ca) => Promise<TestBroker>) {
  const server = await testDatabase([devicesMigrations]);
  const url = await server.fresh();
  await migrateJobs(url);
  const db = connect<Tables>(url);
  let aheadMs = 0;
  const now = () => new Date(systemNow().getTime() + aheadMs);
  const seal = createSeal([Buffer.alloc(32, 7)], random);
  const ca = await createCa({ hosts: ["127.0.0.1"], now, random });
  const inProcess = async (): Promise<TestBroker> => {
    const begin = (port: number) => startBroker({ db, ca, host: "127.0.0.1", port, now, monotonic, timers, log });
    let running = await begin(0);
    const { port } = running;
    const url = `mqtts://127.0.0.1:${port}`;
    const stop = () => running.stop();
    const startAgain = async () => {
      running = await begin(port);
    };
    return { stationUrl: url, backendUrl: url, kill: stop, startAgain, stop };
  };
  const broker = await (external ? external(ca) : inProcess());
  const { stationUrl: mqttUrl, backendUrl } = broker;
  const signing = generateKeyPairSync("ed25519");

  /** What access answers: grants by station, and a decision per question. */
  const says = {
    grants: new Map<string, Pick<Desired, "grants" | "deadCodes">>(),
    /** What signs, and what stations are to trust. */
    signingKey: { kid: "k1", key: signing.privateKey } as SigningKey,
    keys: { generation: 1, keys: { k1: publicKeyText(signing.publicKey) } } as SigningKeys,
    /** The code with which the signer refuses; null: it signs. */
    refuses: null as "no_right" | "too_many_openings" | null,
    decide: (ask: Ask): Answer => ({ id: ask.id, outcome: "refused", reason: "wrong" }),
    decided: [] as Ask[],
    /** What firmware answers. */
    firmware: null as Desired["firmware"],
    /** Stations that network was asked to suspend, and why. */
    suspended: [] as { readonly station: string; readonly cause: string; readonly reason: string }[],
  };
  const never = (): never => {
    throw new Error("not asked for here");
  };
  const accessRoutes = accessContract.mount(router(accessContract.refusals, log), {
    pickup: never,
    reissue: never,
    command: never,
    follow: never,
    courierRights: never,
    grantsOf: async (c) =>
      c.json({ ...(says.grants.get(c.req.valid("param").station) ?? { grants: [], deadCodes: [] }), signingKeys: says.keys }, 200),
    decide: async (c) => {
      const ask = c.req.valid("json");
      says.decided.push(ask);
      return c.json(says.decide(ask), 200);
    },
    // The order as this module wrote it down; whether there is a right is for access's own tests.
    sign: async (c) => {
      if (says.refuses) throw new Refused(says.refuses, "as told");
      const { command } = c.req.valid("json");
      const row = await db.selectFrom("devices.command").select("body").where("id", "=", command).executeTakeFirstOrThrow();
      return c.json(sealEnvelope("command", Command.parse(JSON.parse(row.body)), says.signingKey), 200);
    },
    // As access does: what it does not hold is not signed.
    signDesired: (c) => {
      const document = c.req.valid("json");
      const { grants } = says.grants.get(document.station) ?? { grants: [] };
      if (document.grants.some(({ id }) => !grants.some((grant) => grant.id === id))) throw new Refused("no_right", "not held");
      return c.json(sealEnvelope("desired", document, says.signingKey), 200);
    },
    keys: (c) => c.json(says.keys, 200),
  });
  const access = client<accessContract.AccessApi>("http://access", { fetch: (input, init) => accessRoutes.request(input as string, init) });
  const firmwareRoutes = firmwareContract.mount(router(firmwareContract.refusals, log), {
    releases: never,
    list: never,
    get: never,
    begin: never,
    pause: never,
    resume: never,
    stop: never,
    retry: never,
    wanted: (c) => c.json({ firmware: says.firmware }, 200),
  });
  const firmware = client<firmwareContract.FirmwareApi>("http://firmware", {
    fetch: (input, init) => firmwareRoutes.request(input as string, init),
  });
  const network = client<NetworkApi>("http://network", {
    fetch: async (input, init) => {
      const station = /stations\/([^/]+)\/suspension/.exec(String(input))![1]!;
      says.suspended.push({ station, ...(JSON.parse(String(init?.body)) as { cause: string; reason: string }) });
      return new Response("{}", { status: 200 });
    },
  });
  const make = () =>
    devices({
      db,
      who,
      now,
      newId,
      log,
      seal,
      random,
      timers,
      monotonic,
      access,
      firmware,
      network,
      ca,
      mqttUrl: backendUrl,
      stationMqttUrl: mqttUrl,
      hasAccessList: broker.hasAccessList ?? false,
    });
  const module = make();
  const running = await module.start();
  const jobRunner = await startJobs(
    url,
    module.jobs.map(({ name, run }) => ({ name, run })),
    { log, timers },
  );

  const as = (actor: Actor | undefined, routes = module.routes) =>
    client<DeviceApi>("http://test", {
      fetch: (input, init) => routes.request(input as string, init),
      ...(actor ? { headers: { "x-actor": JSON.stringify(actor) } } : {}),
    });
  /** Applies every fact that waits; a fact is readable as soon as no older transaction runs. */
  const consume = async (): Promise<void> => {
    const waiting = sql<{
      n: number;
    }>`select count(*)::int as n from kit.outbox o where o.type = any(${module.consumers.handlers.map(({ type }) => type)})
      and not exists (select from kit.inbox i where i.consumer = ${module.consumers.name} and i.event = o.id)`;
    await enrolConsumers(db as never, [module.consumers]);
    await until("every fact is applied", async () => {
      await consumeBatch(db as never, module.consumers, now, log);
      await retryParked(db as never, module.consumers, now, log);
      return (await waiting.execute(db)).rows[0]!.n === 0;
    });
  };
  const write = (work: (tx: Tx<Tables>) => Promise<void>): Promise<void> => db.transaction().execute(work);
  const facts = async (type: string, station: string): Promise<Record<string, unknown>[]> => {
    const { rows } = await sql<{
      payload: Record<string, unknown>;
    }>`select payload from kit.outbox where type = ${type} and aggregateid = ${station} order by seq`.execute(db);
    return rows.map((row) => row.payload);
  };

  /** A station that network knows, with three doors. */
  const addStation = async (more: { name?: string; maintenance?: number[]; station?: string; walkUp?: number[] } = {}): Promise<string> => {
    const station = more.station ?? newId();
    const door = (number: number) => ({ number, size: "small" as const, widthMm: 350, heightMm: 180, depthMm: 300 });
    await write((tx) =>
      publish(tx, now(), StationChanged, {
        station,
        name: "Central",
        address: null,
        lat: 59,
        lon: 24,
        timeZone: "Europe/Tallinn",
        openingHours: null,
        stepFree: true,
        status: "active",
        suspendedFor: null,
        supportPhone: null,
        layout: { floorMm: 100, columns: [{ doors: [door(1), door(2), door(3)] }] },
        walkUp: [],
        maintenance: [],
        ...more,
      }),
    );
    await consume();
    return station;
  };
  const token = async (station: string): Promise<string> => {
    const answer = await as(actors.admin).stations[":station"]["enrolment-tokens"].$post({ param: { station } });
    assert.equal(answer.status, 201);
    return ((await answer.json()) as { token: string }).token;
  };
  /** A cabinet that has just enrolled, not connected. */
  const enrolled = async (station?: string) => {
    const id = station ?? (await addStation());
    const keys = await makeKey();
    const answer = await as(undefined).enrolments.$post({
      json: { token: await token(id), csr: keys.csr, codeKey: random.bytes(32).toString("base64url") },
    });
    assert.ok(answer.status === 201, `enrolment answered ${answer.status}`);
    const enrolment = await answer.json();
    const bootId = newId();
    const hello = (more: Partial<Hello> = {}): Hello => ({
      v: 1,
      epoch: enrolment.epoch,
      desiredVersion: 0,
      lastEventSeq: 0,
      oldestEventSeq: 1,
      firmware: "1.0.0",
      bootId,
      now: now().toISOString(),
      keyGeneration: enrolment.keyGeneration,
      ...more,
    });
    const identity = { certificate: enrolment.certificate, key: keys.key };
    return { id, ...keys, ...enrolment, identity, bootId, hello, journal: journal(id, enrolment.epoch, keys.signing) };
  };
  const open: { endAsync(force: boolean): Promise<unknown> }[] = [];
  /** Connects a cabinet, with its will. */
  const online = async (cab: Awaited<ReturnType<typeof enrolled>>) => {
    const will = {
      topic: `ph/1/${cab.id}/presence`,
      payload: Buffer.from(JSON.stringify({ online: false, bootId: cab.bootId })),
      qos: 1 as const,
      retain: false,
    };
    const mqtt = await dial(mqttUrl, ca, cab.identity, { will });
    open.push(mqtt);
    return { ...cab, ...(await cabinet(mqtt, cab.id)) };
  };
  /** A cabinet that has said hello and been answered. */
  const connected = async () => {
    const cab = await online(await enrolled());
    await cab.say("hello", cab.hello());
    await cab.heard("acknowledge");
    return cab;
  };
  return {
    db,
    url,
    ca,
    seal,
    module,
    make,
    as,
    says,
    consume,
    write,
    facts,
    addStation,
    token,
    enrolled,
    online,
    connected,
    mqttUrl,
    broker,
    signing,
    now,
    pass: (ms: number) => {
      aheadMs += ms;
    },
    grantsChanged: (station: string) => write((tx) => publish(tx, now(), GrantsChanged, { station })).then(consume),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(open.map((mqtt) => mqtt.endAsync(true)));
      await jobRunner.stop();
      await running.stop();
      await broker.stop();
      await db.destroy();
      await server[Symbol.asyncDispose]();
    },
  };
}
export type World = Awaited<ReturnType<typeof startWorld>>;

/** Asks until it is so, at most so long. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>, seconds = 4): Promise<void> {
  for (let i = 0; i < seconds * 40; i++) {
    if (await isSo()) return;
    await sleep(timers, 25);
  }
  assert.fail(`it never came to be that ${what}`);
}
