/** A screen that nobody touches goes back to the beginning; a warning comes first. Seconds. */
export const idleSeconds = { warn: 30, over: 45 } as const;
/** Typed digits do not stay for the next person. Seconds. */
export const digitsSeconds = 20;

/** `away`: there is nothing to leave, or it must not be left (a door is open). */
export type Idle = { readonly phase: "away" } | { readonly phase: "here" | "warned" | "over"; readonly touchedAtMs: number };

export type IdleEvent =
  /** What is on the screen changed; `mayLeave` says whether it goes away by itself. */
  | { readonly kind: "shown"; readonly mayLeave: boolean; readonly atMs: number }
  | { readonly kind: "touched"; readonly atMs: number }
  | { readonly kind: "ticked"; readonly atMs: number };

/** The next state of the idle clock. Half-open: at exactly 30 s it warns, at exactly 45 s it is over. */
export function passed(idle: Idle, event: IdleEvent): Idle {
  if (event.kind === "shown") return event.mayLeave ? { phase: "here", touchedAtMs: event.atMs } : { phase: "away" };
  if (idle.phase === "away" || idle.phase === "over") return idle;
  if (event.kind === "touched") return { phase: "here", touchedAtMs: event.atMs };
  const seconds = (event.atMs - idle.touchedAtMs) / 1_000;
  const phase = seconds >= idleSeconds.over ? "over" : seconds >= idleSeconds.warn ? "warned" : "here";
  return phase === idle.phase ? idle : { phase, touchedAtMs: idle.touchedAtMs };
}

/** Whole seconds that are left before it is over. */
export const secondsLeft = (touchedAtMs: number, nowMs: number): number =>
  Math.max(0, Math.ceil(idleSeconds.over - (nowMs - touchedAtMs) / 1_000));
