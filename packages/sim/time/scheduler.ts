import { AsyncLocalStorage } from "node:async_hooks";
import { Heap, type Entry } from "./heap.ts";

/**
 * One thing at a time, in virtual time. An event is run, then everything that follows from it is awaited: promises, and work outside of this
 * process that was announced (`outside`), such as a query. Only when nothing moves any more the next event begins. So the order of all that
 * happens follows from the seed alone, although the code under test is asynchronous.
 */
export interface Scheduler {
  /** The world's true time, in milliseconds since 1970. Each clock in it has its own opinion. */
  readonly nowMs: number;
  /** Runs it at that time; the returned function calls it off. `isRecurring`: work that by itself keeps nobody awake. */
  at(ms: number, what: string, run: () => unknown, isRecurring?: boolean): () => void;
  after(ms: number, what: string, run: () => unknown, isRecurring?: boolean): () => void;
  /** Something outside is asked; its answer comes by itself, in this turn. */
  outside<T>(work: Promise<T>): Promise<T>;
  /** Runs until `isOver`, or until nothing is left. */
  run(isOver: () => boolean): Promise<void>;
  /** Lets everything that moves come to rest. */
  settle(): Promise<void>;
  /** The event that the present code descends from. */
  task(): object | undefined;
  /** Asked when all rests: whether something that waits in vain has been moved. */
  onRest(move: () => boolean): void;
  readonly events: number;
}

/** Where nothing but recurring work is due for so long, everything sleeps until shortly before the next thing that matters. Milliseconds. */
const napMs = 45_000;
/** Recurring work is done once, so long before the world wakes. Milliseconds. */
const wakeMs = 3_000;

export function scheduler(startMs: number, trace: (what: string) => void = () => {}): Scheduler {
  const [matters, recurring] = [new Heap(), new Heap()];
  const tasks = new AsyncLocalStorage<object>();
  const movers: (() => boolean)[] = [];
  let nowMs = startMs;
  let order = 0;
  let pending = 0;
  let events = 0;
  let wake = (): void => {};

  function add(ms: number, what: string, run: () => unknown, isRecurring = false): () => void {
    const entry: Entry = { ms: Math.max(ms, nowMs), order: order++, what, run, isOff: false };
    (isRecurring ? recurring : matters).push(entry);
    return () => {
      entry.isOff = true;
    };
  }

  async function settle(): Promise<void> {
    for (let quiet = 0; quiet < 2;) {
      if (pending > 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        quiet = 0;
      }
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (pending > 0) quiet = 0;
      else if (++quiet === 2 && movers.some((move) => move())) quiet = 0;
    }
  }

  /** The next event. Before a long time in which nobody does anything, all recurring work is put off to its end. */
  function next(): Entry | undefined {
    const [one, other] = [matters.top(), recurring.top()];
    if (!one || !other) return one ? matters.pop() : recurring.pop();
    if (one.ms - nowMs > napMs && other.ms < one.ms - wakeMs) {
      recurring.notBefore(one.ms - wakeMs, wakeMs / 2);
      return recurring.pop();
    }
    return other.ms < one.ms || (other.ms === one.ms && other.order < one.order) ? recurring.pop() : matters.pop();
  }

  return {
    get nowMs() {
      return nowMs;
    },
    get events() {
      return events;
    },
    at: add,
    after: (ms, what, run, isRecurring) => add(nowMs + Math.max(0, ms), what, run, isRecurring),
    async outside(work) {
      pending++;
      try {
        return await work;
      } finally {
        pending--;
        if (pending === 0) wake();
      }
    },
    settle,
    task: () => tasks.getStore(),
    onRest: (move) => void movers.push(move),
    async run(isOver) {
      await settle();
      while (!isOver()) {
        const entry = next();
        if (!entry) return;
        entry.isOff = true;
        nowMs = Math.max(nowMs, entry.ms);
        events++;
        trace(entry.what);
        tasks.run(entry, () => void entry.run());
        await settle();
      }
    },
  };
}
