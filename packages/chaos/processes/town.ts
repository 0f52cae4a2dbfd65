// The town that chaos befalls: PostgreSQL, mosquitto, two servers over one database, stations, and between any two of them a line that breaks.
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { loadCa } from "@pigeonhole/devices/ca";
import { startMosquitto } from "@pigeonhole/devices/testing-mosquitto";
import { systemNow } from "@pigeonhole/kit/clock";
import { connect, type Db } from "@pigeonhole/kit/db";
import { systemRandom } from "@pigeonhole/kit/random";
import { createSeal } from "@pigeonhole/kit/seal";
import { freePort } from "@pigeonhole/kit/testing";
import { standardInnerMm } from "@pigeonhole/network/layout";
import { localSecrets } from "@pigeonhole/server/local";
import { upgrade } from "@pigeonhole/server/modules";
import { startChild, type Child } from "@pigeonhole/world/child";
import { enrolmentToken, foundOperator, foundStations, foundTenants } from "@pigeonhole/world/found";
import { readMemory, writeMemory, type Memory } from "@pigeonhole/world/memory";
import { people, type StationPlan } from "@pigeonhole/world/town";
import { connected } from "@pigeonhole/world/world";
import { openLine, type Line } from "../faults/line.ts";
import type { Killable } from "../faults/striking.ts";
import { interestsOf } from "../run/interests.ts";
import { startDatabase } from "./database.ts";
import { untilItRuns } from "./restarting.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
/** Doors of a cabinet, few, so that people want the same ones; the last of them are given away by the cabinet itself. */
const doors = { all: 9, walkUp: [8, 9] } as const;
/** Two processes that share one database and one broker. */
const serverCount = 2;

interface Options {
  readonly folder: string;
  readonly stations: number;
  /** A server that is running already, with an empty database: then PostgreSQL is not killed. */
  readonly databaseUrl?: string | undefined;
  /** Told of everything that was started, at once: it is ended in the opposite order. */
  readonly started: (end: () => Promise<void>) => void;
}

export interface ChaosStation {
  readonly name: string;
  readonly id: string;
  /** What the people before the cabinet have in their hands: nothing breaks on the way to it. */
  readonly atTheDoor: string;
  /** The kiosk over a line that breaks. */
  readonly kiosk: Line;
  readonly folder: string;
  readonly process: Killable;
}

export interface ChaosTown {
  readonly memory: Memory;
  readonly operatorCookie: string;
  readonly stations: readonly ChaosStation[];
  /** Where people reach the servers. */
  readonly http: readonly Line[];
  readonly lines: readonly Line[];
  readonly processes: readonly Killable[];
  /** The database itself, over no line. */
  readonly databaseUrl: string;
  readonly db: Db<never>;
  /** Which facts each module waits for. */
  readonly interests: Awaited<ReturnType<typeof interestsOf>>;
  /** Every station is connected and has today's document. */
  isConnected(): Promise<void>;
}

const planOf = (i: number): StationPlan => ({
  key: `chaos-${i + 1}`,
  name: `Chaos ${i + 1}`,
  address: `Street ${i + 1}`,
  country: "EE",
  lat: 59.43 + i / 100,
  lon: 24.74,
  openingHours: null,
  stepFree: true,
  supportPhone: "+372 600 0000",
  layout: {
    floorMm: 100,
    columns: [
      { doors: Array.from({ length: doors.all }, (_, n) => ({ number: n + 1, size: "small" as const, ...standardInnerMm.small })) },
    ],
  },
  walkUp: [...doors.walkUp],
  languages: "en",
});

export async function startTown({ folder, stations: count, databaseUrl: given, started }: Options): Promise<ChaosTown> {
  const secrets = localSecrets(folder);
  const memory = readMemory(folder);
  const remember = (): void => writeMemory(folder, memory);
  const log = (name: string): string => path.join(folder, "logs", `${name}.log`);
  const lines: Line[] = [];
  const line = async (name: string, port: number): Promise<Line> => {
    const opened = await openLine(name, () => port);
    lines.push(opened);
    started(() => opened.stop());
    return opened;
  };

  const database = given === undefined ? await startDatabase(folder) : undefined;
  if (database) started(() => database.stop());
  const databaseUrl = given ?? database!.url;
  await upgrade(databaseUrl);
  const db = connect<never>(databaseUrl, { connections: 6 });
  started(() => db.destroy());
  const seal = createSeal(
    secrets.SECRET_KEYS.split(",").map((key) => Buffer.from(key, "hex")),
    systemRandom,
  );
  const ca = await loadCa({ db: db as never, seal, now: systemNow, random: systemRandom, hosts: ["localhost", "127.0.0.1"] });
  const mosquitto = await startMosquitto(ca);
  started(() => mosquitto.stop());
  const broker: Killable = { name: "mosquitto", kill: mosquitto.kill, start: () => untilItRuns("mosquitto", mosquitto.startAgain) };

  const children: Killable[] = [];
  const http: Line[] = [];
  const startServer = async (name: string): Promise<void> => {
    const port = await freePort();
    const [own, toDatabase, toBroker] = [
      await line(`people – ${name}`, port),
      await line(`${name} – postgres`, Number(new URL(databaseUrl).port)),
      await line(`${name} – mosquitto`, Number(new URL(mosquitto.backendUrl).port)),
    ];
    http.push(own);
    children.push(
      await supervised(started, {
        name,
        file: "apps/server/main.ts",
        logFile: log(name),
        env: async () => ({
          ...secrets,
          REQUESTS_PER_MINUTE: "600000",
          DEFAULT_CARRIER: people.carrier.slug,
          DEMO: "1",
          LOG_LEVEL: "warn",
          DATABASE_URL: Object.assign(new URL(databaseUrl), { port: String(toDatabase.port) }).href,
          MQTT_URL: `mqtts://127.0.0.1:${toBroker.port}`,
          MQTT_PUBLIC_URL: mosquitto.stationUrl,
          MQTT_ACCESS_LIST: "dynamic-security",
          PORT: String(port),
          PUBLIC_URL: `http://127.0.0.1:${port}`,
          NODE_ENV: "production",
        }),
      }),
    );
  };
  await Promise.all(Array.from({ length: serverCount }, (_, i) => startServer(`server ${i + 1}`)));
  http.sort((a, b) => a.name.localeCompare(b.name));
  const url = `http://127.0.0.1:${http[0]!.port}`;
  const needs = { url, databaseUrl, memory, remember, secrets };
  const operatorCookie = await foundOperator(needs);
  await foundTenants(needs, operatorCookie);
  const plans = Array.from({ length: count }, (_, i) => planOf(i));
  await foundStations(needs, operatorCookie, plans);

  const startStation = async ({ key, name }: StationPlan): Promise<ChaosStation> => {
    const [id, port, data] = [memory.stations[key]!, await freePort(), path.join(folder, "stations", key)];
    const toBroker = await line(`${name} – mosquitto`, Number(new URL(mosquitto.stationUrl).port));
    const kiosk = await line(`people – ${name}`, port);
    const process = await supervised(started, {
      name,
      file: "apps/station/main.ts",
      logFile: log(key),
      env: async () => ({
        LOG_LEVEL: "warn",
        STATION_DATA: data,
        KIOSK_PORT: String(port),
        MQTT_URL: `mqtts://127.0.0.1:${toBroker.port}`,
        BACKEND_URL: url,
        ...(existsSync(path.join(data, "identity.json")) ? {} : { ENROLMENT_TOKEN: await enrolmentToken(url, operatorCookie, id) }),
      }),
    });
    children.push(process);
    return { name, id, atTheDoor: `http://127.0.0.1:${port}/`, kiosk, folder: data, process };
  };
  const stations = await Promise.all(plans.map(startStation));
  const isConnected = async (): Promise<void> =>
    void (await Promise.all(stations.map(({ id, name }) => connected(url, operatorCookie, id, name))));
  await isConnected();
  const interests = await interestsOf(databaseUrl, secrets);
  const processes = [...children, broker, ...(database ? [database] : [])];
  return { memory, operatorCookie, stations, http, lines, processes, databaseUrl, db, interests, isConnected };
}

interface Program {
  readonly name: string;
  readonly file: string;
  readonly logFile: string;
  readonly env: () => Promise<Readonly<Record<string, string>>>;
}

/** A process under a service manager: when it does not come up it is started again. */
async function supervised(started: Options["started"], { name, file, logFile, env }: Program): Promise<Killable> {
  let isOver = false;
  const start = async (): Promise<Child> => startChild({ name, file: path.join(root, file), logFile, env: await env() });
  let child = await start();
  started(async () => {
    isOver = true;
    await child.stop();
  });
  return {
    name,
    kill: () => child.kill(),
    start: async () => {
      const next = await untilItRuns(name, start);
      child = next;
      if (isOver) await next.stop();
    },
  };
}
