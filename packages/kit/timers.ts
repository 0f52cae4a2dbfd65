/** Waiting as an argument, so that a simulator can move time. */
export interface Timers {
  /** Calls `run` once after `ms` milliseconds; the returned function calls it off. */
  after(ms: number, run: () => void): () => void;
  /** Calls `run` every `ms` milliseconds until the returned function is called. */
  every(ms: number, run: () => void): () => void;
}

export const systemTimers: Timers = {
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  every: (ms, run) => {
    const timer = setInterval(run, ms);
    return () => clearInterval(timer);
  },
};

export const sleep = (timers: Timers, ms: number): Promise<void> => new Promise((resolve) => timers.after(ms, resolve));

/** Resolves with the promise, or with `undefined` when it has not settled after `ms`. The promise itself goes on. */
export async function within<T>(timers: Timers, ms: number, promise: Promise<T>): Promise<T | undefined> {
  let cancel = (): void => {};
  const late = new Promise<undefined>((resolve) => {
    cancel = timers.after(ms, () => resolve(undefined));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    cancel();
  }
}
