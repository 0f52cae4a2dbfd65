import { OpenAPIHono, type createRoute } from "@hono/zod-openapi";
import { problem } from "@pigeonhole/kit/http";
import type { Log } from "@pigeonhole/kit/log";
import { proxy } from "hono/proxy";
import { contracts } from "./contracts.ts";
import type { ModuleName } from "./modules.ts";

type Route = ReturnType<typeof createRoute>;
const isRoute = (shown: unknown): shown is Route =>
  typeof shown === "object" && shown !== null && "method" in shown && "path" in shown && "responses" in shown;

/** `name=http://host:port`, separated by commas, as REMOTE_MODULES has it. */
export const remotesOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text
      .split(",")
      .filter(Boolean)
      .map((pair) => pair.split("=", 2).map((part) => part.trim()) as [string, string]),
  );

/**
 * The routes of a module that another process runs: what is asked is passed on as it came, with the client's address, so that each process
 * is a way in to all of them, and describes all of them. The other process believes the address when it counts this one as a proxy.
 */
export function passedOn(module: ModuleName, address: string, log: Log): OpenAPIHono {
  const app = new OpenAPIHono();
  for (const route of contracts[module].flatMap(Object.values).filter(isRoute)) {
    app.openAPIRegistry.registerPath(route);
    app.on(route.method, route.getRoutingPath(), async (c) => {
      const { pathname, search } = new URL(c.req.url);
      try {
        // Read anew: what checks requests before they come here has read the body.
        const body = ["GET", "HEAD"].includes(c.req.method) ? null : await c.req.arrayBuffer();
        return await proxy(`${address}${pathname}${search}`, {
          method: c.req.method,
          body,
          headers: { ...c.req.header(), "x-forwarded-for": c.req.header("x-client-address") },
        });
      } catch (error) {
        log.warn({ err: error, module, address }, "another process could not be asked");
        return problem(c, 503, "unavailable", "A part of the service cannot be reached; try again in a moment");
      }
    });
  }
  return app;
}
