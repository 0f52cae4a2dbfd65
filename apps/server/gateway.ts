import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { getConnInfo } from "@hono/node-server/conninfo";
import { serveStatic } from "@hono/node-server/serve-static";
import { OpenAPIHono } from "@hono/zod-openapi";
import { answerError, problem } from "@pigeonhole/kit/http";
import { systemNewId } from "@pigeonhole/kit/ids";
import { limitHeaders, limiter, type Standing } from "@pigeonhole/kit/limits";
import { Refused } from "@pigeonhole/kit/refused";
import { sameSecret } from "@pigeonhole/kit/seal";
import type { Log } from "@pigeonhole/kit/log";
import type { Context, MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import type { Built } from "./compose.ts";
import { addDevelopers } from "./developers/routes.ts";
import { geocode } from "./geocode.ts";
import { addSandboxes } from "./sandboxes.ts";
import { mapHome, type ServerConfig } from "./settings.ts";

const webFolder = fileURLToPath(new URL("../web/dist", import.meta.url));
/** Single-page entrances below the root; everything else belongs to the customer's. */
const entrances = ["courier", "kiosk", "operations"] as const;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

interface Needs {
  readonly config: ServerConfig;
  readonly log: Log;
  readonly modules: readonly Built[];
  readonly changes: (c: Context) => Response;
  /** Throws when the database cannot be asked. */
  readonly healthy: () => Promise<void>;
}

/** The one way in (A10.6): request ids, security headers, limits, and then the modules under /api, the contract, the screens. */
export function gateway({ config, log, modules, changes, healthy }: Needs) {
  const app = new OpenAPIHono();
  /** What stands in a path of ours, or is an id, may be logged; whatever else somebody typed there may be a name or a code. */
  let words: ReadonlySet<string> | undefined;
  const shownPath = (asked: string): string => {
    words ??= new Set(app.routes.flatMap(({ path: known }) => known.split("/")));
    return asked
      .split("/")
      .map((part) => (words!.has(part) || uuid.test(part) ? part : "…"))
      .join("/");
  };
  const perMinute = { points: config.REQUESTS_PER_MINUTE, seconds: 60 };
  const allow = limiter(perMinute);

  app.onError(answerError({}, log));
  app.use(async (c, next) => {
    const started = performance.now();
    // A caller's id is kept for tracing across systems if it is harmless; otherwise it gets one of ours.
    const given = c.req.header("x-request-id");
    const id = given && /^[\w.-]{1,64}$/.test(given) ? given : systemNewId();
    c.req.raw.headers.set("x-request-id", id);
    await next();
    c.res.headers.set("x-request-id", id);
    if (c.req.path.startsWith("/api"))
      log.info(
        {
          method: c.req.method,
          path: shownPath(c.req.path),
          status: c.res.status,
          ms: Math.round(performance.now() - started),
          request: id,
        },
        "request",
      );
  });
  const tiles = config.TILE_URL ? [new URL(config.TILE_URL.replaceAll(/[{}]/g, "")).origin] : [];
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", "data:", "blob:", ...tiles],
        connectSrc: ["'self'", ...tiles],
        styleSrc: ["'self'", "'unsafe-inline'"],
        scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
        workerSrc: ["'self'", "blob:"],
        objectSrc: ["'none'"],
        frameAncestors: ["'none'"],
        baseUri: ["'self'"],
      },
      permissionsPolicy: { camera: ["self"], geolocation: ["self"], microphone: [] },
      strictTransportSecurity: config.PUBLIC_URL.startsWith("https:") ? "max-age=31536000" : false,
    }),
  );
  const isModule = (c: Context): boolean => {
    const authorization = c.req.header("authorization") ?? "";
    return sameSecret(authorization.slice(0, authorization.lastIndexOf(":")), `Module ${config.MODULE_KEY}`);
  };
  const refuse = answerError({}, log);
  const counted: MiddlewareHandler = async (c, next) => {
    const address = clientAddress(c, config.TRUSTED_PROXIES);
    // Whatever the client sent under this name is overwritten: what limits by client reads it.
    c.req.raw.headers.set("x-client-address", address);
    // Another process of this installation asks for all of its clients, each of which it has counted.
    if (isModule(c)) return next();
    let standing: Standing;
    try {
      standing = await allow(address);
      await next();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      standing = { ...perMinute, left: 0, resetSeconds: Number(error.details["retryAfterSeconds"]) };
      c.res = refuse(error, c);
    }
    for (const [name, value] of Object.entries(limitHeaders(standing))) c.res.headers.set(name, value);
  };
  app.use("/api/*", counted);
  app.use("/changes", counted);
  app.use("/api/*", async (c, next) => {
    // Routes between modules do not exist for anybody else.
    if (c.req.path.startsWith("/api/internal/") && !c.req.header("authorization")?.startsWith("Module "))
      return problem(c, 404, "no_such_route", "There is nothing at this address");
    await next();
  });

  if (config.SANDBOX_URL) addSandboxes(app, config.SANDBOX_URL, counted, log);
  for (const { routes } of modules) app.route("/api", routes);
  app.get("/api/geocode", geocode(config.GEOCODER_URL));
  app.all("/api/*", (c) => problem(c, 404, "no_such_route", "There is nothing at this address"));
  app.get("/changes", changes);
  app.get("/healthz", async (c) => {
    await healthy();
    return c.json({ ok: true });
  });
  app.get("/config.json", (c) =>
    c.json(
      {
        tileUrl: config.TILE_URL,
        tileAttribution: config.TILE_ATTRIBUTION,
        demo: config.DEMO,
        inboxUrl: config.DEMO ? "/inbox" : undefined,
        geocoder: config.GEOCODER_URL !== undefined,
        sandboxes: config.SANDBOX_URL !== undefined,
        home: mapHome(config),
      },
      200,
      { "cache-control": "public, max-age=60" },
    ),
  );
  if (config.FIRMWARE_FOLDER) addFirmware(app, config.FIRMWARE_FOLDER, counted);
  addDevelopers(app);
  addScreens(app);
  return app;
}

/** The signed releases: metadata always asked again, images by their hash. Ranges are answered, so that a station goes on where it was cut off. */
function addFirmware(app: OpenAPIHono, folder: string, counted: MiddlewareHandler): void {
  app.use("/firmware/*", counted, async (c, next) => {
    await next();
    c.res.headers.set("cache-control", c.req.path.startsWith("/firmware/targets/") ? "public, max-age=31536000, immutable" : "no-cache");
  });
  const root = path.resolve(folder);
  for (const part of ["metadata", "targets"])
    app.get(`/firmware/${part}/*`, serveStatic({ root, rewriteRequestPath: (at) => at.replace(/^\/firmware/, "") }));
  app.all("/firmware/*", (c) => problem(c, 404, "no_such_route", "There is nothing at this address"));
}

/** The built screens: hashed assets for ever, pages always asked again. */
function addScreens(app: OpenAPIHono): void {
  app.use("/assets/*", async (c, next) => {
    await next();
    if (c.res.status === 200) c.res.headers.set("cache-control", "public, max-age=31536000, immutable");
  });
  app.get("*", serveStatic({ root: webFolder }));
  app.get("*", (c) => {
    const first = c.req.path.split("/")[1] ?? "";
    const folder = entrances.find((entrance) => entrance === first) ?? "";
    const page = path.join(webFolder, folder, "index.html");
    const wantsFile = path.extname(c.req.path) !== "";
    if (wantsFile || !statSync(page, { throwIfNoEntry: false }))
      return problem(c, 404, "no_such_route", "There is nothing at this address");
    return c.html(readFileSync(page, "utf8"), 200, { "cache-control": "no-cache" });
  });
}

/** The client's address; entries of X-Forwarded-For are believed only as far as our own proxies wrote them. */
function clientAddress(c: Context, trustedProxies: number): string {
  const hops = (c.req.header("x-forwarded-for") ?? "")
    .split(",")
    .map((hop) => hop.trim())
    .filter(Boolean);
  const forwarded = trustedProxies > 0 ? hops.at(-trustedProxies) : undefined;
  return forwarded ?? getConnInfo(c).remote.address ?? "unknown";
}
