import type { OpenAPIHono } from "@hono/zod-openapi";
import { maxBodyBytes, problem } from "@pigeonhole/kit/http";
import type { Log } from "@pigeonhole/kit/log";
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { proxy } from "hono/proxy";

/** Passes on what is asked of sandboxes, which live in a process of their own, with the client's address. */
export function addSandboxes(app: OpenAPIHono, address: string, counted: MiddlewareHandler, log: Log): void {
  const passOn: MiddlewareHandler = async (c) => {
    const { pathname, search } = new URL(c.req.url);
    try {
      return await proxy(`${address}${pathname}${search}`, {
        method: c.req.method,
        body: ["GET", "HEAD"].includes(c.req.method) ? null : await c.req.arrayBuffer(),
        headers: { ...c.req.header(), "x-forwarded-for": c.req.header("x-client-address") },
      });
    } catch (error) {
      log.warn({ err: error, address }, "the process of the sandboxes could not be asked");
      return problem(c, 503, "try_again", "The sandboxes cannot be reached; try again in a moment", undefined, { retryAfterSeconds: 5 });
    }
  };
  const small = bodyLimit({ maxSize: maxBodyBytes, onError: (c) => problem(c, 413, "too_large", "The request is too large") });
  app.post("/api/sandboxes", small, passOn);
  app.all("/sandbox/*", counted, small, passOn);
}
