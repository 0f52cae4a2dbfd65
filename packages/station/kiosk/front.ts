import { readFile, stat } from "node:fs/promises";
import { isIP, type AddressInfo } from "node:net";
import path from "node:path";
import { serve, type ServerType } from "@hono/node-server";
import { OpenAPIHono } from "@hono/zod-openapi";
import { answerError, problem } from "@pigeonhole/kit/http";
import { limiter } from "@pigeonhole/kit/limits";
import type { Log } from "@pigeonhole/kit/log";
import { Refused } from "@pigeonhole/kit/refused";
import { secureHeaders } from "hono/secure-headers";
import type { Context } from "hono";
import { requireOwnScreen } from "./own-screen.ts";

/** A request has to be here after so long, its headers after half of it. Milliseconds. */
const requestTimeoutMs = 10_000;

export interface FrontNeeds {
  /** Everything below `/api`. */
  readonly api: OpenAPIHono;
  /** The built pages; without them only the API is served. */
  readonly pages?: string | undefined;
  /** By default more than any screen and its hands ask for. */
  readonly requestsPerSecond?: number | undefined;
  readonly log: Log;
}

/** What stands before an API of this cabinet: its own screen alone may use it, and gets its pages here. */
export function front({ api, pages, requestsPerSecond = 200, log }: FrontNeeds): OpenAPIHono {
  const app = new OpenAPIHono();
  app.onError(answerError({}, log));
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", "data:", "blob:"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
        workerSrc: ["'self'", "blob:"],
        objectSrc: ["'none'"],
        frameAncestors: ["'none'"],
        baseUri: ["'self'"],
      },
      strictTransportSecurity: false,
    }),
  );
  // Served to this machine alone. A name that resolves here would let a foreign page speak to us (DNS rebinding): addresses and localhost only.
  app.use(async (c, next) => {
    const host = new URL(c.req.url).hostname.replace(/^\[|\]$/g, "");
    if (host !== "localhost" && isIP(host) === 0) throw new Refused("not_allowed", "This kiosk answers to its own screen only.");
    return next();
  });
  const allow = limiter({ points: requestsPerSecond, seconds: 1 });
  app.use("/api/*", async (c, next) => {
    requireOwnScreen(c);
    await allow("screen");
    return next();
  });
  app.route("/api", api);
  app.all("/api/*", (c) => problem(c, 404, "no_such_route", "There is nothing at this address"));
  app.get("*", (c) => page(c, pages));
  return app;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
  ".webmanifest": "application/manifest+json",
  ".mp3": "audio/mpeg",
  ".ogg": "audio/ogg",
  ".txt": "text/plain; charset=utf-8",
};

/** Built files have plain names: no broken escape, no byte beyond ASCII, no NUL. */
const isDecodable = (text: string): boolean => !/%(?![0-9a-f]{2})/i.test(text) && !/%(?:[89a-f])/i.test(text) && !text.includes("%00");

/** A file of the built pages; every other address shows the kiosk. */
async function page(c: Context, pages: string | undefined): Promise<Response> {
  if (pages === undefined) return c.text("The kiosk's pages have not been built.", 404);
  const root = path.resolve(pages);
  // An address that can not be decoded names no file.
  const asked = path.join(root, path.normalize(isDecodable(c.req.path) ? decodeURIComponent(c.req.path) : "/"));
  const isInside = asked.startsWith(root + path.sep);
  for (const file of [...(isInside ? [asked] : []), path.join(root, "kiosk", "index.html"), path.join(root, "kiosk.html")]) {
    const type = types[path.extname(file)];
    if (
      !type ||
      !(await stat(file).then(
        (s) => s.isFile(),
        () => false,
      ))
    )
      continue;
    const cache = file.includes(`${path.sep}assets${path.sep}`) ? "public, max-age=31536000, immutable" : "no-cache";
    return new Response(new Uint8Array(await readFile(file)), { headers: { "content-type": type, "cache-control": cache } });
  }
  return c.text("The kiosk's pages have not been built.", 404);
}

/** Listens on loopback only; port 0 takes a free one. */
export async function listen(app: OpenAPIHono, port: number): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const server = await new Promise<ServerType>((resolve, reject) => {
    const listening = serve(
      {
        fetch: app.fetch,
        hostname: "127.0.0.1",
        port,
        serverOptions: { requestTimeout: requestTimeoutMs, headersTimeout: requestTimeoutMs / 2, connectionsCheckingInterval: 1_000 },
      },
      () => resolve(listening),
    );
    listening.once("error", (cause: Error) => reject(new Error(`listen on 127.0.0.1:${port}`, { cause })));
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}
