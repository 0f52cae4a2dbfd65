import { timingSafeEqual } from "node:crypto";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { router } from "@pigeonhole/kit/http";
import type { Monotonic } from "@pigeonhole/kit/clock";
import type { Log } from "@pigeonhole/kit/log";
import { Refused } from "@pigeonhole/kit/refused";
import { modelNames, models } from "@pigeonhole/lock-boards/models";
import { front, listen } from "../kiosk/front.ts";
import { placedPlain } from "../kiosk/placed.ts";
import type { Commissioning } from "./commissioning.ts";
import * as contract from "./contract.ts";

export interface CommissioningFrontNeeds {
  readonly commissioning: Commissioning;
  /** Serial lines of this computer. */
  readonly ports: () => Promise<readonly string[]>;
  readonly pages?: string | undefined;
  /** What the technician has to type; nothing when unset. */
  readonly pin?: string | undefined;
  readonly backendUrl?: string | undefined;
  readonly monotonic: Monotonic;
  readonly log: Log;
}

/** After so many wrong PINs in a row none is looked at for a while, not even the right one. */
const pinLimit = { wrong: 5, blockMs: 60_000 } as const;
/** As many doors are drawn before any is mapped. */
const maxDrawn = 120;

/** The wizard's API as a Hono app, with the kiosk's pages before it. */
export function commissioningApp({ commissioning, ports, pages, pin, backendUrl, monotonic, log }: CommissioningFrontNeeds): OpenAPIHono {
  let scanError: string | null = null;
  const attempts = { wrong: 0, freeAtMs: Number.NEGATIVE_INFINITY };

  function checkPin(typed: string): void {
    if (pin === undefined) return;
    const leftMs = attempts.freeAtMs - monotonic();
    const retryAfterSeconds = Math.ceil(leftMs / 1_000);
    if (leftMs > 0)
      throw new Refused("too_many_requests", `Too many wrong PINs; try again in ${retryAfterSeconds} s.`, { retryAfterSeconds });
    attempts.wrong = isSame(pin, typed) ? 0 : attempts.wrong + 1;
    if (attempts.wrong === 0) return;
    if (attempts.wrong % pinLimit.wrong === 0) attempts.freeAtMs = monotonic() + pinLimit.blockMs;
    throw new Refused("wrong_pin", "This is not the service PIN.");
  }

  async function view(): Promise<contract.Commissioning> {
    return {
      wizard: commissioning.wizard,
      scanning: commissioning.scanning,
      scanError,
      isBusy: commissioning.isBusy,
      needsPin: pin !== undefined,
      ports: [...(await ports())],
      models: modelNames.map((name) => ({ name, title: models[name].title, locks: models[name].locks })),
      doors: placedPlain(doorsOf(commissioning.wizard)),
      backendUrl: backendUrl ?? null,
    };
  }

  async function carryOut(act: contract.Act): Promise<void> {
    switch (act.kind) {
      case "scan": {
        scanError = null;
        const running = commissioning.scan(act.ports, act.models.length > 0 ? act.models : modelNames);
        running.catch((error: unknown) => {
          log.error({ err: error }, "the lines could not be scanned");
          scanError = sentenceOf(error);
        });
        return;
      }
      case "begin":
        return commissioning.begin();
      case "fire":
        return commissioning.fire();
      case "which":
        return commissioning.which(act.doors);
      case "again":
        return commissioning.again();
      case "leave_out":
        return commissioning.leaveOut();
      case "finish":
        return commissioning.finish();
      case "restart":
        return commissioning.restart();
      case "sign":
        return commissioning.sign(act.technician);
      case "enrol":
        return commissioning.enrol(act.url, act.token);
    }
  }

  const api = contract.mount(router(contract.refusals, log), {
    get: async (c) => c.json({ commissioning: await view() }, 200),
    act: async (c) => {
      const { pin: typed = "", act } = c.req.valid("json");
      checkPin(typed);
      await carryOut(act);
      return c.json(await view(), 200);
    },
  });
  return front({ api, pages, log });
}

/** Listens on loopback only, where the kiosk will be. */
export const serveCommissioning = (needs: CommissioningFrontNeeds & { readonly port: number }) =>
  listen(commissioningApp(needs), needs.port);

/** Doors to point at: numbers of doors that have been named, and as many more as there are locks. */
function doorsOf(wizard: Commissioning["wizard"]): number[] {
  if (wizard.step === "lines" || wizard.step === "boards") return [];
  if (wizard.step !== "doors") return wizard.wiring.doors.map(({ door }) => door);
  const named = wizard.doors.map(({ door }) => door);
  const locks = wizard.boards.reduce((sum, { model }) => sum + models[model].locks, 0) - wizard.leftOut.length;
  const all = new Set([...named, ...Array.from({ length: Math.min(maxDrawn, locks) }, (_, n) => n + 1)]);
  return [...all].toSorted((a, b) => a - b);
}

const isSame = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
};

/** The whole chain in one line: the technician has no log. */
function sentenceOf(error: unknown): string {
  const said: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause) said.push(at.message);
  return said.join(": ");
}
