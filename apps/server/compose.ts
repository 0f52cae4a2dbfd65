import { access } from "@pigeonhole/access/module";
import type { DropOffApi } from "@pigeonhole/access/returning/contract";
import type { AccessApi } from "@pigeonhole/access/contract";
import { signerLimits } from "@pigeonhole/access/signer";
import { audit } from "@pigeonhole/audit/module";
import { couriers } from "@pigeonhole/couriers/module";
import type { RetrievalApi } from "@pigeonhole/couriers/retrievals/contract";
import { custody } from "@pigeonhole/custody/module";
import { deadletters } from "@pigeonhole/deadletters/module";
import type { DeviceApi } from "@pigeonhole/devices/contract";
import { loadCa } from "@pigeonhole/devices/ca";
import { devices } from "@pigeonhole/devices/module";
import type { FirmwareApi } from "@pigeonhole/firmware/contract";
import { firmware } from "@pigeonhole/firmware/module";
import type { IdentityApi } from "@pigeonhole/identity/contract";
import { identity } from "@pigeonhole/identity/module";
import { invariants } from "@pigeonhole/invariants/module";
import type { KeyKind } from "@pigeonhole/identity/tokens";
import { createWho } from "@pigeonhole/identity/who";
import { client, type Client } from "@pigeonhole/kit/client";
import type { Now } from "@pigeonhole/kit/clock";
import { viewAs, type Db } from "@pigeonhole/kit/db";
import { folderShelf } from "@pigeonhole/kit/histories/shelf";
import type { Job } from "@pigeonhole/kit/jobs";
import type { Log } from "@pigeonhole/kit/log";
import type { Consumer } from "@pigeonhole/kit/outbox";
import type { Timers } from "@pigeonhole/kit/timers";
import type { NetworkApi } from "@pigeonhole/network/contract";
import { network } from "@pigeonhole/network/module";
import type { NotificationApi } from "@pigeonhole/notifications/contract";
import { notifications } from "@pigeonhole/notifications/module";
import type { ParcelApi } from "@pigeonhole/parcels/contract";
import { parcels } from "@pigeonhole/parcels/module";
import type { ReservationApi } from "@pigeonhole/reservations/contract";
import type { ReturningApi } from "@pigeonhole/reservations/returning/contract";
import type { ElsewhereApi } from "@pigeonhole/reservations/elsewhere/contract";
import { privacy } from "@pigeonhole/privacy/module";
import { reservations } from "@pigeonhole/reservations/module";
import type { ReturnApi } from "@pigeonhole/returns/contract";
import { returns } from "@pigeonhole/returns/module";
import { webhooks } from "@pigeonhole/webhooks/module";
import { usualBounds, usualWindows } from "@pigeonhole/reservations/windows/domain";
import type { Hono } from "hono";
import { systemAdapters, type Adapters } from "./adapters.ts";
import { passedOn, remotesOf } from "./elsewhere.ts";
import { firmwareRepository } from "./firmware.ts";
import { invariants as allInvariants } from "./invariants.ts";
import { allHistories, moduleNames, type ModuleName } from "./modules.ts";
import { keyEncryptionOf, personalOf, tombstonesOf } from "./personal.ts";
import { sealOf } from "./seal.ts";
import { secondFactorRoles, type ServerConfig } from "./settings.ts";
import { receiptKeyOf, signingKeyOf, webhookKeyOf } from "./signing-seed.ts";

/** One capability, built: its routes, what it consumes, its jobs. */
export interface Built {
  // oxlint-disable-next-line no-explicit-any
  readonly routes: Hono<any, any, any>;
  readonly consumers?: Consumer | undefined;
  readonly jobs: readonly Job[];
}

type Ask = (url: string, init?: RequestInit) => Response | Promise<Response>;
/** What a trial or a sandbox puts between: the clock, the timers and whatever else everything goes by, the sessions of the database, which API keys count, and the line over which one module asks another. */
export interface Between extends Partial<Adapters> {
  readonly sessions?: (db: Db<unknown>) => Db<unknown>;
  readonly keys?: KeyKind;
  /** Where the cookie of a session is sent. */
  readonly cookiePath?: string;
  /** For what other machines judge by their own clocks: certificates, and how old a signature is. */
  readonly machineNow?: Now;
  /** For recurring jobs. */
  readonly jobTimers?: Timers;
  readonly line?: (from: ModuleName, of: ModuleName, ask: Ask) => Ask;
}

/** Builds the modules named by `only` and gives each what it needs; a neighbour that runs elsewhere is reached by its URL, by modules and by clients alike. */
export async function compose(config: ServerConfig, log: Log, only: readonly ModuleName[], between: Between = {}) {
  const { sessions = (db) => db, line = (_from, _of, ask) => ask } = between;
  const adapters = { ...systemAdapters, ...between };
  const { now, monotonic, newId, random, timers } = adapters;
  const { keys: apiKeys = "live", cookiePath = "/", machineNow = now } = between;
  const db = sessions(adapters.connect(config.DATABASE_URL, { connections: config.DATABASE_CONNECTIONS }));
  const built = new Map<ModuleName, Built>();
  const remotes = remotesOf(config.REMOTE_MODULES);
  const clientOf =
    // oxlint-disable-next-line no-explicit-any
    <Api extends Hono<any, any, any>>(of: ModuleName) =>
      (from: ModuleName): Client<Api> => {
        const headers = { authorization: `Module ${config.MODULE_KEY}:${from}` };
        const remote = remotes.get(of);
        if (remote) return client<Api>(`${remote}/api`, { headers });
        const ask = line(from, of, (url, init) => {
          const neighbour = built.get(of);
          if (!neighbour) throw new Error(`module ${of} runs neither here nor at an address in REMOTE_MODULES`);
          return neighbour.routes.request(url, init);
        });
        return client<Api>("http://module", { headers, fetch: (url, init) => ask(String(url), init) });
      };
  const clients = {
    reservations: clientOf<ReservationApi>("reservations"),
    elsewhere: clientOf<ElsewhereApi>("reservations"),
    returning: clientOf<ReturningApi>("reservations"),
    parcels: clientOf<ParcelApi>("parcels"),
    dropOffs: clientOf<DropOffApi>("access"),
    retrievals: clientOf<RetrievalApi>("couriers"),
    access: clientOf<AccessApi>("access"),
    devices: clientOf<DeviceApi>("devices"),
    firmware: clientOf<FirmwareApi>("firmware"),
    network: clientOf<NetworkApi>("network"),
    identity: clientOf<IdentityApi>("identity"),
    notifications: clientOf<NotificationApi>("notifications"),
    returns: clientOf<ReturnApi>("returns"),
  };
  const seal = sealOf(config);
  const keys = keyEncryptionOf(config);
  const personal = personalOf(config, viewAs(db), keys, adapters);
  await personal.ready();
  const who = createWho({
    db: viewAs(db),
    now,
    personal,
    secondFactorRoles: secondFactorRoles(config),
    moduleKey: config.MODULE_KEY,
    keys: apiKeys,
  });
  const common = <T>(name: ModuleName) => ({
    db: viewAs<T>(db),
    who,
    now,
    newId,
    log: log.child({ module: name }),
  });
  const mqttUrl = config.MQTT_URL ?? `mqtts://127.0.0.1:${config.MQTT_PORT}`;
  const stationMqttUrl = config.MQTT_PUBLIC_URL ?? mqttUrl;
  // Stations and backend reach the broker under these names; its certificate has to say them.
  const ca = only.includes("devices")
    ? await loadCa({
        db: viewAs(db),
        seal,
        now: machineNow,
        random,
        hosts: [...new Set(["localhost", "127.0.0.1", new URL(mqttUrl).hostname, new URL(stationMqttUrl).hostname])],
      })
    : undefined;
  const add = <M extends Built>(name: ModuleName, build: () => M): M | undefined => {
    if (!only.includes(name)) return undefined;
    const module = build();
    built.set(name, module);
    return module;
  };

  add("identity", () =>
    identity({
      ...common("identity"),
      seal,
      personal,
      random,
      secureCookies: config.PUBLIC_URL.startsWith("https:"),
      secondFactorRoles: secondFactorRoles(config),
      cookiePath,
      keys: apiKeys,
    }),
  );
  add("network", () => network(common("network")));
  add("reservations", () =>
    reservations({
      ...common("reservations"),
      personal,
      defaultCarrier: config.DEFAULT_CARRIER ?? null,
      usualWindows: { ...usualWindows, collectionDays: config.COLLECTION_DAYS },
      windowBounds: { ...usualBounds, collectionDays: config.COLLECTION_DAYS_MOST, waitDays: config.WAIT_DAYS_MOST },
    }),
  );
  add("parcels", () =>
    parcels({
      ...common("parcels"),
      seal,
      personal,
      reservations: clients.reservations("parcels"),
      elsewhere: clients.elsewhere("parcels"),
    }),
  );
  add("access", () =>
    access({
      ...common("access"),
      seal,
      personal,
      random,
      signingKey: signingKeyOf(config.SIGNING_SEED),
      signerLimits: { ...signerLimits, fleetPerMinute: config.FLEET_OPENS_PER_MINUTE },
      parcels: clients.parcels("access"),
      devices: clients.devices("access"),
      network: clients.network("access"),
    }),
  );
  const deviceModule =
    ca &&
    add("devices", () =>
      devices({
        ...common("devices"),
        seal,
        random,
        timers,
        access: clients.access("devices"),
        network: clients.network("devices"),
        firmware: clients.firmware("devices"),
        ca,
        mqttUrl,
        stationMqttUrl,
        hasAccessList: config.MQTT_URL !== undefined && config.MQTT_ACCESS_LIST === "dynamic-security",
        monotonic,
        link: adapters.link?.(timers),
        looks: { host: adapters.link ? null : config.HOST, port: config.DIAGNOSTICS_PORT, publicUrl: config.DIAGNOSTICS_PUBLIC_URL },
        telemetryKeeping: {
          rawDays: config.TELEMETRY_RAW_DAYS,
          fiveMinuteDays: config.TELEMETRY_FIVE_MINUTE_DAYS,
          hourDays: config.TELEMETRY_HOUR_DAYS,
        },
      }),
    );
  add("firmware", () => firmware({ ...common("firmware"), repository: firmwareRepository(config, now) }));
  add("couriers", () =>
    couriers({
      ...common("couriers"),
      identity: clients.identity("couriers"),
      parcels: clients.parcels("couriers"),
      access: clients.access("couriers"),
      network: clients.network("couriers"),
      reservations: clients.reservations("couriers"),
    }),
  );
  add("returns", () =>
    returns({
      ...common("returns"),
      personal,
      defaultCarrier: config.DEFAULT_CARRIER ?? null,
      reservations: clients.reservations("returns"),
      returning: clients.returning("returns"),
      retrievals: clients.retrievals("returns"),
      dropOffs: clients.dropOffs("returns"),
      parcels: clients.parcels("returns"),
      network: clients.network("returns"),
    }),
  );
  add("notifications", () =>
    notifications({
      ...common("notifications"),
      seal,
      personal,
      access: clients.access("notifications"),
      dropOffs: clients.dropOffs("notifications"),
      parcels: clients.parcels("notifications"),
      network: clients.network("notifications"),
      returns: clients.returns("notifications"),
      channels: channelsOf(config),
      duty: config.DUTY_EMAIL === undefined ? null : { name: "", email: config.DUTY_EMAIL, phone: null, language: "en" },
    }),
  );
  add("custody", () =>
    custody({
      ...common("custody"),
      receiptKey: receiptKeyOf(config.SIGNING_SEED),
      parcels: clients.parcels("custody"),
      devices: clients.devices("custody"),
      publicUrl: config.PUBLIC_URL,
    }),
  );
  add("audit", () => audit(common("audit")));
  add("deadletters", () => deadletters(common("deadletters")));
  add("webhooks", () =>
    webhooks({
      ...common("webhooks"),
      seal,
      random,
      wallClock: machineNow,
      monotonic,
      timers,
      key: webhookKeyOf(config.SIGNING_SEED).key,
      allowsPrivate: config.WEBHOOKS_ANYWHERE,
    }),
  );
  add("privacy", () =>
    privacy({
      ...common("privacy"),
      personal,
      keys,
      tombstones: tombstonesOf(config.ERASURES_FILE),
      random,
      shelf: config.ARCHIVE_FOLDER === undefined ? null : folderShelf(config.ARCHIVE_FOLDER),
      histories: allHistories,
      keeping: {
        hotDays: config.HISTORY_HOT_DAYS,
        archiveDays: config.HISTORY_ARCHIVE_DAYS,
        answerHours: config.IDEMPOTENCY_HOURS,
      },
      identity: clients.identity("privacy"),
      parcels: clients.parcels("privacy"),
      notifications: clients.notifications("privacy"),
    }),
  );

  add("invariants", () => invariants({ ...common("invariants"), invariants: allInvariants }));

  for (const name of moduleNames) {
    const address = remotes.get(name);
    if (address && !built.has(name)) built.set(name, { routes: passedOn(name, address, log), jobs: [] });
  }
  return { db: viewAs<never>(db), built, messaging: deviceModule && ca ? { devices: deviceModule, ca } : undefined };
}

const channelsOf = (config: ServerConfig) => ({
  inbox: config.DEMO,
  publicUrl: config.PUBLIC_URL,
  smtp: config.SMTP_URL ? { url: config.SMTP_URL, from: config.MAIL_FROM, bounces: config.BOUNCE_ADDRESS ?? null } : null,
  sms: config.SMS_URL ? { url: config.SMS_URL, token: config.SMS_TOKEN ?? null } : null,
  push:
    config.VAPID_PUBLIC_KEY && config.VAPID_PRIVATE_KEY
      ? { publicKey: config.VAPID_PUBLIC_KEY, privateKey: config.VAPID_PRIVATE_KEY, subject: config.VAPID_SUBJECT }
      : null,
});
