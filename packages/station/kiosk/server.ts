import type { OpenAPIHono } from "@hono/zod-openapi";
import { router } from "@pigeonhole/kit/http";
import type { Log } from "@pigeonhole/kit/log";
import { Refused } from "@pigeonhole/kit/refused";
import { sleep, type Timers } from "@pigeonhole/kit/timers";
import { isCarried } from "@pigeonhole/protocol/carried";
import { codeDigits } from "@pigeonhole/protocol/codes";
import { streamSSE } from "hono/streaming";
import type { Station } from "../station.ts";
import type { SimulatedSensors } from "../telemetry/simulated-sensors.ts";
import * as contract from "./contract.ts";
import { front, listen } from "./front.ts";
import { placed } from "./placed.ts";
import { refusals } from "./refusals.ts";

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

/** The kiosk's API as a Hono app; `serveKiosk` listens. */
export function kioskApp({
  station,
  stationId,
  pages,
  supportPhone,
  languages,
  moveDoor,
  simulatedSensors,
  requestsPerSecond,
  timers,
  log,
}: KioskNeeds): OpenAPIHono {
  const { cabinet, doors, screen, deposits, mistakes, retrievals, pickups, reopens, carrying, receipts, link } = station;
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
    standing: link.isUp() && cabinet.permits.remoteOpens === "all" ? cabinet.standing() : null,
    power: station.power.mode,
    ...(simulatedSensors && { simulated: simulatedSensors.done() }),
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
  const api = contract.mount(router(refusals, log), {
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
    answerOut: (c) => {
      retrievals.answer(c.req.valid("json").parcel);
      return c.json(stateNow(), 200);
    },
    reopen: async (c) => {
      await reopens.atScreen();
      return c.json(stateNow(), 200);
    },
    problem: async (c) => {
      await mistakes.tell(c.req.valid("json").reason);
      return c.json(stateNow(), 200);
    },
    leave: (c) => {
      if (screen.step.step === "done" || screen.step.step === "received" || screen.step.step === "reported") screen.idle();
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
      const { mains, isTampered, isHot } = c.req.valid("json");
      if (!simulatedSensors) throw new Refused("not_found", "This station's sensors are real.");
      if (mains !== undefined) simulatedSensors.setMains(mains);
      if (isTampered !== undefined) simulatedSensors.setTampered(isTampered);
      if (isHot !== undefined) simulatedSensors.setHot(isHot);
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

  // Whoever opens the page asks first whether a technician is at work here: now nobody is.
  api.get("/commissioning", (c) => c.json({ commissioning: null }));
  return front({ api, pages, requestsPerSecond, log });
}

/** Listens on loopback only; port 0 takes a free one. */
export const serveKiosk = (needs: KioskNeeds & { readonly port: number }): Promise<{ readonly port: number; stop(): Promise<void> }> =>
  listen(kioskApp(needs), needs.port);
