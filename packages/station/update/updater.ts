import type { Now } from "@pigeonhole/kit/clock";
import type { Log } from "@pigeonhole/kit/log";
import type { Timers } from "@pigeonhole/kit/timers";
import type { FirmwareEvent, WantedFirmware } from "@pigeonhole/protocol/firmware";
import { isQuiet } from "./quiet-hours.ts";
import { RefusedImage } from "./refused-image.ts";
import { bootsAllowed, hasFailed, withFailure, type Baseline, type Slots, type SlotState } from "./slots.ts";
import type { Wish } from "./install.ts";

/** How often the wish, and whether the moment is right, are looked at. Milliseconds. */
const everyMs = 15_000;
/** After a failed try the next one waits so long, doubled each time. Milliseconds. */
const pauseMs = { first: 30_000, most: 3_600_000 } as const;
/** A repository whose metadata are not right is asked so often before the release counts as refused: a captive portal is no attack. */
const triesBeforeRefusal = 3;

export interface UpdaterNeeds {
  readonly slots: Slots;
  readonly model: string;
  /** The release that runs. */
  readonly release: number;
  readonly install: (wish: Wish) => Promise<SlotState>;
  /** What the backend wishes, and the zone of the station's clock. */
  readonly wanted: () => { readonly firmware: WantedFirmware; readonly timeZone: string } | undefined;
  /** Why the station may not restart now (a door is open, somebody is there, on battery …); null when it may. */
  readonly mayRestart: () => string | null;
  /** What works now, so that the next image is measured against it. */
  readonly baseline: () => Baseline;
  /** Writes an entry of the station's log, durably. */
  readonly record: (event: Omit<FirmwareEvent, "type" | "model">) => void;
  /** Gives the log a moment to reach the backend. */
  readonly farewell: () => Promise<void>;
  /** Ends this process so that the launcher starts the trial. */
  readonly restart: () => void;
  readonly now: Now;
  readonly timers: Timers;
  readonly log: Log;
}

/** Follows the wish of the backend: loads at any time, changes over only when nobody is served, tells what became of it. */
export function updater(needs: UpdaterNeeds) {
  const { slots, release, install, wanted, mayRestart, baseline, record, farewell, restart, now, timers, log } = needs;
  let isWorking = false;
  let isOver = false;
  let tries = 0;
  let notBefore = 0;
  let cancel = (): void => {};

  /** Says what a start found: what runs, and whether something was rolled back. Each is told once. */
  function reportStart(): void {
    record({ release, attempt: 1, stage: "running", reason: null });
    const state = slots.read();
    const untold = state.failures.filter(({ isTold, stage }) => !isTold && stage === "rolled_back");
    for (const { release: failed, attempt, stage, reason } of untold) record({ release: failed, attempt, stage, reason });
    if (untold.length > 0) slots.write({ ...state, failures: state.failures.map((failure) => ({ ...failure, isTold: true })) });
  }

  async function look(): Promise<void> {
    const wish = wanted();
    const state = slots.read();
    if (!wish || state.trial || wish.firmware.release === release) return;
    const { firmware, timeZone } = wish;
    if (hasFailed(state, firmware.release, firmware.attempt)) return;
    if (firmware.release < state.floor)
      return refuse(firmware, new RefusedImage("below_floor", `release ${firmware.release} is below the floor ${state.floor}`));
    if (state.ready?.release !== firmware.release && !(await load(firmware))) return;
    if (firmware.quietHours && !isQuiet(firmware.quietHours, timeZone, now())) return;
    const obstacle = mayRestart();
    if (obstacle) return log.debug({ obstacle }, "the new release waits");
    await changeOver(firmware);
  }

  /** True when the release lies ready now. */
  async function load(firmware: WantedFirmware): Promise<boolean> {
    if (now().getTime() < notBefore) return false;
    try {
      await install(firmware);
      tries = 0;
      record({ release: firmware.release, attempt: firmware.attempt, stage: "ready", reason: null });
      return true;
    } catch (error) {
      tries++;
      notBefore = now().getTime() + Math.min(pauseMs.first * 2 ** (tries - 1), pauseMs.most);
      log.warn({ err: error, release: firmware.release }, "the release could not be loaded");
      if (!(error instanceof RefusedImage)) return false;
      const isFinal = error.because !== "metadata" && error.because !== "not_in_repository" && error.because !== "disk_full";
      if (isFinal || tries >= triesBeforeRefusal) refuse(firmware, error);
      return false;
    }
  }

  function refuse({ release: refused, attempt }: WantedFirmware, { because, message }: RefusedImage): void {
    tries = 0;
    notBefore = 0;
    const reason = `${because}: ${message}`.slice(0, 300);
    record({ release: refused, attempt, stage: "refused", reason });
    slots.write(withFailure(slots.read(), { release: refused, attempt, stage: "refused", reason, isTold: true }));
  }

  async function changeOver({ attempt }: WantedFirmware): Promise<void> {
    record({ release: slots.read().ready!.release, attempt, stage: "switching", reason: null });
    await farewell();
    // Nothing between this question and the end of the process waits for anything: no door can open in between.
    const obstacle = mayRestart();
    if (obstacle || isOver) return log.info({ obstacle }, "somebody came: the new release waits on");
    const state = slots.read();
    const { slot, manifest, floor, release: next } = state.ready!;
    const trial = { slot, release: next, manifest, floor, attempt, bootsLeft: bootsAllowed, baseline: baseline() };
    slots.write({ ...state, ready: null, trial });
    isOver = true;
    log.info({ release: next }, "restarting into the new release");
    restart();
  }

  function check(): void {
    if (isWorking || isOver) return;
    isWorking = true;
    look()
      .catch((error: unknown) => log.error({ err: error }, "the software could not be brought up to date"))
      .finally(() => {
        isWorking = false;
      });
  }

  return {
    start(): void {
      reportStart();
      cancel = timers.every(everyMs, check);
      check();
    },
    /** The wish, or what is going on at the doors, has changed. */
    check,
    stop(): void {
      isOver = true;
      cancel();
    },
  };
}
export type Updater = ReturnType<typeof updater>;
