// One sandbox awake: a whole network without a socket of its own, its cabinet, and its clock.
import { mkdirSync } from "node:fs";
import path from "node:path";
import type { DeviceApi } from "@pigeonhole/devices/contract";
import { client } from "@pigeonhole/kit/client";
import { systemNow } from "@pigeonhole/kit/clock";
import { readConfig } from "@pigeonhole/kit/config";
import type { Log } from "@pigeonhole/kit/log";
import { quiet } from "@pigeonhole/kit/quiet";
import { freePort } from "@pigeonhole/kit/testing";
import { systemTimers } from "@pigeonhole/kit/timers";
import { localSecrets } from "@pigeonhole/server/local";
import { prepareNetwork } from "@pigeonhole/server/server";
import { settings as serverSettings } from "@pigeonhole/server/settings";
import { eventually, must } from "@pigeonhole/world/ask";
import { doorsOf, enrolmentToken, foundOperator, foundStations, foundTenants, putIntoService, signIn } from "@pigeonhole/world/found";
import { people, stationPlans } from "@pigeonhole/world/town";
import { startCabinet } from "./cabinet.ts";
import { movableClock } from "./clock.ts";
import { readKept, writeKept } from "./kept.ts";

/** While the clock is moved, what is due is looked for at least this often. Milliseconds of the sandbox's time. */
const steps = { atMost: 24, shortestMs: 10 * 60_000, longestMs: 4 * 3_600_000 } as const;
/** What one thing that fell due sets off is done after so many rounds: a reminder is planned, addressed, written, sent. */
const lastRounds = 4;
/** So long ago at most the cabinet was heard when a step has been taken; less than the shortest step. Milliseconds. */
const beatMs = 60_000;

const plan = { ...stationPlans[0]!, key: "sandbox" };

export interface Needs {
  readonly id: string;
  readonly folder: string;
  readonly databaseUrl: string;
  /** Where people reach this sandbox, and where this process does. */
  readonly publicUrl: string;
  readonly ownUrl: string;
  readonly cookiePath: string;
  readonly allowsPrivateWebhooks: boolean;
  readonly log: Log;
  /** Called as soon as it can answer: founding asks it. */
  readonly answering: (fetch: Answer) => void;
}
export type Answer = (request: Request, env?: unknown) => Response | Promise<Response>;

/** Wakes a sandbox, and founds it the first time: operator, shop, carrier with a courier, station, cabinet. */
export async function wake(needs: Needs) {
  const { folder, databaseUrl, ownUrl, log } = needs;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const kept = readKept(folder);
  const secrets = localSecrets(folder);
  const clock = movableClock(kept.sleepsAt === undefined ? undefined : new Date(kept.sleepsAt));
  const mqttPort = await freePort();
  const config = readConfig(serverSettings, {
    ...secrets,
    DATABASE_URL: databaseUrl,
    DATABASE_CONNECTIONS: "8",
    PUBLIC_URL: needs.publicUrl,
    MQTT_PORT: String(mqttPort),
    DEMO: "1",
    DEFAULT_CARRIER: people.carrier.slug,
    TRUSTED_PROXIES: "1",
    ...(needs.allowsPrivateWebhooks ? { WEBHOOKS_ANYWHERE: "1" } : {}),
  });
  const network = await prepareNetwork(config, log, undefined, {
    now: clock.now,
    machineNow: systemNow,
    jobTimers: clock.patient,
    keys: "sandbox",
    cookiePath: needs.cookiePath,
  });
  await network.begin();
  needs.answering(network.fetch as Answer);

  const remember = (): void => writeKept(folder, kept);
  const founding = { url: ownUrl, databaseUrl, memory: kept.memory, remember, secrets };
  const asOperator = async (): Promise<string> =>
    signIn(ownUrl, { kind: "operator", email: people.operator.email, password: kept.password });
  if (kept.memory.operator === undefined) await foundOperator(founding, { ...people.operator, password: kept.password });
  const isNew = kept.memory.stations[plan.key] === undefined || !kept.isEnrolled;
  let token: string | undefined;
  if (isNew) {
    const cookie = await asOperator();
    await foundTenants(founding, cookie);
    await foundStations(founding, cookie, [plan]);
    token = await enrolmentToken(ownUrl, cookie, kept.memory.stations[plan.key]!);
  }
  const station = kept.memory.stations[plan.key]!;
  const data = path.join(folder, "station");
  const mqttUrl = `mqtts://127.0.0.1:${mqttPort}`;
  const cabinet = await startCabinet({ folder: data, url: ownUrl, doors: doorsOf(plan), mqttUrl, token, clock, log });
  kept.isEnrolled = true;
  remember();

  // A session of staff ends within hours, and the clock may have been moved by days.
  let cookie: string | undefined;
  const device = async () => {
    for (let isSecond = false; ; isSecond = true) {
      cookie ??= await asOperator();
      const devices = client<DeviceApi>(`${ownUrl}/api`, { headers: { cookie } });
      const answer = devices.stations[":station"].device.$get({ param: { station } });
      if ((await answer).status !== 401 || isSecond) return must("ask the cabinet's link", answer);
      cookie = undefined;
    }
  };
  /** The backend has heard the cabinet at this time of the sandbox, or later. */
  const heard = async (since: Date): Promise<void> =>
    void (await eventually(
      "the cabinet is heard",
      async () => {
        const { connected, lastSeenAt } = await device();
        return connected && lastSeenAt !== null && new Date(lastSeenAt) >= since ? true : undefined;
      },
      { forMs: 30_000, everyMs: 10 },
    ));
  await heard(new Date(0));
  if (isNew) await putIntoService(ownUrl, await asOperator(), station, plan.name);

  const recurring = network.jobs.filter((job) => job.everySeconds !== undefined && !job.name.startsWith("firmware."));
  const round = async (): Promise<void> => {
    const failed = (job: string) => (error: unknown) => log.error({ err: error, job }, "a job failed; it runs again");
    await Promise.all(recurring.map((job) => job.run(null).catch(failed(job.name))));
    await quiet(network.db, network.consumers, { timers: systemTimers });
  };

  /** What follows from what has just happened is done: messages lie in the inbox, webhooks have been sent. */
  async function settle(): Promise<void> {
    for (let i = 0; i < lastRounds; i++) await round();
  }

  /** Lets time pass in steps, so that things happen in their order: the cabinet is heard, what is due is done, what follows from it too. */
  async function advance(ms: number): Promise<void> {
    await clock.held(async () => {
      const stepMs = Math.min(steps.longestMs, Math.max(steps.shortestMs, ms / steps.atMost));
      for (let leftMs = ms; leftMs > 0; leftMs -= stepMs) {
        clock.move(Math.min(stepMs, leftMs));
        // A heartbeat is due at once; one that was on its way before says an earlier time.
        if (!cabinet.line.isCut()) await heard(new Date(clock.now().getTime() - beatMs));
        await round();
      }
    });
  }

  return {
    id: needs.id,
    kept,
    station,
    clock,
    cabinet,
    url: ownUrl,
    advance,
    settle,
    async connect(isConnected: boolean): Promise<void> {
      if (!isConnected) return cabinet.line.cut();
      cabinet.line.mend();
      await heard(new Date(0));
    },
    device,
    async sleep(): Promise<void> {
      await cabinet.stop();
      kept.sleepsAt = clock.now().toISOString();
      remember();
      await network.stop();
    },
  };
}
export type Awake = Awaited<ReturnType<typeof wake>>;
