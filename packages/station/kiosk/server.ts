import { readFile, stat } from "node:fs/promises";
import { isIP, type AddressInfo } from "node:net";
import path from "node:path";
import { serve, type ServerType } from "@hono/node-server";
import { OpenAPIHono } from "@hono/zod-openapi";
import { answerError, problem, router } from "@pigeonhole/kit/http";
import { limiter } from "@pigeonhole/kit/limits";
import type { Log } from "@pigeonhole/kit/log";
import { Refused } from "@pigeonhole/kit/refused";
import { sleep, type Timers } from "@pigeonhole/kit/timers";
import { isCarried } from "@pigeonhole/protocol/carried";
import { codeDigits } from "@pigeonhole/protocol/codes";
import { secureHeaders } from "hono/secure-headers";
import { streamSSE } from "hono/streaming";
import type { Context } from "hono";
import type { Station } from "../station.ts";
import type { SimulatedSensors } from "../telemetry/simulated-sensors.ts";
import * as contract from "./contract.ts";
import { requireOwnScreen } from "./own-screen.ts";
import { placed } from "./placed.ts";

export interface KioskNeeds {
  readonly station: Station;
  readonly stationId: string;
  /** The built pages; without them only the API is served. */
  readonly pages?: string;
  /** Named when the backend names none. */
  readonly supportPhone: string;
  readonly languages: readonly string[];
  /** The simulated board's doors, moved by hand; absent at a real board. */
  readonly moveDoor?: (compartment: number, door: "closed" | "open") => void;
  /** The simulated sensors, moved by hand; absent with real ones. */
  readonly simulatedSensors?: SimulatedSensors;
  /** By default more than any screen and its hands ask for. */
  readonly requestsPerSecond?: number;
  readonly timers: Timers;
  readonly log: Log;
}

/** A comment line this often keeps the stream of states alive. Milliseconds. */
const keepAliveMs = 15_000;
/** A moved door is seen by the station's next look at the board. Milliseconds. */
const nextLookMs = 300;

/** A cabinet has one screen; a few more may look on. */
const maxStreams = 16;
/** A request has to be here after so long, its headers after half of it. Milliseconds. */
const requestTimeoutMs = 10_000;

/** The kiosk's API as a Hono app; `serveKiosk` listens. */
export function kioskApp({
  station,
  stationId,
  pages,
  supportPhone,
  languages,
  moveDoor,
  simulatedSensors,
  requestsPerSecond = 200,
  timers,
  log,
}: KioskNeeds): OpenAPIHono {
  const { cabinet, doors, screen, deposits, pickups, reopens, carrying, receipts, link } = station;
  const stateNow = (): contract.KioskState => ({
    revision: screen.revision,
    kioskRevision: (cabinet.desired?.version ?? 0) * 2 + Number(cabinet.permits.deposits),
    step: screen.step,
    doors: doors.views().map(({ compartment, door, readAt }) => ({ compartment, door, readAt: readAt?.toISOString() ?? null })),
    free: contract.sizes.map((size) => ({ size, count: freeOf(size) })).filter(({ size }) => walkUpSizes().includes(size)),
    leftOpen: doors.leftOpen(),
    keypadFreeAt: pickups.keypadFreeAt()?.toISOString() ?? null,
    receipts: receipts.count(),
    isOnline: link.isUp(),
    power: station.power.mode,
    service: {
      reason: cabinet.desired?.service.reason ?? (station.tamper.isHeld() ? "tamper" : station.power.permits.deposits ? null : "power"),
      deposits: cabinet.permits.deposits,
      pickups: cabinet.desired === null || cabinet.permits.pickups,
    },
  });
  const freeOf = (size: string): number =>
    cabinet.locker.countFree(size, (c) => cabinet.isForWalkUps(Number(c.getId())) && doors.isClosed(Number(c.getId())));
  const walkUpSizes = (): contract.Size[] =>
    contract.sizes.filter(
      (size) =>
        cabinet.permits.deposits &&
        cabinet.desired?.compartments.some((c) => c.size === size && cabinet.desired!.walkUp.includes(c.compartment)),
    );
  const api = contract.mount(router(contract.refusals, log), {
    get: (c) =>
      c.json(
        {
          station: stationId,
          name: cabinet.desired?.name ?? "",
          timeZone: cabinet.desired?.timeZone ?? "UTC",
          languages: [...languages],
          supportPhone: cabinet.desired?.supportPhone ?? supportPhone,
          cabinet: placed(cabinet.desired),
          walkUpSizes: walkUpSizes(),
          codeDigits,
          isSimulated: moveDoor !== undefined,
        },
        200,
      ),
    state: (c) => c.json(stateNow(), 200),
    pickup: async (c) => {
      await pickups.byCode(c.req.valid("json").code).finally(screen.changed);
      return c.json(stateNow(), 200);
    },
    receipts: (c) => c.json({ pages: receipts.pages() }, 200),
    scan: async (c) => {
      const { text } = c.req.valid("json");
      if (isCarried(text)) carrying.take(text);
      else await pickups.byQr(text).finally(screen.changed);
      return c.json(stateNow(), 200);
    },
    bring: async (c) => {
      await deposits.bring(c.req.valid("json").size);
      return c.json(stateNow(), 200);
    },
    answer: (c) => {
      deposits.answer(c.req.valid("json").isParcelIn);
      return c.json(stateNow(), 200);
    },
    reopen: async (c) => {
      await reopens.atScreen();
      return c.json(stateNow(), 200);
    },
    wontClose: (c) => {
      deposits.wontClose();
      return c.json(stateNow(), 200);
    },
    leave: (c) => {
      if (screen.step.step === "done" || screen.step.step === "received" || screen.step.step === "jammed_open") screen.idle();
      return c.json(stateNow(), 200);
    },
    moveDoor: async (c) => {
      const { compartment } = c.req.valid("param");
      if (!moveDoor || !cabinet.desired?.compartments.some((known) => known.compartment === compartment))
        throw new Refused("not_found", `There is no simulated door ${compartment}.`);
      const revision = screen.revision;
      moveDoor(compartment, c.req.valid("json").door);
      for (let waited = 0; waited < nextLookMs && screen.revision === revision; waited += 20) await sleep(timers, 20);
      return c.json(stateNow(), 200);
    },
    sense: (c) => {
      const { mains, isTampered } = c.req.valid("json");
      if (!simulatedSensors) throw new Refused("not_found", "This station's sensors are real.");
      if (mains !== undefined) simulatedSensors.setMains(mains);
      if (isTampered !== undefined) simulatedSensors.setTampered(isTampered);
      return c.json(stateNow(), 200);
    },
  });

  let streams = 0;
  api.get(contract.changesPath, (c) => {
    if (streams >= maxStreams) throw new Refused("too_many_requests", "Too many screens look at this station.", { retryAfterSeconds: 10 });
    streams++;
    return streamSSE(c, async (stream) => {
      let wake = (): void => {};
      const unwatch = screen.watch(() => wake());
      stream.onAbort(() => {
        streams--;
        unwatch();
        wake();
      });
      while (!stream.aborted) {
        const woken = new Promise<void>((resolve) => {
          wake = resolve;
        });
        await stream.writeSSE({ event: "state", data: JSON.stringify(stateNow()) });
        await Promise.race([woken, sleep(timers, keepAliveMs)]);
      }
    });
  });

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
export async function serveKiosk(needs: KioskNeeds & { readonly port: number }): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const app = kioskApp(needs);
  const server = await new Promise<ServerType>((resolve, reject) => {
    const listening = serve(
      {
        fetch: app.fetch,
        hostname: "127.0.0.1",
        port: needs.port,
        serverOptions: { requestTimeout: requestTimeoutMs, headersTimeout: requestTimeoutMs / 2, connectionsCheckingInterval: 1_000 },
      },
      () => resolve(listening),
    );
    listening.once("error", (cause: Error) => reject(new Error(`listen on 127.0.0.1:${needs.port}`, { cause })));
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
