// The product as it runs: PostgreSQL, the server as a process, cabinets with the station's own software over MQTT and TLS, real mail; and a clock
// that is put on when nobody is at a door.
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { DeviceApi } from "@pigeonhole/devices/contract";
import { client } from "@pigeonhole/kit/client";
import { createOperator } from "@pigeonhole/identity/operators";
import { connect, viewAs } from "@pigeonhole/kit/db";
import { systemNewId } from "@pigeonhole/kit/ids";
import { systemRandom } from "@pigeonhole/kit/random";
import { createSeal } from "@pigeonhole/kit/seal";
import { freePort, testDatabase } from "@pigeonhole/kit/testing";
import { standardLayout } from "@pigeonhole/network/standard-layout";
import { allMigrations } from "@pigeonhole/server/modules";
import { localSecrets } from "@pigeonhole/server/local";
import { eventually, must } from "@pigeonhole/world/ask";
import { queue } from "@pigeonhole/world/drive/tally";
import { eachOf } from "@pigeonhole/world/each-of";
import { doorsOf, enrolmentToken, foundOperator, foundStations, foundTenants, putIntoService, signIn } from "@pigeonhole/world/found";
import type { Memory } from "@pigeonhole/world/memory";
import { withoutOwner, type Unowned } from "@pigeonhole/world/owners";
import { people, stationPlans } from "@pigeonhole/world/town";
import { connected } from "@pigeonhole/world/world";
import { sql } from "kysely";
import type { Told } from "./cabinets.ts";
import { openLetterbox } from "./letters.ts";

/** A station opens so many doors from afar within a minute; one is left for a colleague. */
const opensAMinute = 11;
const minuteMs = 61_000;
const second = { email: "second@staff.example.org", password: people.operator.password } as const;

export interface Cabinet {
  readonly id: string;
  kiosk: string;
  /** One visitor after the other. */
  readonly inTurn: ReturnType<typeof queue>;
  opens: number;
}

export async function startTown(count: number) {
  const folder = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-lifecycle-"));
  const letters = await openLetterbox();
  const database = await testDatabase(allMigrations);
  const databaseUrl = await database.fresh();
  const own = connect<never>(databaseUrl, { connections: 3 });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const secrets = localSecrets(folder);
  const children: ChildProcess[] = [];
  const start = async (file: string, env: Readonly<Record<string, string>>): Promise<ChildProcess> => {
    const child = fork(path.join(import.meta.dirname, file), {
      env: { ...process.env, ...env },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    children.push(child);
    child.once("exit", (code) => void (code === 0 || code === null || console.error(`${file} ended with ${code}`)));
    await once(child, "message");
    return child;
  };
  const server = await start("server.ts", {
    ...secrets,
    DATABASE_URL: databaseUrl,
    PORT: String(port),
    PUBLIC_URL: url,
    MQTT_PORT: String(await freePort()),
    REQUESTS_PER_MINUTE: "1000000",
    FLEET_OPENS_PER_MINUTE: "100000",
    TRUSTED_PROXIES: "1",
    DEFAULT_CARRIER: people.carrier.slug,
    SECOND_FACTOR_ROLES: "none",
    SMTP_URL: letters.smtpUrl,
    SMS_URL: letters.smsUrl,
    LOG_LEVEL: "warn",
    LOG_FILE: path.join(folder, "server.log"),
    NODE_ENV: "production",
  });
  const memory: Memory = { stations: {} };
  const needs = { url, databaseUrl, memory, remember: () => {}, secrets };
  const cookies = { first: await foundOperator(needs), second: "" };
  await foundTenants(needs, cookies.first);

  let asked = 0;
  const workers = [await start("cabinets.ts", { LOG_FILE: path.join(folder, "cabinets.log") })];
  type Question = Told extends infer T ? (T extends { readonly id: number } ? Omit<T, "id"> : never) : never;
  const tell = (worker: ChildProcess, told: Question): Promise<Record<string, unknown>> =>
    new Promise((resolve, reject) => {
      const id = ++asked;
      const heard = (answer: { id?: number; error?: string }): void => {
        if (answer.id !== id) return;
        worker.off("message", heard);
        if (answer.error === undefined) resolve(answer);
        else reject(new Error(answer.error));
      };
      worker.on("message", heard);
      worker.send({ id, ...told });
    });
  const plans = Array.from({ length: count }, (_, i) => ({
    ...stationPlans[0]!,
    key: `lifecycle-${i + 1}`,
    name: `Lifecycle ${i + 1}`,
    lat: 59.44 + i * 0.002,
    lon: 24.74,
    layout: standardLayout(60),
    walkUp: [],
  }));
  await foundStations(needs, cookies.first, plans);
  const startCabinet = async (station: string, key: string, isNew: boolean): Promise<string> => {
    const environment = {
      STATION_DATA: path.join(folder, "stations", key),
      BACKEND_URL: url,
      KIOSK_PORT: "0",
      SIMULATED_DOORS: doorsOf(plans.find((plan) => plan.key === key)!),
      ...(isNew ? { ENROLMENT_TOKEN: await enrolmentToken(url, cookies.first, station) } : {}),
    };
    const { port: kiosk } = await tell(workers[0]!, { kind: "start", station, environment });
    await connected(url, cookies.first, station, key);
    await putIntoService(url, cookies.first, station, key);
    return `http://127.0.0.1:${String(kiosk)}/`;
  };
  const cabinets: Cabinet[] = [];
  await eachOf(plans, 4, async ({ key }) => {
    const id = memory.stations[key]!;
    cabinets.push({ id, kiosk: await startCabinet(id, key, true), inTurn: queue(), opens: 0 });
  });

  // Time is put on only while nobody is in the middle of something.
  let inside = 0;
  let shut: Promise<void> | undefined;
  let left: (() => void) | undefined;
  const during = async <T>(work: () => Promise<T>): Promise<T> => {
    while (shut) await shut;
    inside++;
    try {
      return await work();
    } finally {
      if (--inside === 0) left?.();
    }
  };
  const alone = async <T>(work: () => Promise<T>): Promise<T> => {
    while (shut) await shut;
    let open = (): void => {};
    shut = new Promise((resolve) => (open = resolve));
    try {
      if (inside > 0) await new Promise<void>((resolve) => (left = resolve));
      return await work();
    } finally {
      left = undefined;
      shut = undefined;
      open();
    }
  };
  let aheadMs = 0;
  const now = (): Date => new Date(Date.now() + aheadMs);
  const toServer = async (told: { advanceMs?: number; isHeld?: boolean }): Promise<void> => {
    server.send(told);
    await once(server, "message");
  };
  const away = new Set<string>();
  const advance = async (ms: number): Promise<void> => {
    await toServer({ isHeld: true, advanceMs: ms });
    aheadMs += ms;
    await Promise.all(workers.map((worker) => tell(worker, { kind: "advance", ms })));
    const since = new Date(now().getTime() - 30_000);
    if (ms > minuteMs)
      await eventually(
        "every cabinet has said how it is",
        async () => {
          const { rows } = await sql<{ silent: number }>`select count(*) as silent from devices.device
            where connected and last_seen_at < ${since} and not (station = any(${[...away]}::uuid[]))`.execute(own);
          return rows[0]!.silent === 0 ? true : undefined;
        },
        { everyMs: 20 },
      );
    await toServer({ isHeld: false });
    for (const cabinet of cabinets) cabinet.opens = 0;
  };
  let minute: Promise<void> | undefined;
  /** Waits until this cabinet may be opened from afar once more. */
  const mayOpen = async (cabinet: Cabinet): Promise<void> => {
    while (cabinet.opens >= opensAMinute) await (minute ??= alone(() => advance(minuteMs)).finally(() => (minute = undefined)));
    cabinet.opens++;
  };
  /** All is said and heard: nothing has happened for a moment, and nothing that is due waits. */
  const quiet = async (): Promise<void> => {
    let before = "";
    let still = 0;
    await eventually(
      "all is quiet",
      async () => {
        const { rows } = await sql<{
          at: string;
          due: number;
        }>`select coalesce(max(seq), 0)::text || ' ' || (select count(*) from kit.inbox) as at,
          (select count(*) from notifications.notice where ended_at is null and next_at <= ${now()})
          + (select count(*) from notifications.message where state = 'waiting' and next_at <= ${now()})
          + (select count(*) from kit.delivery where state = 'retrying' and next_at <= ${now()})
          + (select count(*) from parcels.parcel where state = 'stored' and expires_at <= ${now()} and not is_stopped
              and (recalled_for is null or recalled_for <> 'redirected'))
          + (select count(*) from parcels.cancellation where state = 'asked')
          + (select count(*) from parcels.redirect where ended_at is null and next_at <= ${now()})
          + (select count(*) from reservations.reservation r join reservations.station s on s.id = r.station
              where r.state in ('held', 'confirmed') and r.expires_at <= ${now()} and s.is_connected) as due
          from kit.outbox`.execute(own);
        still = rows[0]!.due === 0 && rows[0]!.at === before ? still + 1 : 0;
        before = rows[0]!.at;
        return still >= 3 ? true : undefined;
      },
      { everyMs: 300, forMs: 180_000 },
    );
  };
  const unowned = new Map<string, Unowned>();
  /** What nobody will take further, seen twice with a moment between. */
  const sample = async (): Promise<void> => {
    const keyOf = ({ what, id, state, why }: Unowned): string => [what, id, state, why].join(" ");
    const first = new Set((await withoutOwner(own, now())).map(keyOf));
    if (first.size === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    for (const one of await withoutOwner(own, now())) if (first.has(keyOf(one))) unowned.set(keyOf(one), one);
  };
  const signStaffIn = async (): Promise<void> => {
    cookies.first = await signIn(url, { kind: "operator", ...people.operator });
    cookies.second = await signIn(url, { kind: "operator", ...second });
  };
  const seal = createSeal(
    secrets.SECRET_KEYS.split(",").map((each) => Buffer.from(each, "hex")),
    systemRandom,
  );
  await createOperator(viewAs(own), { ...second, role: "support" }, { now, newId: systemNewId, seal, random: systemRandom });
  await signStaffIn();

  return {
    url,
    own,
    memory,
    cookies,
    cabinets,
    letters,
    folder,
    unowned,
    now,
    during,
    mayOpen,
    quiet,
    sample,
    /** The cabinet has what it should know: who has read a code in a mail comes later than that. */
    isUpToDate: (cabinet: Cabinet): Promise<void> => connected(url, cookies.first, cabinet.id, "of this visit"),
    asOperator: () => ({ headers: { cookie: cookies.first } }),
    /** Hours go by, in steps in which reminders leave. */
    hours: async (total: number, step = 12): Promise<void> => {
      for (let gone = 0; gone < total; gone += step) {
        await alone(() => advance(Math.min(step, total - gone) * 3_600_000));
        await quiet();
      }
      await signStaffIn();
    },
    /** A cabinet has no network any more; `back` brings it back. */
    silence: async (cabinet: Cabinet): Promise<void> => {
      away.add(cabinet.id);
      await tell(workers[0]!, { kind: "stop", station: cabinet.id });
      const devices = client<DeviceApi>(`${url}/api`, { headers: { cookie: cookies.first } });
      await eventually("the station is away", async () =>
        (await must("device", devices.stations[":station"].device.$get({ param: { station: cabinet.id } }))).connected ? undefined : true,
      );
    },
    back: async (cabinet: Cabinet): Promise<void> => {
      const { key } = plans.find((plan) => memory.stations[plan.key] === cabinet.id)!;
      cabinet.kiosk = await startCabinet(cabinet.id, key, false);
      away.delete(cabinet.id);
    },
    stop: async (): Promise<void> => {
      for (const child of children) child.kill("SIGTERM");
      await Promise.all(children.map((child) => (child.exitCode === null && child.signalCode === null ? once(child, "exit") : undefined)));
      await own.destroy();
      await letters.stop();
      await database[Symbol.asyncDispose]();
      if (process.env["KEEP"] === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}
export type Town = Awaited<ReturnType<typeof startTown>>;
