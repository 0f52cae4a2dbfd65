import type { Draw } from "@pigeonhole/sim/time/draw";
import { lineFaults, type LineFault } from "./line.ts";

/** `kill`: `kill -9`, and started again after a while. */
export type FaultKind = LineFault | "kill";
export const faultKinds: readonly FaultKind[] = [...lineFaults, "kill"];

/** One fault of a run, drawn before it begins. */
export interface Strike {
  readonly kind: FaultKind;
  /** The line or the process, by name. */
  readonly target: string;
  /** After the beginning of the run, and so long it lasts. Milliseconds. */
  readonly atMs: number;
  readonly forMs: number;
}

/** A fault begins so often, and lasts between these. Milliseconds. */
const every = 450;
const lasting = { line: [150, 4_000], kill: [50, 2_000] } as const;
/** How often each kind is drawn, of a hundred. */
const weights: Readonly<Record<FaultKind, number>> = {
  reset: 14,
  delay: 12,
  cut: 14,
  half_open: 12,
  one_way_up: 10,
  one_way_down: 10,
  slow: 10,
  kill: 18,
};

/** What strikes in a run. The same seed gives the same plan; what it strikes in the middle of is the machine's. */
export function planFaults(
  draw: Draw,
  { lines, processes }: { readonly lines: readonly string[]; readonly processes: readonly string[] },
  chaosMs: number,
): readonly Strike[] {
  const plan: Strike[] = [];
  for (let atMs = draw.waiting(every); atMs < chaosMs; atMs += draw.waiting(every)) {
    const kind = draw.weighted(weights);
    const [target, [least, most]] = kind === "kill" ? [draw.pick(processes), lasting.kill] : [draw.pick(lines), lasting.line];
    plan.push({ kind, target, atMs: Math.round(atMs), forMs: draw.between(least, most) });
  }
  return plan;
}
