// What the tests of this module share: one enrolled station, neighbours that answer as told, a clock that the test moves.
import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes, randomUUID } from "node:crypto";
import { Enrolled, Reported } from "@pigeonhole/devices/events";
import type { DeviceApi } from "@pigeonhole/devices/contract";
import { actorText, type Actor, type Who } from "@pigeonhole/identity/contract";
import { client } from "@pigeonhole/kit/client";
import { connect } from "@pigeonhole/kit/db";
import type { Fact } from "@pigeonhole/kit/fact";
import { systemNewId } from "@pigeonhole/kit/ids";
import { publish } from "@pigeonhole/kit/outbox";
import { testPersonal } from "@pigeonhole/kit/personal/testing";
import { systemRandom } from "@pigeonhole/kit/random";
import { Refused } from "@pigeonhole/kit/refused";
import { createSeal } from "@pigeonhole/kit/seal";
import { drain, testDatabase, type TestDatabase } from "@pigeonhole/kit/testing";
import type { NetworkApi } from "@pigeonhole/network/contract";
import type { ParcelApi } from "@pigeonhole/parcels/contract";
import { codeHash } from "@pigeonhole/protocol/codes";
import type { StationFact } from "@pigeonhole/protocol/messages";
import { Confirmed } from "@pigeonhole/reservations/events";
import { sql } from "kysely";
import pino from "pino";
import type { z } from "zod";
import type { OrderWindows } from "@pigeonhole/reservations/windows/contract";
import type { AccessApi } from "./contract.ts";
import type { ProxyApi } from "./proxies/contract.ts";
import type { PhoneApi } from "./phone/contract.ts";
import type { StaffApi } from "./staff/contract.ts";
import { access } from "./module.ts";
import { accessMigrations } from "./migrations.ts";
import { signerLimits as usualLimits } from "./signer.ts";
import type { Tables } from "./tables.ts";

export const openDatabase = () => testDatabase([accessMigrations]);

export const key = generateKeyPairSync("ed25519");
export const ann: Actor = { kind: "customer", id: randomUUID(), email: "ann@example.com" };
export const bob: Actor = { kind: "customer", id: randomUUID(), email: "bob@example.com" };
export const shop: Actor = { kind: "shop", tenant: randomUUID(), slug: "yarn", keyId: randomUUID(), scopes: ["parcels"] };
export const support: Actor = { kind: "operator", id: randomUUID(), role: "support" };
export const neighbour = (name: string): Actor => ({ kind: "module", name });

/** One enrolled station, a clock that the test moves, neighbours that answer as told, and everything that was logged. */
export async function start(
  database: TestDatabase,
  {
    enrolled = true,
    random = systemRandom,
    signerLimits = usualLimits,
    devices = async (_body: Record<string, unknown>): Promise<Response> => Response.json({ error: "unset" }, { status: 500 }),
  } = {},
) {
  const url = await database.fresh();
  const db = connect<Tables>(url);
  const station = randomUUID();
  const codeKey = randomBytes(32);
  const seal = createSeal([randomBytes(32)], systemRandom);
  const logged: string[] = [];
  const log = pino({ level: "trace" }, { write: (line: string) => void logged.push(line) });
  let time = new Date("2026-01-10T12:00:00Z");
  const now = (): Date => time;
  const sent: Record<string, unknown>[] = [];
  const recipients = new Map<string, { recipient: { name: string; email: string; phone: null; language: string } | null; owner: string }>();
  const who = (async (c, ...kinds) => {
    const header = c.req.header("x-actor");
    if (!header) throw new Refused("not_signed_in", "Sign in.");
    const actor = JSON.parse(header) as Actor;
    if (!(kinds as string[]).includes(actor.kind)) throw new Refused("not_allowed", "Not for you.");
    return actor;
  }) as Who;
  const built = access({
    db,
    who,
    now,
    newId: systemNewId,
    log,
    seal,
    personal: testPersonal(db as never, now, seal).personal,
    random,
    signingKey: { kid: "k1", key: key.privateKey },
    signerLimits,
    parcels: client<ParcelApi>("http://parcels", {
      fetch: (input) => {
        const known = recipients.get(String(input).split("/").at(-2)!);
        return known ? Response.json({ ...known, station, number: "123456789012" }) : Response.json({ code: "not_found" }, { status: 404 });
      },
    }),
    network: client<NetworkApi>("http://network", {
      fetch: () => Response.json({ id: station, name: "Central", lat: 59.437, lon: 24.7536 }),
    }),
    devices: client<DeviceApi>("http://devices", {
      fetch: async (_input, init) => {
        const body = JSON.parse(String(init?.body)) as Record<string, unknown>;
        sent.push(body);
        return devices(body);
      },
    }),
  });
  const settle = async (): Promise<void> => {
    assert.deepEqual(await drain(db as never, built.consumers, now), [], "no fact was left unapplied");
  };
  const happen = async <Type extends string, S extends z.ZodRawShape>(
    kind: Fact<Type, S>,
    payload: z.input<z.ZodObject<S>>,
  ): Promise<void> => {
    await db.transaction().execute((tx) => publish(tx, time, kind, payload));
    await settle();
  };
  let seq = 0;
  const report = (event: StationFact, at = time) =>
    happen(Reported, {
      station,
      epoch: 1,
      seq: ++seq,
      at: at.toISOString(),
      parcel: "parcel" in event ? (event.parcel as string | null) : null,
      event,
    });
  const enrol = (epoch: number, codes: Buffer) =>
    happen(Enrolled, { station, epoch, sealedCodeKey: seal.seal(`code_key|${station}|${epoch}`, codes.toString("base64url")) });
  const confirm = async (
    compartment = 1,
    service: "standard" | "prime" | "business" = "standard",
    carrier: string | null = null,
    windows?: OrderWindows,
    togetherWith: string | null = null,
  ) => {
    const parcel = randomUUID();
    const reservation = randomUUID();
    recipients.set(parcel, { recipient: { name: "Ann", email: "ann@example.com", phone: null, language: "en" }, owner: actorText(shop) });
    const deliverBy = new Date(time.getTime() + 5 * 86_400_000).toISOString();
    await happen(Confirmed, {
      reservation,
      station,
      compartment,
      size: "small",
      parcel,
      owner: actorText(shop),
      carrier,
      orderId: "o",
      barcode: null,
      dimensions: null,
      service,
      deliverBy,
      ...(windows && { windows }),
      sealedRecipient: "x",
      togetherWith,
    });
    return { parcel, reservation };
  };
  const deposit = (parcel: string, compartment = 1) =>
    report({ type: "parcel_deposited", compartment, parcel, evidence: "depositor", actor: "courier:1" });
  const as = (actor: Actor) =>
    client<AccessApi>("http://access", {
      headers: { "x-actor": JSON.stringify(actor) },
      fetch: (input, init) => built.routes.request(String(input), init),
    });
  const pickup = (actor: Actor, parcel: string) => as(actor).parcels[":parcel"].pickup.$get({ param: { parcel } });
  const reissue = (actor: Actor, parcel: string) => as(actor).parcels[":parcel"].pickup.reissue.$post({ param: { parcel } });
  const ask = (question: { code?: string; grant?: string; generation?: number; id?: string }) =>
    as(neighbour("devices")).internal.access.stations[":station"].decisions.$post({
      param: { station },
      json: {
        id: question.id ?? randomUUID(),
        codeHash: question.code === undefined ? null : codeHash(codeKey, station, question.code),
        grant: question.grant ?? null,
        generation: question.generation ?? null,
        at: time.toISOString(),
      },
    });
  const verdict = async (question: Parameters<typeof ask>[0]): Promise<string> => {
    const answer = await ask(question);
    if (answer.status !== 200) return String(answer.status);
    const body = await answer.json();
    return body.outcome === "granted" ? "granted" : body.reason;
  };
  const code = async (parcel: string) => {
    const answer = await pickup(ann, parcel);
    assert.ok(answer.status === 200);
    return answer.json();
  };
  const command = (action: "open" | "attest_deposit" | "release", parcel: string, actor = "courier:7", caller = "couriers") =>
    as(neighbour(caller)).internal.access.commands.$post({ json: { action, purpose: "dropoff", parcel, actor } });
  const known = async () =>
    (await as(neighbour("devices")).internal.access.stations[":station"].grants.$get({ param: { station } })).json() as Promise<{
      grants: {
        id: string;
        kind: string;
        state: string;
        parcel: string;
        codeHash: string | null;
        expiresAt: string | null;
        beside?: string[];
      }[];
      deadCodes: { codeHash: string; reason: string }[];
    }>;
  const facts = async (type: string) =>
    (
      await sql<{ payload: Record<string, unknown> }>`select payload from kit.outbox where type = ${type} order by seq`.execute(db)
    ).rows.map((row) => row.payload);
  const pass = (hours: number): void => {
    time = new Date(time.getTime() + hours * 3_600_000);
  };
  if (enrolled) await enrol(1, codeKey);
  return {
    db,
    url,
    seal,
    station,
    codeKey,
    logged,
    sent,
    recipients,
    built,
    happen,
    report,
    enrol,
    confirm,
    deposit,
    as,
    pickup,
    reissue,
    ask,
    verdict,
    code,
    command,
    known,
    facts,
    pass,
    now,
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}
/** Of the proxies' room; without an actor: whoever has the link. */
export const proxiesAs = (w: Awaited<ReturnType<typeof start>>, actor?: Actor) =>
  client<ProxyApi>("http://access", {
    headers: actor ? { "x-actor": JSON.stringify(actor) } : {},
    fetch: (input, init) => w.built.routes.request(String(input), init),
  });
/** Of the phone's room. */
export const phoneAs = (w: Awaited<ReturnType<typeof start>>, actor: Actor) =>
  client<PhoneApi>("http://access", {
    headers: { "x-actor": JSON.stringify(actor) },
    fetch: (input, init) => w.built.routes.request(String(input), init),
  });
export const opened = (command: unknown): Response =>
  Response.json({ command, outcome: "opened", reason: null, at: "2026-01-10T12:00:00Z" });
/** Of the staff's room. */
export const staffAs = (w: Awaited<ReturnType<typeof start>>, actor: Actor) =>
  client<StaffApi>("http://access", {
    headers: { "x-actor": JSON.stringify(actor) },
    fetch: (input, init) => w.built.routes.request(String(input), init),
  });
