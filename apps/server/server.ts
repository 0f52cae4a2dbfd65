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
  const { now = systemNow, timers = systemTimers } = between;
  if (config.TLS_CERT && !config.TLS_KEY) throw new ConfigError(["TLS_KEY is missing: a certificate needs its private key"]);
  if (config.TLS_KEY && !config.TLS_CERT) throw new ConfigError(["TLS_CERT is missing: a private key needs its certificate"]);
  const applied = await upgrade(config.DATABASE_URL);
  if (applied.length > 0) log.info({ applied }, "schema brought up to date");
  const { db, built, messaging: needed } = await compose(config, log, only, between);
  if (only.includes("privacy") && config.ERASURES_FILE) {
    const buried = await bury(viewAs(db), readTombstones(config.ERASURES_FILE), now);
    if (buried > 0) log.warn({ buried }, "the database held persons who were erased before; their keys are destroyed again");
  }
  const modules = [...built.values()];
  const watching = { db, url: config.DATABASE_URL, now, timers, log };
  const live = await startLive(watching);
  const app = gateway({ config, log, modules, changes: live.changes, healthy: async () => void (await sql`select 1`.execute(db)) });
  const http = await listen(app.fetch, config);
  const messaging = needed && (await startMessaging({ ...needed, db, config, now, log }));
  const consumers = await startConsumers(
    watching,
    modules.flatMap(({ consumers }) => consumers ?? []),
  );
  const jobs = await startJobs(
    config.DATABASE_URL,
    modules.flatMap((module) => module.jobs),
    { log, timers },
  );
  const url = `${config.TLS_CERT ? "https" : "http"}://${config.HOST}:${config.PORT}`;
  log.info({ url, modules: only }, "listening");
  return {
    url,
    stop: async () => {
      http.close();
      if ("closeAllConnections" in http) http.closeAllConnections();
      await messaging?.stop();
      await consumers.stop();
      await jobs.stop();
      await live.stop();
      await db.destroy();
    },
  };
}

/** A request has to be here after so long, its headers after half of it: slow senders hold no connections. Milliseconds. */
const requestTimeoutMs = 30_000;

function listen(fetch: (request: Request) => Response | Promise<Response>, config: ServerConfig): Promise<ReturnType<typeof serve>> {
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
