import type { Fired, LockReading } from "./lock-board.ts";

/** What became of one attempt to open one door. */
export type Opened =
  | { readonly outcome: "opened"; readonly tookMs: number }
  | {
      readonly outcome: "refused";
      readonly reason: Extract<Fired, { outcome: "refused" }>["reason"] | "door_stuck" | "no_answer";
    }
  | { readonly outcome: "unknown" };

interface Limits {
  /** So long a fired lock has to show at its switch. */
  readonly settleMs?: number;
  /** A lock has done what it will do after so long; a door still shut then is stuck. */
  readonly restMs?: number;
  /** Between two looks. */
  readonly pollMs?: number;
}

/** As much of a board, or of a whole cabinet, as one door needs. */
interface Board {
  open(lock: number): Promise<Fired>;
  status(wanted?: readonly number[]): Promise<ReadonlyMap<number, LockReading>>;
}

/**
 * Opens one door where nothing has to be durable: at commissioning, at a bench. The lock is fired at most once; a door that cannot be read before
 * is not fired at all, and what happened is for its switch to say.
 */
export async function openDoor(
  board: Board,
  lock: number,
  { settleMs = 1_500, restMs = 1_000, pollMs = 20 }: Limits = {},
): Promise<Opened> {
  const look = async () => (await board.status([lock]).catch(() => undefined))?.get(lock)?.door;
  const before = await look();
  if (before !== "closed") return { outcome: "refused", reason: before === undefined ? "no_answer" : "already_open" };
  // When the line fails while firing, the frame may have left all the same.
  const fired = await board.open(lock).catch(() => undefined);
  const firedAt = performance.now();
  const isRefused = fired?.outcome === "refused";
  let isShut = false;
  for (let askedAt = firedAt; askedAt < firedAt + settleMs; askedAt = performance.now()) {
    const door = await look();
    if (door === "open") return { outcome: "opened", tookMs: Math.round(performance.now() - firedAt) };
    // A look in the first moments proves nothing about where the door came to rest, unless the board says that it did not fire.
    isShut = door === "closed" && (isRefused || askedAt >= firedAt + restMs);
    if (isShut && isRefused) return { outcome: "refused", reason: fired.reason };
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  return isShut ? { outcome: "refused", reason: "door_stuck" } : { outcome: "unknown" };
}
