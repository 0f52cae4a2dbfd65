import { readFileSync } from "node:fs";
import { createServer as createSecureServer } from "node:https";
import { serve } from "@hono/node-server";
import { systemNow } from "@pigeonhole/kit/clock";
import { ConfigError } from "@pigeonhole/kit/config";
import { startConsumers } from "@pigeonhole/kit/consume";
import { startJobs } from "@pigeonhole/kit/jobs";
import { startLive } from "@pigeonhole/kit/live";
import type { Log } from "@pigeonhole/kit/log";
import { viewAs } from "@pigeonhole/kit/db";
import { systemTimers } from "@pigeonhole/kit/timers";
import { bury } from "@pigeonhole/privacy/tombstones";
import { sql } from "kysely";
import { compose, type Between } from "./compose.ts";
import { gateway } from "./gateway.ts";
import { startMessaging } from "./messaging.ts";
import { moduleNames, upgrade, type ModuleName } from "./modules.ts";
import { readTombstones } from "./personal.ts";
import type { ServerConfig } from "./settings.ts";

export interface RunningServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the modules named by `only` as one process: schema, routes, consumers, jobs, the link to the stations. */
export async function startServer(
  config: ServerConfig,
  log: Log,
  only: readonly ModuleName[] = moduleNames,
  between: Between = {},
): Promise<RunningServer> {
  if (config.TLS_CERT && !config.TLS_KEY) throw new ConfigError(["TLS_KEY is missing: a certificate needs its private key"]);
  if (config.TLS_KEY && !config.TLS_CERT) throw new ConfigError(["TLS_CERT is missing: a private key needs its certificate"]);
  const network = await prepareNetwork(config, log, only, between);
  const http = await listen(network.fetch, config);
  await network.begin();
  const url = `${config.TLS_CERT ? "https" : "http"}://${config.HOST}:${config.PORT}`;
  log.info({ url, modules: only }, "listening");
  return {
    url,
    stop: async () => {
      http.close();
      if ("closeAllConnections" in http) http.closeAllConnections();
      await network.stop();
    },
  };
}

/** A network without its socket: it answers what is handed to `fetch`, and lives from `begin` on. */
export async function prepareNetwork(config: ServerConfig, log: Log, only: readonly ModuleName[] = moduleNames, between: Between = {}) {
  const { now = systemNow, timers = systemTimers } = between;
  const { machineNow = now, jobTimers = timers } = between;
  const applied = await upgrade(config.DATABASE_URL);
  if (applied.length > 0) log.info({ applied }, "schema brought up to date");
  const { db, built, messaging: needed } = await compose(config, log, only, between);
  if (only.includes("privacy") && config.ERASURES_FILE) {
    const buried = await bury(viewAs(db), readTombstones(config.ERASURES_FILE), now);
    if (buried > 0) log.warn({ buried }, "the database held persons who were erased before; their keys are destroyed again");
  }
  const modules = [...built.values()];
  const jobs = modules.flatMap((module) => module.jobs);
  const consumers = modules.flatMap((module) => module.consumers ?? []);
  const watching = { db, url: config.DATABASE_URL, now, timers, log };
  const hints = await startLive(watching);
  const app = gateway({ config, log, modules, changes: hints.changes, healthy: async () => void (await sql`select 1`.execute(db)) });
  const running: { stop(): Promise<void> }[] = [];
  return {
    db,
    jobs,
    consumers,
    fetch: app.fetch,
    async begin(): Promise<void> {
      if (needed) running.push(await startMessaging({ ...needed, db, config, now: machineNow, log }));
      running.push(await startConsumers(watching, consumers));
      running.push(await startJobs(config.DATABASE_URL, jobs, { log, timers: jobTimers }));
    },
    async stop(): Promise<void> {
      for (const part of running) await part.stop();
      await hints.stop();
      await db.destroy();
    },
  };
}

/** A request has to be here after so long, its headers after half of it: slow senders hold no connections. Milliseconds. */
const requestTimeoutMs = 30_000;

function listen(fetch: Parameters<typeof serve>[0]["fetch"], config: ServerConfig): Promise<ReturnType<typeof serve>> {
  const limits = { requestTimeout: requestTimeoutMs, headersTimeout: requestTimeoutMs / 2, connectionsCheckingInterval: 5_000 };
  const secure =
    config.TLS_CERT && config.TLS_KEY
      ? {
          createServer: createSecureServer,
          serverOptions: {
            ...limits,
            cert: readFileSync(config.TLS_CERT),
            key: readFileSync(config.TLS_KEY),
            minVersion: "TLSv1.3" as const,
          },
        }
      : { serverOptions: limits };
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port: config.PORT, hostname: config.HOST, ...secure }, () => resolve(server));
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new Error(`port ${config.PORT} is taken by another program; set PORT to a free one`, { cause: error })
          : error,
      ),
    );
  });
}
