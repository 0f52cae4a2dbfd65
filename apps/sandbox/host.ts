import { serve } from "@hono/node-server";
import { getConnInfo } from "@hono/node-server/conninfo";
import { OpenAPIHono } from "@hono/zod-openapi";
import { answerError, problem, router } from "@pigeonhole/kit/http";
import { limiter } from "@pigeonhole/kit/limits";
import type { Log } from "@pigeonhole/kit/log";
import { systemTimers } from "@pigeonhole/kit/timers";
import * as contract from "./contract.ts";
import { keeper } from "./keeper.ts";
import type { SandboxConfig } from "./settings.ts";

const daySeconds = 86_400;
const tidyEveryMs = 60_000;
const host = "127.0.0.1";

/** The process of all sandboxes. It listens on this machine alone, and believes the client's address that the network's server passes on. */
export async function startSandboxes(config: SandboxConfig, log: Log) {
  const ownUrl = `http://${host}:${config.SANDBOX_PORT}`;
  const all = keeper({
    folder: config.SANDBOX_FOLDER,
    serverUrl: config.SANDBOX_DATABASE_SERVER,
    publicUrl: config.PUBLIC_URL.replace(/\/+$/, ""),
    ownUrl,
    allowsPrivateWebhooks: config.WEBHOOKS_ANYWHERE,
    awake: config.SANDBOXES_AWAKE,
    most: config.SANDBOXES,
    idleMinutes: config.SANDBOX_IDLE_MINUTES,
    keptDays: config.SANDBOX_KEPT_DAYS,
    log,
  });
  const allow = limiter({ points: contract.maxPerDay, seconds: daySeconds });
  const app = new OpenAPIHono();
  const refuse = answerError(contract.refusals, log);
  app.onError(refuse);
  const outside = router(contract.refusals, log).openapi(contract.create, async (c) => {
    await allow(c.req.header("x-forwarded-for") ?? getConnInfo(c).remote.address ?? "unknown");
    return c.json(await all.create(), 201, { "cache-control": "no-store" });
  });
  app.route("/api", outside);
  app.all("/sandbox/:id/*", (c) => all.answer(c.req.param("id"), c.req.raw, c.env));
  app.notFound((c) => problem(c, 404, "no_such_route", "There is nothing at this address"));
  const server = await new Promise<ReturnType<typeof serve>>((resolve, reject) => {
    const listening = serve({ fetch: app.fetch, port: config.SANDBOX_PORT, hostname: host }, () => resolve(listening));
    listening.once("error", reject);
  });
  const cancel = systemTimers.every(
    tidyEveryMs,
    () => void all.tidy().catch((error: unknown) => log.error({ err: error }, "sandboxes could not be tidied")),
  );
  return {
    url: ownUrl,
    keeper: all,
    async stop(): Promise<void> {
      cancel();
      await all.stop();
      server.close();
      if ("closeAllConnections" in server) server.closeAllConnections();
    },
  };
}
