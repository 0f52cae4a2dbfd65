// The town as real processes: PostgreSQL, the server, a process per station. `npm start` and the world tests build the same one.
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import type { DeviceApi } from "@pigeonhole/devices/contract";
import { client } from "@pigeonhole/kit/client";
import { startPostgres, type Postgres } from "@pigeonhole/kit/postgres";
import { localSecrets } from "@pigeonhole/server/local";
import { eventually, must } from "./ask.ts";
import { startChild, type Child } from "./child.ts";
import { eachOf } from "./each-of.ts";
import { doorsOf, enrolmentToken, foundOperator, foundStations, foundTenants, putIntoService } from "./found.ts";
import { pushSettings, readMemory, writeMemory, type Memory } from "./memory.ts";
import type { Ports } from "./ports.ts";
import { people, type StationPlan } from "./town.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** Cabinets that start side by side: more of them only wait for each other. */
const stationsAtOnce = 3;

interface Options {
  /** Everything the town keeps: database, secrets, what its cabinets remember, logs. */
  readonly folder: string;
  /** One kiosk port per station. */
  readonly ports: Ports;
  readonly stations: readonly StationPlan[];
  /** A server that is running already, with an empty database or one of this town; else an embedded one is started. */
  readonly databaseUrl?: string;
  /** Settings of the embedded PostgreSQL, e.g. `fsync: "off"` for tests. */
  readonly postgresSettings?: Readonly<Record<string, string>>;
  /** More settings for the server and for every station, by name. */
  readonly serverSettings?: Readonly<Record<string, string>>;
  readonly stationSettings?: Readonly<Record<string, string>>;
  /** What the server is started with, e.g. `--only=…`. */
  readonly serverArgs?: readonly string[];
  /** Why the cabinets serve without having been commissioned: for those whose boards are named by settings. */
  readonly waiver?: string;
  /** Settings of one station alone. */
  readonly settingsOf?: (plan: StationPlan) => Readonly<Record<string, string>>;
  /** Told what is being done; `end` says that it is done. */
  readonly progress?: (doing: string) => (done?: string) => void;
}

/** A station of the running town. `process` changes when it is started anew. */
export interface WorldStation {
  readonly plan: StationPlan;
  readonly id: string;
  readonly kiosk: string;
  readonly folder: string;
  process: Child;
  start(): Promise<void>;
}

export interface World extends AsyncDisposable {
  readonly url: string;
  readonly databaseUrl: string;
  readonly folder: string;
  readonly memory: Memory;
  readonly stations: readonly WorldStation[];
  /** The server's process; after `server.process.kill()`, `server.start()` starts it anew on the same port. */
  readonly server: { process: Child; start(): Promise<void> };
  /** A cookie of the demo operator's session. */
  readonly operatorCookie: string;
  /** Asks the database directly: for tests that look behind the scenes. */
  sql<Row extends pg.QueryResultRow>(query: string): Promise<{ readonly rows: readonly Row[] }>;
  /** A station by the key of its plan. */
  station(key: string): WorldStation;
  /** Ends everything in order: cabinets, server, database. */
  stop(): Promise<void>;
}

/** Starts a town, founding what is not there yet. When something fails, what was started is stopped again. */
export async function startWorld(options: Options): Promise<World> {
  const started: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    // The last started first, but cabinets side by side.
    for (const end of started.splice(0).toReversed()) await end();
  };
  try {
    return await build(options, started, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function build(options: Options, started: (() => Promise<void>)[], stop: () => Promise<void>): Promise<World> {
  const { folder, ports, stations: plans, progress = () => () => {} } = options;
  const url = `http://127.0.0.1:${ports.http}`;
  const memory = readMemory(folder);
  const secrets = localSecrets(folder);
  const remember = (): void => writeMemory(folder, memory);
  const push = pushSettings(memory, remember);
  const log = (name: string): string => path.join(folder, "logs", `${name}.log`);

  let done = progress("database");
  const postgres = options.databaseUrl === undefined ? await openDatabase(options) : undefined;
  if (postgres) started.push(() => postgres.stop());
  const databaseUrl = options.databaseUrl ?? postgres!.url;
  done(databaseUrl.replace(/:[^:@/]+@/, ":…@"));

  done = progress("server");
  const startServer = (): Promise<Child> =>
    startChild({
      name: "server",
      file: path.join(root, "apps/server/main.ts"),
      args: options.serverArgs ?? [],
      logFile: log("server"),
      env: {
        REQUESTS_PER_MINUTE: "600000",
        DEFAULT_CARRIER: people.carrier.slug,
        DEMO: "1",
        WEBHOOKS_ANYWHERE: "1",
        DUTY_EMAIL: people.operator.email,
        ...push,
        ...options.serverSettings,
        ...secrets,
        DATABASE_URL: databaseUrl,
        PORT: String(ports.http),
        PUBLIC_URL: url,
        MQTT_PORT: String(ports.mqtt),
        NODE_ENV: "production",
      },
    });
  const server = { process: await startServer(), start: async (): Promise<void> => void (server.process = await startServer()) };
  started.push(() => server.process.stop());
  done(url);

  done = progress("people and tenants");
  const needs = { url, databaseUrl, memory, remember, secrets };
  const operatorCookie = await foundOperator(needs);
  await foundTenants(needs, operatorCookie);
  await foundStations(needs, operatorCookie, plans);
  done();

  const stations: WorldStation[] = [];
  started.push(async () => void (await Promise.all(stations.map(({ process }) => process.stop()))));
  await eachOf(plans, stationsAtOnce, async (plan, i) => {
    const isUp = progress(`station ${plan.name}`);
    const station = await startStation(plan, memory.stations[plan.key]!, ports.kiosks[i]!, {
      ...options,
      url,
      operatorCookie,
      logFile: log(`station-${plan.key}`),
    });
    stations.push(station);
    isUp(station.kiosk);
  });
  stations.sort((a, b) => plans.indexOf(a.plan) - plans.indexOf(b.plan));
  done = progress("stations report");
  await Promise.all(
    stations.map(async ({ id, plan }) => {
      await connected(url, operatorCookie, id, plan.name);
      await putIntoService(url, operatorCookie, id, plan.name, options.waiver);
    }),
  );
  done();

  const station = (key: string): WorldStation => {
    const found = stations.find(({ plan }) => plan.key === key);
    if (!found) throw new Error(`no station ${key} in this town`);
    return found;
  };
  const sql = async <Row extends pg.QueryResultRow>(query: string): Promise<pg.QueryResult<Row>> => {
    const session = new pg.Client({ connectionString: databaseUrl });
    await session.connect();
    return session.query<Row>(query).finally(() => session.end());
  };
  return { sql, url, databaseUrl, folder, memory, stations, server, operatorCookie, station, stop, [Symbol.asyncDispose]: stop };
}

function openDatabase({ folder, ports, postgresSettings }: Options): Promise<Postgres> {
  return startPostgres({
    data: path.join(folder, "pg"),
    port: ports.postgres,
    ...(postgresSettings ? { settings: postgresSettings } : {}),
  });
}

async function startStation(
  plan: StationPlan,
  id: string,
  port: number,
  {
    folder,
    url,
    operatorCookie,
    stationSettings,
    settingsOf,
    logFile,
  }: Pick<Options, "folder" | "stationSettings" | "settingsOf"> & { url: string; operatorCookie: string; logFile: string },
): Promise<WorldStation> {
  const data = path.join(folder, "stations", plan.key);
  const pages = path.join(root, "apps/web/dist");
  const start = async (): Promise<Child> => {
    const isEnrolled = existsSync(path.join(data, "identity.json"));
    return startChild({
      name: `station ${plan.name}`,
      file: path.join(root, "apps/station/main.ts"),
      logFile,
      env: {
        LANGUAGES: plan.languages,
        SUPPORT_PHONE: plan.supportPhone,
        SIM_TIMING: "1",
        SENSORS: "sim",
        SAMPLE_SECONDS: "10",
        SIMULATED_DOORS: doorsOf(plan),
        ...stationSettings,
        ...settingsOf?.(plan),
        STATION_DATA: data,
        KIOSK_PORT: String(port),
        BACKEND_URL: url,
        ...(existsSync(pages) ? { KIOSK_PAGES: pages } : {}),
        ...(isEnrolled ? {} : { ENROLMENT_TOKEN: await enrolmentToken(url, operatorCookie, id) }),
      },
    });
  };
  const station: WorldStation = {
    plan,
    id,
    kiosk: `http://127.0.0.1:${port}/`,
    folder: data,
    process: await start(),
    start: async () => void (station.process = await start()),
  };
  return station;
}

/** Waits until the backend sees the station and the station has taken over its desired document. */
export async function connected(url: string, cookie: string, station: string, name: string): Promise<void> {
  const devices = client<DeviceApi>(`${url}/api`, { headers: { cookie } });
  await eventually(
    `station ${name} reports to the server`,
    async () => {
      const { connected, desiredVersion, reportedVersion } = await must(
        "device",
        devices.stations[":station"].device.$get({ param: { station } }),
      );
      return connected && desiredVersion !== null && reportedVersion === desiredVersion ? true : undefined;
    },
    { forMs: 60_000 },
  );
}
