import type { Monotonic, Now } from "@pigeonhole/kit/clock";
import type { Client } from "@pigeonhole/kit/client";
import { viewAs, type Db } from "@pigeonhole/kit/db";
import { router } from "@pigeonhole/kit/http";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Job } from "@pigeonhole/kit/jobs";
import type { Log } from "@pigeonhole/kit/log";
import type { Random } from "@pigeonhole/kit/random";
import { Refused } from "@pigeonhole/kit/refused";
import type { Seal } from "@pigeonhole/kit/seal";
import type { Timers } from "@pigeonhole/kit/timers";
import type { AccessApi } from "@pigeonhole/access/contract";
import type { FirmwareApi } from "@pigeonhole/firmware/contract";
import { actorText, type Actor, type Who } from "@pigeonhole/identity/contract";
import type { NetworkApi } from "@pigeonhole/network/contract";
import { sealKeys } from "@pigeonhole/protocol/keys";
import { sealTime } from "@pigeonhole/protocol/time";
import type { Envelope } from "@pigeonhole/protocol/messages";
import { X509Certificate } from "node:crypto";
import { z } from "zod";
import { createAccessList } from "./access-list.ts";
import { diagnosis } from "./diagnostics/diagnostics.ts";
import { listenForLooks } from "./diagnostics/listener.ts";
import type { Ca } from "./certificates.ts";
import { commands } from "./commands.ts";
import { consumer } from "./consumers.ts";
import * as contract from "./contract.ts";
import { desiredDocuments } from "./desired.ts";
import { entriesOf, receive } from "./early.ts";
import { cutJob, enrol, rebuildJob, tokenHash, tokenMs } from "./enrol.ts";
import { inbox } from "./inbox.ts";
import { createLink, type Link } from "./link.ts";
import { renew } from "./renewal.ts";
import * as authority from "./queries/authority.ts";
import * as enrolment from "./queries/enrolment.ts";
import * as events from "./queries/events.ts";
import { outages } from "./outages/outages.ts";
import { beginAway } from "./outages/queries.ts";
import * as queries from "./queries.ts";
import { signatures } from "./signatures.ts";
import type { Tables } from "./tables.ts";
import { usualKeeping, type Keeping } from "./telemetry/domain.ts";
import { suspending } from "./tampered.ts";
import { telemetry } from "./telemetry/telemetry.ts";
import { wearing } from "./wear/wear.ts";

export interface Needs {
  readonly db: Db<Tables>;
  readonly who: Who;
  readonly now: Now;
  readonly newId: NewId;
  readonly log: Log;
  readonly seal: Seal;
  readonly random: Random;
  readonly timers: Timers;
  readonly monotonic: Monotonic;
  readonly access: Client<AccessApi>;
  readonly network: Client<NetworkApi>;
  readonly firmware: Client<FirmwareApi>;
  readonly ca: Ca;
  /** Where this process reaches the broker, mqtts://host:port. */
  readonly mqttUrl: string;
  /** Where stations reach it, when that is another address. */
  readonly stationMqttUrl?: string;
  /** The broker is a mosquitto whose dynamic-security plugin decides who may speak: it is told of every station. */
  readonly hasAccessList?: boolean;
  /** Where stations open a line when somebody looks inside them. */
  readonly looks?: {
    /** Null: nobody listens, and stations cannot be looked into. */
    readonly host: string | null;
    /** 0: any free one. */
    readonly port: number;
    /** How stations reach it, wss://host:port; by default the broker's host and this port. */
    readonly publicUrl?: string | undefined;
  };
  /** How long the curves of stations are kept. */
  readonly telemetryKeeping?: Keeping;
  /** Another line to the stations than MQTT, e.g. a simulator's. */
  readonly link?: Link | undefined;
}

/** How often silent stations are looked for, forgotten questions deleted, and the broker's list compared with ours. Seconds. */
const everySeconds = { presence: 5, tidy: 600, accessList: 300 } as const;

export function devices({
  db,
  who,
  now,
  newId,
  log,
  seal,
  random,
  timers,
  access,
  network,
  firmware,
  ca,
  mqttUrl,
  stationMqttUrl = mqttUrl,
  hasAccessList = false,
  telemetryKeeping = usualKeeping,
  looks = { host: "127.0.0.1", port: 0 },
  monotonic,
  link = createLink({ mqttUrl, ca, newId, timers, log }),
}: Needs) {
  const accessList = hasAccessList
    ? createAccessList({ mqttUrl, ca, admitted: () => authority.admittedStations(db, now()), newId, timers, log })
    : undefined;
  /** The broker learns at once whether this station may speak; what it does not learn now it learns at the next comparison. */
  const tellBroker = async (station: string): Promise<void> => {
    const isAdmitted = (await authority.admittedStations(db, now(), station)).has(station);
    await (isAdmitted ? accessList?.admit(station) : accessList?.remove(station));
    if (!isAdmitted && link.isUp()) await link.cut(station);
  };
  const signed = signatures(access);
  let looksAt: string | undefined = looks.publicUrl;
  const desired = desiredDocuments({ db, now, log, signed, access, firmware, link, looksAt: () => looksAt });
  const orders = commands({ db, now, timers, signed, link });
  const keysFor = async (generation: number): Promise<Envelope | undefined> => {
    const trusted = await signed.keys();
    if (generation >= trusted.generation) return undefined;
    return sealKeys({ v: 1, issuedAt: now().toISOString(), ...trusted }, ca.ca.key);
  };
  const inside = diagnosis({ db, who, now, newId, log });
  const curves = telemetry({
    db: viewAs(db as Db),
    who,
    isKnown: (station) => queries.isKnown(db, station),
    keeping: telemetryKeeping,
    now,
    log,
  });
  const times = outages({ db, isKnown: (station) => queries.isKnown(db, station), now, log });
  const known = async (station: string): Promise<contract.Device> => {
    const device = await queries.device(db, station, now());
    if (!device) throw new Refused("not_found", `There is no station ${station}.`);
    return device;
  };

  const routes = contract.mount(router(contract.refusals, log), {
    createToken: async (c) => {
      const operator = admin(await who(c, "operator"));
      const { station } = c.req.valid("param");
      if (!(await queries.isKnown(db, station))) throw new Refused("not_found", `There is no station ${station}.`);
      const token = `phe_${random.bytes(32).toString("base64url")}`;
      const at = now();
      const expiresAt = new Date(at.getTime() + tokenMs);
      await enrolment.addToken(db, { hash: tokenHash(seal, token), station, createdBy: actorText(operator), at, expiresAt });
      return c.json({ token, expiresAt: expiresAt.toISOString() }, 201);
    },
    enrol: async (c) => {
      const wish = c.req.valid("json");
      const { generation, keys } = await signed.keys();
      const enrolled = await db.transaction().execute((tx) => enrol(tx, wish, { ca, seal, at: now() }));
      await tellBroker(enrolled.station);
      return c.json({ ...enrolled, ca: ca.ca.certificate, mqttUrl: stationMqttUrl, signingKeys: keys, keyGeneration: generation }, 201);
    },
    get: async (c) => {
      await who(c, "operator", "module");
      return c.json(await known(c.req.valid("param").station), 200);
    },
    list: async (c) => {
      await who(c, "operator", "module");
      return c.json({ devices: await queries.enrolledDevices(db, c.req.valid("query").limit, now()) }, 200);
    },
    events: async (c) => {
      await who(c, "operator", "module");
      const { station } = c.req.valid("param");
      const query = c.req.valid("query");
      const { epoch } = await known(station);
      return c.json({ events: await events.list(db, station, { ...query, epoch: query.epoch ?? epoch ?? 1 }) }, 200);
    },
    revoke: async (c) => {
      const operator = admin(await who(c, "operator"));
      const { station } = c.req.valid("param");
      const { reason } = c.req.valid("json");
      const isDone = await db.transaction().execute((tx) => enrolment.revoke(tx, station, reason, actorText(operator), now()));
      if (!isDone) throw new Refused("not_found", `Station ${station} has no certificate.`);
      await tellBroker(station);
      return c.json(await known(station), 200);
    },
    receive: async (c) => {
      const by = await who(c, "courier", "customer", "operator", "shop", "carrier");
      const { envelopes, unreadable } = entriesOf(c.req.valid("json").pages);
      const receipts: contract.Receipt[] = [];
      // Each by itself: one that is refused does not keep the others back.
      for (const envelope of envelopes) receipts.push(await db.transaction().execute((tx) => receive(tx, envelope, actorText(by), now())));
      const nothing = { station: null, epoch: null, seq: null, parcel: null, outcome: "refused", reason: "unreadable" } as const;
      return c.json({ receipts: [...receipts, ...Array.from({ length: unreadable }, () => nothing)] }, 200);
    },
    authority: (c) =>
      c.json(
        {
          certificate: ca.ca.certificate,
          fingerprint: new X509Certificate(ca.ca.certificate).fingerprint256.replaceAll(":", "").toLowerCase(),
        },
        200,
      ),
    certificates: async (c) => {
      const found = await authority.ofStation(db, c.req.valid("param").station);
      if (found.length === 0) throw new Refused("not_found", "This station has no certificate.");
      return c.json({ certificates: found }, 200);
    },
    certifyReceipts: async (c) => {
      const module = await who(c, "module");
      if (module.name !== "custody") throw new Refused("not_allowed", "Only custody signs receipts.");
      return c.json({ certificate: await ca.certifyReceipts(c.req.valid("json").publicKey, now()), authority: ca.ca.certificate }, 201);
    },
    send: async (c) => {
      await who(c, "module");
      return c.json(await orders.send(c.req.valid("param").station, c.req.valid("json")), 200);
    },
    lackingKeys: async (c) => {
      await who(c, "module");
      return c.json({ lacking: await queries.lackingKeys(db, c.req.valid("param").generation) }, 200);
    },
    revocations: async (c) => {
      const at = now();
      const list = await ca.revocations(await authority.revocations(db, at), at);
      return c.body(list, 200, { "content-type": "application/x-pem-file" });
    },
  });

  routes.route("/", curves.routes);
  routes.route("/", inside.routes);
  routes.route("/", times.routes);

  const jobs: readonly Job[] = [
    ...curves.jobs,
    ...inside.jobs,
    wearing({ db, now }),
    suspending({ network, log }),
    { name: rebuildJob, run: (payload) => desired.rebuild(z.object({ station: z.uuid() }).parse(payload).station) },
    {
      name: cutJob,
      run: (payload) => tellBroker(z.object({ station: z.uuid() }).parse(payload).station),
    },
    { name: "devices.access_list", everySeconds: everySeconds.accessList, run: async () => accessList?.compare() },
    {
      name: "devices.presence",
      everySeconds: everySeconds.presence,
      run: async () => {
        while ((await db.transaction().execute((tx) => queries.dropSilent(tx, now()))) > 0);
        while ((await db.transaction().execute((tx) => beginAway(tx, now()))) > 0);
      },
    },
    { name: "devices.tidy", everySeconds: everySeconds.tidy, run: () => queries.forgetAsks(db, now()) },
  ];

  const start = async (): Promise<{ stop(): Promise<void> }> => {
    await accessList?.start();
    await link.start(
      inbox({
        db,
        now,
        log,
        access,
        link,
        sendDesired: desired.bringUpToDate,
        takeTelemetry: curves.take,
        answered: orders.answered,
        keysFor,
        timeFor: (station, challenge) => sealTime({ v: 1, station, challenge, at: now().toISOString() }, ca.ca.key),
        renewed: (tx, station) => renew(tx, station, { ca, at: now() }),
      }),
    );
    const { host } = looks;
    const listener = host === null ? undefined : await listenForLooks({ db, ca, ...looks, host, now, monotonic, timers, log });
    if (listener) looksAt = looks.publicUrl ?? `wss://${new URL(stationMqttUrl).hostname}:${listener.port}`;
    return {
      stop: async () => {
        await listener?.stop();
        await link.stop();
        await accessList?.stop();
      },
    };
  };
  return { routes, consumers: consumer, jobs, start };
}

/** Only administrators make and cut off stations (A10.2). */
function admin(operator: Extract<Actor, { kind: "operator" }>): Actor {
  if (operator.role !== "admin") throw new Refused("not_allowed", "Only an administrator may do this.");
  return operator;
}
