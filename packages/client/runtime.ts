// Where time and chance enter: what browsers, Deno, Bun and Node 20 all have.

/** What the client needs of the place where it runs; tests give another one. */
export interface Runtime {
  readonly fetch: typeof globalThis.fetch;
  readonly newKey: () => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** From 0 to below 1: clients that failed together do not come back together. */
  readonly chance: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

export const ownRuntime: Runtime = {
  fetch: (input, init) => globalThis.fetch(input, init),
  newKey: () => globalThis.crypto.randomUUID(),
  now: () => Date.now(),
  chance: () => Math.random(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const stop = (): void => {
        clearTimeout(timer);
        reject(signal!.reason as Error);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", stop);
        resolve();
      }, ms);
      signal?.addEventListener("abort", stop, { once: true });
    }),
};
