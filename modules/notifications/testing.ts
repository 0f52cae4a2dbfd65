// What the tests of this module share: real servers for mail, text messages and push on loopback, neighbours that answer as told.
import assert from "node:assert/strict";
import { createECDH, randomBytes, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { AccessApi } from "@pigeonhole/access/contract";
import type { DropOffApi } from "@pigeonhole/access/returning/contract";
import { PickupReady, WindowMoved } from "@pigeonhole/access/events";
import type { Actor, Who } from "@pigeonhole/identity/contract";
import { SignInCodeRequested } from "@pigeonhole/identity/events";
import { client } from "@pigeonhole/kit/client";
import { connect } from "@pigeonhole/kit/db";
import type { Fact } from "@pigeonhole/kit/fact";
import { systemNewId } from "@pigeonhole/kit/ids";
import { publish } from "@pigeonhole/kit/outbox";
import { systemRandom } from "@pigeonhole/kit/random";
import { Refused } from "@pigeonhole/kit/refused";
import { testPersonal } from "@pigeonhole/kit/personal/testing";
import { createSeal } from "@pigeonhole/kit/seal";
import { drain, testDatabase, type TestDatabase } from "@pigeonhole/kit/testing";
import type { NetworkApi } from "@pigeonhole/network/contract";
import type { ParcelApi, ParcelState } from "@pigeonhole/parcels/contract";
import { ParcelMoved } from "@pigeonhole/parcels/events";
import type { ReturnApi } from "@pigeonhole/returns/contract";
import { sql } from "kysely";
import pino from "pino";
import { SMTPServer } from "smtp-server";
import webPush from "web-push";
import type { z } from "zod";
import type { Channels } from "./channels/channels.ts";
import type { NotificationApi } from "./contract.ts";
import { notificationsMigrations } from "./migrations.ts";
import { notifications } from "./module.ts";
import type { Tables } from "./tables.ts";

export const openDatabase = () => testDatabase([notificationsMigrations]);
export const ann: Actor = { kind: "customer", id: randomUUID(), email: "ann@example.com" };
export const operator: Actor = { kind: "operator", id: randomUUID(), role: "support" };
const station = randomUUID();

/**
 * A mail server that keeps what it gets. `refuse`: the answer to every recipient, while it is not 0. `mode`: `busy` sends everybody away at the door, `dies`
 * takes a mail and hangs up before it says so.
 */
async function mailServer() {
  const mails: string[] = [];
  const senders: string[] = [];
  const told = { refuse: 0, mode: "well" as "well" | "busy" | "dies" };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    onConnect: (_session, done) => done(told.mode === "busy" ? Object.assign(new Error("busy"), { responseCode: 421 }) : null),
    onMailFrom: ({ address }, _session, done) => {
      senders.push(address);
      done();
    },
    onRcptTo: (_address, _session, done) => done(told.refuse ? Object.assign(new Error("no"), { responseCode: told.refuse }) : null),
    onData: (stream, _session, done) => {
      const parts: Buffer[] = [];
      stream
        .on("data", (part: Buffer) => parts.push(part))
        .on("end", () => {
          mails.push(Buffer.concat(parts).toString());
          if (told.mode === "dies") for (const connection of server.connections) connection.close();
          else done();
        });
    },
  });
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    mails,
    senders,
    told,
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

/** An HTTP server that keeps what it gets and answers `status`; 0 keeps the caller waiting. */
async function httpServer() {
  const told = { status: 201 };
  const bodies: string[] = [];
  const waiting: ServerResponse[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    const parts: Buffer[] = [];
    request
      .on("data", (part: Buffer) => parts.push(part))
      .on("end", () => {
        bodies.push(Buffer.concat(parts).toString());
        if (told.status === 0) waiting.push(response);
        else response.writeHead(told.status).end();
      });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    told,
    bodies,
    waiting,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export async function start(
  database: TestDatabase,
  { inbox = false, channels = {} as Partial<Channels>, began = "2026-01-10T12:00:00Z" } = {},
) {
  const db = connect<Tables>(await database.fresh());
  const [mail, sms, push] = [await mailServer(), await httpServer(), await httpServer()];
  const seal = createSeal([randomBytes(32)], systemRandom);
  const logged: string[] = [];
  const log = pino({ level: "trace" }, { write: (line: string) => void logged.push(line) });
  let time = new Date(began);
  const now = (): Date => time;
  // What the neighbours answer.
  const told = {
    recipient: { name: "Ann", email: "ann@example.com", phone: "+37251234567", language: "et" } as {
      name: string;
      email: string;
      phone: string | null;
      language: string;
    } | null,
    pickup: { status: 200, code: "12345678", generation: 1 },
    parcelsStatus: 200,
    return: null as { sealedCustomer: string; subject: null; station: string; number: string; kind: "return" } | null,
    networkStatus: 200,
    timeZone: "Europe/Tallinn",
    expiresAt: "2026-01-13T12:00:00.000Z",
  };
  const asked: string[] = [];
  const who = (async (c, ...kinds) => {
    const header = c.req.header("x-actor");
    if (!header) throw new Refused("not_signed_in", "Sign in.");
    const actor = JSON.parse(header) as Actor;
    if (!(kinds as string[]).includes(actor.kind)) throw new Refused("not_allowed", "Not for you.");
    return actor;
  }) as Who;
  /** What access answers about any code, of a parcel or of a drop-off. */
  const shownCode = (input: unknown): Response => {
    asked.push(String(input));
    const { status, code, generation } = told.pickup;
    const shown = { parcel: randomUUID(), station, compartment: 3, code, qr: `PH1.${code}`, carried: null, generation, missing: [] };
    return Response.json({ ...shown, expiresAt: told.expiresAt }, { status });
  };
  const built = notifications({
    db,
    who,
    now,
    newId: systemNewId,
    log,
    seal,
    personal: testPersonal(db as never, now, seal).personal,
    parcels: client<ParcelApi>("http://parcels", {
      fetch: () =>
        Response.json(
          { recipient: told.recipient, subject: null, owner: "shop:1", station, number: "123456789012" },
          { status: told.parcelsStatus },
        ),
    }),
    returns: client<ReturnApi>("http://returns", {
      fetch: () => Response.json(told.return ?? {}, { status: told.return ? 200 : 404 }),
    }),
    dropOffs: client<DropOffApi>("http://access", { fetch: shownCode }),
    access: client<AccessApi>("http://access", { fetch: shownCode }),
    network: client<NetworkApi>("http://network", {
      fetch: (input) =>
        Response.json(
          {
            id: station,
            // Every other station is the one that was here before.
            name: String(input).endsWith(station) ? "Kaubamaja" : "Vana Turg",
            address: String(input).endsWith(station) ? "Gonsiori 2, Tallinn" : null,
            lat: 59.436,
            lon: 24.755,
            timeZone: told.timeZone,
            supportPhone: null,
          },
          { status: told.networkStatus },
        ),
    }),
    channels: {
      inbox,
      publicUrl: "https://ph.example",
      smtp: { url: mail.url, from: "Pigeonhole <parcels@ph.example>", bounces: "bounces@ph.example" },
      sms: { url: sms.url, token: "t0ken", timeoutMs: 5_000 },
      push: { ...webPush.generateVAPIDKeys(), subject: "mailto:ops@ph.example", services: [push.url] },
      ...channels,
    },
    duty: { name: "", email: "duty@ph.example", phone: null, language: "en" },
  });
  const settle = async (): Promise<void> => {
    assert.deepEqual(await drain(db as never, built.consumers, now), []);
  };
  const happen = async <Type extends string, S extends z.ZodRawShape>(
    kind: Fact<Type, S>,
    payload: z.input<z.ZodObject<S>>,
  ): Promise<void> => {
    await db.transaction().execute((tx) => publish(tx, time, kind, payload));
    await settle();
  };
  const job = (name: string): Promise<void> => built.jobs.find((j) => j.name === `notifications.${name}`)!.run(null);
  /** Every job once, as their timers would. */
  const tick = async (): Promise<void> => {
    for (const name of ["plan", "remind", "address", "step_in"]) await job(name);
    await Promise.all(["email", "sms", "push"].map(job));
  };
  /** Time passes until then, with a stop whenever something falls due. */
  const until = async (text: string): Promise<void> => {
    const end = new Date(text);
    for (let stops = 0; stops < 500; stops++) {
      await tick();
      const { rows } = await sql<{ next: Date | null }>`
        select min(at) as next from (
          select due_at as at from notifications.reminder where state = 'planned'
          union all select next_at from notifications.notice where ended_at is null
          union all select next_at from notifications.message where state = 'waiting'
          union all select open_until from notifications.circuit
        ) due where at > ${time}`.execute(db);
      const next = rows[0]!.next;
      if (next === null || next >= end) break;
      time = next;
    }
    time = end;
    await tick();
  };
  /** What left, in order: template, channel, and when. */
  const left = async () =>
    (
      await db
        .selectFrom("notifications.message")
        .select(["template", "channel", "sent_at"])
        .where("sent_at", "is not", null)
        .orderBy("sent_at")
        .orderBy("template")
        .orderBy("channel")
        .execute()
    ).map(({ template, channel, sent_at }) => `${template} ${channel} ${sent_at!.toISOString().slice(0, 16)}`);
  const as = (actor: Actor) =>
    client<NotificationApi>("http://n", {
      headers: { "x-actor": JSON.stringify(actor) },
      fetch: (input, init) => built.routes.request(String(input), init),
    });
  const ready = (parcel: string, { generation = 1, reason = "deposited" as "deposited" | "reissued" } = {}) =>
    happen(PickupReady, {
      parcel,
      grant: randomUUID(),
      generation,
      station,
      compartment: 3,
      expiresAt: told.expiresAt,
      reason,
    });
  /** The clock of a parcel's window stops, goes on, or ends at another time. */
  const move = (parcel: string, { isStopped = false, pauses = [] as { from: string; to: string | null; cause: string }[] } = {}) =>
    happen(WindowMoved, { parcel, station, expiresAt: told.expiresAt, isStopped, pauses });
  const become = (parcel: string, from: ParcelState, to: ParcelState) =>
    happen(ParcelMoved, {
      parcel,
      from,
      to,
      reservation: null,
      station,
      compartment: 3,
      owner: "shop:1",
      carrier: null,
      number: "123456789012",
      expiresAt: null,
    });
  const signIn = (code: string, email = "ann@example.com", language = "en") => {
    const request = randomUUID();
    return happen(SignInCodeRequested, {
      request,
      sealed: seal.seal(`identity.sign_in_code|${request}`, JSON.stringify({ email, code })),
      language,
      expiresAt: new Date(time.getTime() + 600_000).toISOString(),
    });
  };
  /** A browser of Ann's; its address is that of the push server. */
  const subscribe = (name = "1", actor = ann) => {
    const keys = { p256dh: createECDH("prime256v1").generateKeys("base64url"), auth: randomBytes(16).toString("base64url") };
    return as(actor)["push-subscriptions"].$post({ json: { endpoint: `${push.url}/${name}`, keys } });
  };
  const rows = () =>
    db
      .selectFrom("notifications.message")
      .select(["template", "channel", "state", "attempts", "error"])
      .orderBy("created_at")
      .orderBy("channel")
      .execute();
  const ended = async () =>
    (
      await sql<{
        payload: Record<string, unknown>;
      }>`select payload from kit.outbox where type = 'notifications.message_ended' order by seq`.execute(db)
    ).rows.map(({ payload: p }) => `${p["template"]} ${p["channel"]} ${p["state"]}`);
  const pass = (seconds: number): void => {
    time = new Date(time.getTime() + seconds * 1_000);
  };
  return {
    db,
    station,
    mail,
    sms,
    push,
    told,
    asked,
    logged,
    built,
    happen,
    job,
    tick,
    as,
    ready,
    move,
    become,
    until,
    left,
    now,
    signIn,
    subscribe,
    rows,
    ended,
    pass,
    seal,
    [Symbol.asyncDispose]: async () => {
      await mail.stop();
      sms.stop();
      push.stop();
      await db.destroy();
    },
  };
}

/** The text part of a mail, decoded. */
export function textPart(mail: string): string {
  const [, headers, body] = /(Content-Type: text\/plain[\s\S]*?)\r\n\r\n([\s\S]*?)\r\n--/.exec(mail) ?? assert.fail("no text part");
  if (/base64/i.test(headers!)) return Buffer.from(body!, "base64").toString();
  const plain = body!.replaceAll("=\r\n", "");
  return /quoted-printable/i.test(headers!)
    ? Buffer.from(
        plain.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
        "latin1",
      ).toString()
    : plain;
}
