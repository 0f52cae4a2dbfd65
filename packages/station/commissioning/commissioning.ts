import type { Monotonic, Now } from "@pigeonhole/kit/clock";
import type { Log } from "@pigeonhole/kit/log";
import type { Random } from "@pigeonhole/kit/random";
import { Refused } from "@pigeonhole/kit/refused";
import type { Timers } from "@pigeonhole/kit/timers";
import type { Locks } from "@pigeonhole/lock-boards/lock-board";
import type { ModelName } from "@pigeonhole/lock-boards/models";
import { openDoor } from "@pigeonhole/lock-boards/open-door";
import { openPort } from "@pigeonhole/lock-boards/open-line";
import { scan } from "@pigeonhole/lock-boards/scan";
import type { Transport } from "@pigeonhole/lock-boards/transport";
import { wired } from "@pigeonhole/lock-boards/wired";
import { baudOf, type Wiring } from "@pigeonhole/lock-boards/wiring";
import { enrol, ownKeys } from "../provisioning/enrol.ts";
import { readIdentity } from "../provisioning/identity.ts";
import { progressFile, type Progress } from "./progress-file.ts";
import { recordOf, writeRecord } from "./record.ts";
import { everyLock, fireAndWatch, usualLimits, type WatchLimits } from "./watching.ts";
import { writeWiring } from "./wiring-file.ts";
import { beginning, follow, type Found, type Happening, type Place, type Wizard } from "./wizard.ts";

export interface CommissioningNeeds {
  /** The station's data folder. */
  readonly folder: string;
  readonly firmware: string;
  readonly now: Now;
  readonly monotonic: Monotonic;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  /** Opens a line at a speed; the real ones by default. */
  readonly openLine?: (port: string, baud: number) => Promise<Transport>;
  readonly limits?: WatchLimits;
  /** Silence after which a scan takes an address for empty, and the pause after it. Milliseconds. */
  readonly scanLimits?: { readonly replyTimeoutMs: number; readonly lateMs: number };
  /** Pause between two frames on a line, where it is another than the boards' own. Milliseconds. */
  readonly gapMs?: number;
  /** Where it is kept how it stands: on the disk by default. */
  readonly progress?: Progress;
  readonly fetch?: typeof globalThis.fetch;
}

/** Where it stood. Between the certificate and the last step the power may have gone too; what was ended before begins anew. */
function resumed(folder: string, progress: Progress): Wizard {
  const wizard = progress.read();
  if (wizard.step === "done") return beginning;
  const identity = wizard.step === "enrol" ? readIdentity(folder) : undefined;
  return identity ? follow(wizard, { kind: "enrolled", station: identity.station }) : wizard;
}

/** With another pause between frames; the wiring that is kept has the boards' own. */
const spaced = (wiring: Wiring, gapMs: number | undefined): Wiring =>
  gapMs === undefined
    ? wiring
    : {
        ...wiring,
        lines: wiring.lines.map((line) => ({
          ...line,
          boards: line.boards.map((board) => ({ ...board, quirks: { ...board.quirks, minIntervalMs: gapMs } })),
        })),
      };

const realLine = async (port: string, baud: number): Promise<Transport> => {
  const { transport, ready } = await openPort(port, baud);
  await ready.catch(async (cause: unknown) => {
    await transport.close();
    throw cause;
  });
  return transport;
};

/**
 * Commissioning of one cabinet: carries out what the technician asks for, on the boards, and keeps each step on the disk before it goes on.
 * The same for the kiosk and for the command line.
 */
export function commissioning(needs: CommissioningNeeds) {
  const { folder, now, monotonic, timers, random, log, openLine = realLine, limits = usualLimits, scanLimits } = needs;
  const { progress = progressFile(folder) } = needs;
  let wizard = resumed(folder, progress);
  let opened: { readonly of: string; readonly locks: Locks; readonly places: readonly Place[] } | undefined;
  let scanning: { done: number; all: number } | null = null;
  let isBusy = false;
  let isStopped = false;
  let cancelLook = (): void => {};

  function happen(event: Happening): void {
    let next = follow(wizard, event);
    if (event.kind === "sign" && next.step === "enrol") {
      const identity = readIdentity(folder);
      writeWiring(folder, next.wiring);
      const key = identity?.key ?? ownKeys(folder, random).key;
      writeRecord(folder, recordOf(next, { at: now(), technician: event.technician, firmware: needs.firmware }), key);
      // Commissioned again, after a repair: the cabinet stays the station that it is.
      if (identity) next = follow(next, { kind: "enrolled", station: identity.station });
    }
    progress.write(next);
    wizard = next;
  }

  /** The boards of this step, opened once. In the test the wiring that the station will use, before it every lock that exists. */
  async function boards(): Promise<{ readonly locks: Locks; readonly places: readonly Place[] }> {
    const plan =
      wizard.step === "doors" ? everyLock(wizard.boards) : wizard.step === "test" ? { wiring: wizard.wiring, places: [] } : undefined;
    if (!plan) throw new Refused("wrong_step", "No boards have been found yet.");
    const of = JSON.stringify(plan.wiring);
    if (opened?.of === of) return opened;
    await letGo();
    const fresh = await wired(spaced(plan.wiring, needs.gapMs), async (line) => ({
      transport: await openLine(line.port, baudOf(line)),
      ready: Promise.resolve(),
    }));
    opened = { of, locks: fresh, places: plan.places };
    return opened;
  }
  async function letGo(): Promise<void> {
    const { locks } = opened ?? {};
    opened = undefined;
    await locks?.close();
  }

  /** One thing at a time: a lock is not fired while another is watched. */
  async function alone<T>(work: () => Promise<T>): Promise<T> {
    if (isBusy) throw new Refused("busy", "One moment: the last step is still under way.");
    isBusy = true;
    try {
      return await work();
    } finally {
      isBusy = false;
      lookLater();
    }
  }

  async function search(ports: readonly string[], models: readonly ModelName[]): Promise<void> {
    await letGo();
    const found: Found[] = [];
    const passed = { done: 0, all: 0 };
    scanning = { done: 0, all: 1 };
    try {
      for (const port of ports) {
        const here = await scan({
          models,
          open: (baud) => openLine(port, baud),
          ...scanLimits,
          progress: (done, all) => {
            passed.all ||= all * ports.length;
            scanning = { done: passed.done + done, all: passed.all };
          },
        });
        passed.done += passed.all / ports.length;
        found.push(...here.map((each) => ({ ...each, port })));
      }
      happen({ kind: "scanned", found });
    } finally {
      scanning = null;
    }
  }

  async function fire(): Promise<void> {
    const { locks, places } = await boards();
    happen({ kind: "fire" });
    if (wizard.step === "doors")
      return happen({ kind: "fired", seen: await fireAndWatch({ locks, places, timers, monotonic, limits }, wizard.trying) });
    if (wizard.step !== "test" || wizard.trying === null) return;
    const { door } = wizard.trying;
    const result = await openDoor(locks, door, limits);
    happen({
      kind: "tested",
      result: {
        door,
        outcome: result.outcome,
        reason: result.outcome === "refused" ? result.reason : null,
        tookMs: result.outcome === "opened" ? result.tookMs : null,
        isSeenClosed: false,
        isOccupied: null,
      },
    });
  }

  /** While a door is to be shut, its switch is looked at; the step goes on by itself. */
  function lookLater(): void {
    cancelLook();
    const isWaiting = (wizard.step === "doors" || wizard.step === "test") && wizard.trying?.phase === "close";
    if (isStopped || !isWaiting) return;
    cancelLook = timers.after(limits.closingMs, () => {
      look()
        .catch((error: unknown) => log.error({ err: error }, "the open door could not be looked at"))
        .finally(lookLater);
    });
  }
  async function look(): Promise<void> {
    if (isBusy) return;
    const { locks, places } = await boards();
    if (wizard.step === "doors") {
      const { trying } = wizard;
      const number = places.findIndex((each) => each.board === trying.board && each.lock === trying.lock) + 1;
      const reading = (await locks.status([number])).get(number);
      if (wizard.trying.phase === "close" && reading?.door === trying.seen?.before) happen({ kind: "closed", isOccupied: null });
    } else if (wizard.step === "test" && wizard.trying) {
      const { door } = wizard.trying;
      const reading = (await locks.status([door])).get(door);
      if (wizard.trying?.phase === "close" && reading?.door === "closed") happen({ kind: "closed", isOccupied: reading.occupied });
    }
  }
  lookLater();

  const say = (event: Happening): Promise<void> => alone(async () => happen(event));
  return {
    get wizard(): Wizard {
      return wizard;
    },
    /** How far the scan is; null while none runs. */
    get scanning(): { readonly done: number; readonly all: number } | null {
      return scanning;
    },
    get isBusy(): boolean {
      return isBusy;
    },
    /** Looks for boards on lines. Resolves when the scan has ended, half a minute for every model on one line. */
    scan: (ports: readonly string[], models: readonly ModelName[]): Promise<void> => alone(() => search(ports, models)),
    begin: (): Promise<void> => say({ kind: "begin" }),
    /** Fires the lock whose turn it is. */
    fire: (): Promise<void> => alone(fire),
    which: (doors: readonly number[]): Promise<void> => say({ kind: "which", doors }),
    again: (): Promise<void> => say({ kind: "again" }),
    leaveOut: (): Promise<void> => say({ kind: "leave_out" }),
    finish: (): Promise<void> => say({ kind: "finish" }),
    restart: (): Promise<void> => say({ kind: "restart" }),
    /** The doors have passed: the record is signed with the cabinet's own key, and names who tested them. */
    sign: (technician: string): Promise<void> => say({ kind: "sign", technician }),
    /** Asks the network for a certificate, with the one-time token. */
    enrol: (url: string, token: string): Promise<void> =>
      alone(async () => {
        if (wizard.step !== "enrol") throw new Refused("wrong_step", "First test all doors and sign the record.");
        const identity = await enrol({ folder, url, token, random, ...(needs.fetch && { fetch: needs.fetch }) }).catch((error: unknown) => {
          throw new Refused("not_enrolled", error instanceof Error ? error.message : String(error));
        });
        happen({ kind: "enrolled", station: identity.station });
      }),
    /** Lets go of the lines. What is done is forgotten, so that the cabinet may be commissioned again. */
    async stop(): Promise<void> {
      isStopped = true;
      cancelLook();
      await letGo();
      if (wizard.step === "done") progress.forget();
    },
  };
}
export type Commissioning = ReturnType<typeof commissioning>;
