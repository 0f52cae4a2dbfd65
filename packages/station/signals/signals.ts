import type { Log } from "@pigeonhole/kit/log";
import type { Timers } from "@pigeonhole/kit/timers";
import type { Signal } from "@pigeonhole/lock-boards/lock-board";
import type { Step } from "../kiosk/contract.ts";

/** A light at an open door is on for half of each second; the board ends each pulse, so that a crash leaves none burning. Milliseconds. */
const blink = { everyMs: 1_000, onMs: 500 } as const;
/** One tone when a door opens; while it stands open for too long, one every few blinks. */
const toneMs = 200;
const blinksPerReminder = 5;
/** Nobody shuts it: after so many blinks the cabinet gives up, and the neighbours have their peace. */
const mostBlinks = 600;

interface Needs {
  readonly signals: readonly Signal[];
  readonly screen: { readonly step: Step; watch(watcher: () => void): () => void };
  readonly timers: Timers;
  readonly log: Log;
}

/** Lights and buzzers point to the door that is open (line 8 of the cabinet's work: "which box is mine?"). Nothing at the doors waits for them. */
export function signalling({ signals, screen, timers, log }: Needs) {
  const lights = signals.filter(({ kind }) => kind === "light");
  const buzzers = signals.filter(({ kind }) => kind === "buzzer");
  let shown: number | undefined;
  let blinks = 0;
  let isBroken = false;
  let cancel = (): void => {};

  function give(some: readonly Signal[], ms: number): void {
    for (const signal of some)
      signal.give(ms).then(
        () => (isBroken = false),
        (error: unknown) => {
          if (!isBroken) log.warn({ err: error, signal: signal.kind }, "a signal could not be given");
          isBroken = true;
        },
      );
  }

  function beat(): void {
    const { step } = screen;
    if (step.step !== "open" || step.compartment !== shown || ++blinks > mostBlinks) return stop();
    // A light that points to no door in particular is for all of them; one for other doors would mislead.
    give(
      lights.filter(({ doors }) => doors.length === 0 || doors.includes(step.compartment)),
      blink.onMs,
    );
    const isReminder = step.isLeftOpen && blinks % blinksPerReminder === 0;
    if (blinks === 1 || isReminder) give(buzzers, toneMs);
  }

  function stop(): void {
    cancel();
    cancel = () => {};
  }

  function follow(): void {
    const { step } = screen;
    const open = step.step === "open" ? step.compartment : undefined;
    if (open === shown) return;
    stop();
    shown = open;
    blinks = 0;
    if (open === undefined) return;
    cancel = timers.every(blink.everyMs, beat);
    beat();
  }

  let unwatch = (): void => {};
  return {
    start(): void {
      if (signals.length === 0) return;
      unwatch = screen.watch(follow);
      follow();
    },
    stop(): void {
      unwatch();
      stop();
    },
  };
}
