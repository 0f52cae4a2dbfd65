import type { Log } from "@pigeonhole/kit/log";
import { parseTopic, upTopics, type UpTopic } from "@pigeonhole/protocol/topics";

/** Of one station at most so many messages wait to be worked on; further ones are dropped, and the station says them again. */
const maxWaiting = 100;

/** Works on one message. What it throws is logged and does no further harm. */
export type Receive = (station: string, name: UpTopic, payload: Buffer) => Promise<void>;

/** In which order the messages that come over whatever line are worked on. */
export function dispatcher(log: Log) {
  const working = new Map<string, { tail: Promise<void>; waiting: number }>();
  return {
    take(receive: Receive, text: string, payload: Buffer): void {
      const at = parseTopic(text);
      const name = upTopics.find((known) => known === at?.name);
      if (!at || !name) return;
      const work = (): Promise<void> =>
        receive(at.station, name, payload).catch((error: unknown) =>
          log.warn({ err: error, station: at.station, message: name }, "a station's message could not be worked on"),
        );
      // A person waits for these two; all else of one station goes in order, one after the other.
      if (name === "ask" || name === "result") return void work();
      const queue = working.get(at.station) ?? { tail: Promise.resolve(), waiting: 0 };
      if (queue.waiting >= maxWaiting)
        return log.warn({ station: at.station, message: name }, "too many messages wait; this one is dropped");
      queue.waiting++;
      queue.tail = queue.tail.then(work).finally(() => {
        if (--queue.waiting === 0) working.delete(at.station);
      });
      working.set(at.station, queue);
    },
    /** Everything that waits has been worked on. */
    settled: async (): Promise<void> => {
      await Promise.all([...working.values()].map((queue) => queue.tail));
    },
  };
}
