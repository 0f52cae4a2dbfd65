import assert from "node:assert/strict";
import type { Monotonic, Now } from "@pigeonhole/kit/clock";
import type { Log } from "@pigeonhole/kit/log";
import { sleep, type Timers } from "@pigeonhole/kit/timers";
import type { DoorReading, LockReading, Locks } from "@pigeonhole/lock-boards/lock-board";
import type { QuarantineReason } from "@pigeonhole/protocol/reasons";
import type { Cabinet } from "../cabinet/cabinet.ts";
import type { Intent } from "../store/intents.ts";
import type { Store } from "../store/store.ts";

/** After so long an open door counts as left open: it is reported, and no longer keeps others from theirs. Milliseconds. */
export const leftOpenMs = 60_000;
/** So long a fired lock has to show at its switch. With 300 ms for everything before, a code opens within 2 s (A6.1). Milliseconds. */
const settleMs = 1_500;
/** A lock has done what it will do after so long; a door still shut then is stuck. Milliseconds. */
const restMs = 1_000;
/** A door that opens so long after its lock was fired in vain was opened by that lock, not by a crowbar. Milliseconds. */
const belatedMs = 10_000;
const pollMs = { opening: 20, open: 100, closed: 200 } as const;
/** One reply may be lost on a noisy line; after so many in a row the doors of its board are unknown. */
const missesAllowed = 3;
/** A door that opens by itself so soon after it was shut was not held by its lock (I-24). Milliseconds. */
const latchedMs = 10_000;
/** What a sensor says against the record has to be seen in so many looks in a row: goods move, sensors flicker. */
const looksThatCount = 3;
/** Rounds at the start before doors that no board answers for count as unknown. */
const firstRounds = 5;

export type Outcome = { readonly outcome: "opened" } | { readonly outcome: "refused" | "unknown"; readonly reason: string };
/** What the rest of the station is told after it is durable. */
export type DoorNews =
  | { readonly kind: "settled"; readonly intent: Intent; readonly outcome: Outcome }
  | { readonly kind: "closed"; readonly compartment: number }
  | { readonly kind: "moved" | "left_open" | "forced"; readonly compartment: number };
export interface DoorView {
  readonly compartment: number;
  readonly door: DoorReading | "unknown";
  readonly readAt: Date | null;
}

interface Needs {
  readonly board: Locks;
  readonly store: Store;
  readonly cabinet: Cabinet;
  readonly now: Now;
  readonly monotonic: Monotonic;
  readonly timers: Timers;
  readonly log: Log;
  /** A lock is about to be fired. */
  readonly firing: () => void;
  /** What an outcome and a closing mean for what lies inside; both inside the transaction that records them. */
  readonly settled: (intent: Intent, outcome: Outcome, at: Date) => void;
  readonly closed: (compartment: number, isOccupied: boolean | null, at: Date) => void;
  /** A door was opened without a right, or was not held by its lock; inside the transaction that records it. */
  readonly forced: (compartment: number, isReleased: boolean, at: Date) => void;
  /** Why the record and a sensor that looks into a closed compartment contradict each other; null when they do not. */
  readonly contradiction: (compartment: number, isOccupied: boolean) => QuarantineReason | null;
  /** They have contradicted each other for long enough. */
  readonly contradicted: (compartment: number, reason: QuarantineReason, at: Date) => void;
  readonly tell: (news: DoorNews) => void;
}

/** The doors: one at a time; the intent is durable before the lock is fired, a lock is fired once per intent, and only the switch says what happened. */
export function doors(needs: Needs) {
  const { board, store, cabinet, now, monotonic, timers, log, firing, settled, closed, forced, contradiction, contradicted, tell } = needs;
  const known = new Map(store.doors.all().map((d) => [d.compartment, { door: d.door, isTold: d.isTold }]));
  const readAt = new Map<number, Date>();
  const occupied = new Map<number, boolean | null>();
  const missed = new Map<number, number>();
  const openSince = new Map<number, number>();
  const closedSince = new Map<number, number>();
  const doubts = new Map<number, number>();
  let current: { readonly intent: Intent; isSettled: boolean } | undefined;
  let isStopped = false;
  let isBoardLost = false;
  let cancel = (): void => {};

  /** One look at all switches. What changed becomes durable before anybody hears of it. Answers what was read. */
  async function round(): Promise<ReadonlyMap<number, LockReading>> {
    const used = (cabinet.desired?.compartments ?? []).map(({ compartment }) => compartment);
    const status = await board.status(used).then(
      (read) => {
        if (isBoardLost) log.info("the lock board can be read again");
        isBoardLost = false;
        return read;
      },
      (error: unknown) => {
        if (!isBoardLost) log.error({ err: error }, "the lock board can not be read");
        isBoardLost = true;
        return new Map<number, LockReading>();
      },
    );
    if (isStopped) return status;
    const at = now();
    for (const { compartment } of cabinet.desired?.compartments ?? []) {
      const read = status.get(compartment);
      const reading = read?.door;
      const wasRead = readAt.has(compartment);
      const misses = reading === undefined ? (missed.get(compartment) ?? 0) + 1 : 0;
      missed.set(compartment, misses);
      if (reading !== undefined) readAt.set(compartment, at);
      else if (misses >= missesAllowed) readAt.delete(compartment);
      if (read !== undefined) occupied.set(compartment, read.occupied);
      if (wasRead !== readAt.has(compartment)) tell({ kind: "moved", compartment });
      if (reading === undefined) continue;
      const before = known.get(compartment);
      if (reading === "closed" && before?.door === "closed") compare(compartment, read!, at);
      else doubts.delete(compartment);
      if (before?.door === reading) checkLeftOpen(compartment, before.isTold);
      else if (reading === "closed") sawClosed(compartment, at, before !== undefined);
      else sawOpen(compartment, at);
    }
    return status;
  }

  /** After the change is durable: what failed to be written is seen and written again in the next round. */
  function remember(compartment: number, door: DoorReading): void {
    known.set(compartment, { door, isTold: false });
    if (door === "open") openSince.set(compartment, monotonic());
    else openSince.delete(compartment);
    closedSince.delete(compartment);
  }

  /** What is so by the record, and what sensors see: goods, and a bolt that is not home behind a closed door (I-24). Nobody guesses which of them is right. */
  function compare(compartment: number, { occupied: isOccupied, latched }: LockReading, at: Date): void {
    const isMoving = current?.intent.compartment === compartment;
    const isLoose = latched === false && !store.quarantine.has(compartment);
    const reason = isMoving ? null : isLoose ? "lock_released" : isOccupied === null ? null : contradiction(compartment, isOccupied);
    if (reason === null) return void doubts.delete(compartment);
    const looks = (doubts.get(compartment) ?? 0) + 1;
    doubts.set(compartment, looks);
    if (looks < looksThatCount) return;
    doubts.delete(compartment);
    cabinet.change(() => contradicted(compartment, reason, at));
    log.warn({ compartment, reason }, "a sensor contradicts the record");
    tell({ kind: "moved", compartment });
  }

  function sawClosed(compartment: number, at: Date, wasKnown: boolean): void {
    cabinet.change(() => {
      store.doors.put(compartment, "closed", at);
      if (!wasKnown) return;
      store.journal.append({ type: "compartment_closed", compartment }, at);
      closed(compartment, occupied.get(compartment) ?? null, at);
    });
    remember(compartment, "closed");
    if (!wasKnown) return;
    closedSince.set(compartment, monotonic());
    tell({ kind: "closed", compartment });
  }

  function sawOpen(compartment: number, at: Date): void {
    const latest = store.intents.latest(compartment);
    const isOurs =
      latest !== undefined &&
      (latest.outcome === null ||
        latest.outcome === "unknown" ||
        (latest.outcome === "refused" && at.getTime() - new Date(latest.at).getTime() < belatedMs));
    if (isOurs) {
      settle(latest, { outcome: "opened" }, at);
      return;
    }
    const shutAt = closedSince.get(compartment);
    const isReleased = shutAt !== undefined && monotonic() - shutAt < latchedMs;
    cabinet.change(() => {
      store.doors.put(compartment, "open", at);
      store.journal.append({ type: "compartment_opened", compartment, cause: { kind: "forced" } }, at);
      forced(compartment, isReleased, at);
    });
    remember(compartment, "open");
    log.warn({ compartment }, "a door was opened without a right");
    tell({ kind: "forced", compartment });
  }

  function checkLeftOpen(compartment: number, isTold: boolean): void {
    if (known.get(compartment)!.door !== "open" || isTold) return;
    if (!openSince.has(compartment)) openSince.set(compartment, monotonic());
    const openMs = monotonic() - openSince.get(compartment)!;
    if (openMs >= leftOpenMs) tellLeftOpen(compartment, openMs);
  }

  function tellLeftOpen(compartment: number, openMs: number): void {
    cabinet.change(() => {
      store.doors.told(compartment);
      store.journal.append({ type: "door_left_open", compartment, seconds: Math.round(openMs / 1_000) }, now());
    });
    known.set(compartment, { door: "open", isTold: true });
    tell({ kind: "left_open", compartment });
  }

  function settle(intent: Intent, outcome: Outcome, at: Date): void {
    const { compartment, cause } = intent;
    const reason = outcome.outcome === "opened" ? null : outcome.reason;
    cabinet.change(() => {
      store.intents.settle(intent.id, outcome.outcome, reason);
      if (outcome.outcome === "opened") {
        store.doors.put(compartment, "open", at);
        store.journal.append({ type: "compartment_opened", compartment, cause }, at);
      } else store.journal.append({ type: "open_failed", compartment, outcome: outcome.outcome, reason: outcome.reason, cause }, at);
      settled(intent, outcome, at);
    });
    if (outcome.outcome === "opened") remember(compartment, "open");
    if (current?.intent.id === intent.id) current.isSettled = true;
    tell({ kind: "settled", intent, outcome });
  }

  /** Why a door may not be opened now, and which door is in the way; null when it may. */
  function obstacle(
    compartment: number,
  ): { readonly reason: "busy" | "door_open" | "out_of_service" | "no_such_compartment"; readonly compartment: number } | null {
    if (!cabinet.desired?.compartments.some((c) => c.compartment === compartment)) return { reason: "no_such_compartment", compartment };
    if (current) return { reason: "busy", compartment: current.intent.compartment };
    // A door whose board is silent would leave everybody guessing: its compartment is out of service until the board answers again.
    if (!readAt.has(compartment)) return { reason: "out_of_service", compartment };
    for (const [other, { door, isTold }] of known) {
      if (door === "open" && readAt.has(other) && (other === compartment || !isTold)) return { reason: "door_open", compartment: other };
    }
    return null;
  }

  /** Opens one door. `prepare` runs in the transaction of the intent: what must be durable before the lock is fired. */
  async function open(wish: Omit<Intent, "at" | "outcome">, prepare: () => void): Promise<Outcome> {
    assert.equal(obstacle(wish.compartment), null, "the caller asks for obstacles first, in the same turn");
    const intent: Intent = { ...wish, at: now().toISOString(), outcome: null };
    const opening = { intent, isSettled: false };
    current = opening;
    try {
      cabinet.change(() => {
        prepare();
        store.intents.add(intent);
      });
      firing();
      const fired = await board.open(intent.compartment).catch((error: unknown) => {
        // The frame may have left all the same. Only the switch knows.
        log.error({ err: error, compartment: intent.compartment }, "the lock board failed while firing");
        return undefined;
      });
      const firedAt = monotonic();
      const refusal = fired?.outcome === "refused" ? fired.reason : undefined;
      // What a board says that it did not do is looked at all the same, but the door need not come to rest first.
      const provesAfter = refusal === undefined ? firedAt + restMs : firedAt;
      let isProvenShut = false;
      while (!opening.isSettled && monotonic() < firedAt + settleMs && !isStopped) {
        const askedAt = monotonic();
        const status = await round();
        // A look in the first moments, or one begun before the lock was fired, proves nothing about where the door came to rest.
        if (askedAt >= provesAfter) isProvenShut = status.get(intent.compartment)?.door === "closed";
        if (isProvenShut && refusal !== undefined) break;
        if (!opening.isSettled) await sleep(timers, pollMs.opening);
      }
      if (opening.isSettled) return { outcome: "opened" };
      if (isStopped) return { outcome: "unknown", reason: "stopping" };
      const outcome: Outcome = isProvenShut
        ? { outcome: "refused", reason: refusal ?? "door_stuck" }
        : { outcome: "unknown", reason: "no_answer" };
      settle(intent, outcome, now());
      return outcome;
    } finally {
      current = undefined;
    }
  }

  function pollLater(): void {
    if (isStopped) return;
    cancel = timers.after(openSince.size > 0 ? pollMs.open : pollMs.closed, () => {
      const look = current ? Promise.resolve() : round();
      look.catch((error: unknown) => log.error({ err: error }, "doors could not be recorded")).finally(pollLater);
    });
  }

  return {
    open,
    obstacle,
    /** Reads all doors, settles what a crash left unsettled (opened if the door stands open, else unknown), then keeps watching. */
    async start(): Promise<void> {
      for (let i = 0; i < firstRounds; i++) {
        await round();
        if ((cabinet.desired?.compartments ?? []).every(({ compartment }) => readAt.has(compartment))) break;
        await sleep(timers, pollMs.open);
      }
      for (const intent of store.intents.pending()) settle(intent, { outcome: "unknown", reason: "restarted" }, now());
      pollLater();
    },
    views: (): DoorView[] =>
      (cabinet.desired?.compartments ?? []).map(({ compartment }) => ({
        compartment,
        door: readAt.has(compartment) ? known.get(compartment)!.door : "unknown",
        readAt: readAt.get(compartment) ?? null,
      })),
    isClosed: (compartment: number): boolean => readAt.has(compartment) && known.get(compartment)?.door === "closed",
    /** Whether a sensor sees something in the compartment; null where no sensor looks, or its board does not answer: nobody knows. */
    occupied: (compartment: number): boolean | null => (readAt.has(compartment) ? (occupied.get(compartment) ?? null) : null),
    /** Somebody says that this open door will not shut: it is reported now, and keeps nobody else from theirs. */
    giveUpOn(compartment: number): void {
      const state = known.get(compartment);
      if (state?.door === "open" && !state.isTold) tellLeftOpen(compartment, monotonic() - (openSince.get(compartment) ?? monotonic()));
    },
    openDoors: (): number[] => [...known].filter(([, { door }]) => door === "open").map(([compartment]) => compartment),
    leftOpen: (): number[] => [...known].filter(([, { door, isTold }]) => door === "open" && isTold).map(([compartment]) => compartment),
    isBusy: (): boolean => current !== undefined,
    stop(): void {
      isStopped = true;
      cancel();
    },
  };
}
export type Doors = ReturnType<typeof doors>;
