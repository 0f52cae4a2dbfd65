import { frameParser, type Framing } from "./framing.ts";
import type { Transport } from "./transport.ts";

/** What is waited for after a request. */
export interface Expected<T> {
  readonly framing: Framing;
  /** What a sound frame answers; undefined when it answers something else: another board, another lock, an earlier question. */
  readonly read: (frame: Uint8Array) => T | undefined;
  /** Silence after which nothing is expected any more. Milliseconds. */
  readonly timeoutMs: number;
}

/** One line of boards, RS-485: half duplex, so one exchange at a time, in the order asked. */
export interface Line {
  /** Sends a frame that has no reply. Resolves when its last byte has left; rejects when the line is gone. `gapMs` is kept free before the next frame. */
  tell(request: Uint8Array, gapMs: number): Promise<void>;
  /** Sends a frame and answers its reply, or undefined after silence. Rejects when the line is gone. */
  ask<T>(request: Uint8Array, expected: Expected<T>, gapMs: number): Promise<T | undefined>;
  close(): Promise<void>;
}

/** After silence the line is left alone for so long, so that a late reply falls into the pause and answers nobody's next question. Milliseconds. */
const usualLateMs = 30;

/** The requests of all boards on one transport, one after the other. */
export function line(transport: Transport, lateMs = usualLateMs): Line {
  let hear: (chunk: Uint8Array) => void = () => {};
  let lost: Error | undefined;
  let quietUntil = 0;
  let last: Promise<unknown> = Promise.resolve();
  // What arrives while nobody has asked is late or noise: it must not count as fresh.
  transport.onData((chunk) => hear(chunk));
  transport.onClose((cause) => {
    lost = new Error("the lock line is closed", cause && { cause });
  });

  function exchange<T>(gapMs: number, work: () => Promise<T>): Promise<T> {
    const next = last.then(async () => {
      if (lost) throw lost;
      const pause = quietUntil - performance.now();
      if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
      try {
        return await work();
      } finally {
        quietUntil = Math.max(quietUntil, performance.now() + gapMs);
      }
    });
    last = next.catch(() => undefined);
    return next;
  }

  return {
    tell: (request, gapMs) => exchange(gapMs, () => transport.write(request)),
    ask: <T>(request: Uint8Array, { framing, read, timeoutMs }: Expected<T>, gapMs: number) =>
      exchange<T | undefined>(gapMs, async () => {
        let timer: ReturnType<typeof setTimeout> | undefined;
        const answer = new Promise<T | undefined>((resolve) => {
          const parser = frameParser(framing, (frame) => {
            const answered = read(frame);
            if (answered !== undefined) resolve(answered);
          });
          hear = (chunk) => parser.push(chunk);
          timer = setTimeout(() => {
            quietUntil = performance.now() + lateMs;
            resolve(undefined);
          }, timeoutMs);
        });
        try {
          await transport.write(request);
          return await answer;
        } finally {
          clearTimeout(timer);
          hear = () => {};
        }
      }),
    close: () => transport.close(),
  };
}
