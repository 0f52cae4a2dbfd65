import type { Socket } from "node:net";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Log } from "@pigeonhole/kit/log";
import { within, type Timers } from "@pigeonhole/kit/timers";
import { parseTopic, topic, upFilters, upTopics, type DownTopic, type UpTopic } from "@pigeonhole/protocol/topics";
import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import type { Ca } from "./certificates.ts";

/** After a lost connection the next attempt follows so soon. Milliseconds. */
const reconnectMs = 500;
const connectTimeoutMs = 5_000;
/** A message that the broker has not confirmed by then counts as not sent. Milliseconds. */
const publishMs = 1_000;
/** Of one station at most so many messages wait to be worked on; further ones are dropped, and the station says them again. */
const maxWaiting = 100;

interface Needs {
  readonly mqttUrl: string;
  readonly ca: Ca;
  readonly newId: NewId;
  readonly timers: Timers;
  readonly log: Log;
}
/** Works on one message. What it throws is logged and does no further harm. */
export type Receive = (station: string, name: UpTopic, payload: Buffer) => Promise<void>;

/** The backend's connection to the broker. */
export interface Link {
  /** True while messages can be sent. */
  isUp(): boolean;
  /** Sends at once or not at all: false when the link is down or the broker does not confirm. */
  send(station: string, name: DownTopic, message: unknown): Promise<boolean>;
  /** Ends the station's session at any broker: takes its client id over and leaves. */
  cut(station: string): Promise<void>;
  start(receive: Receive): Promise<void>;
  stop(): Promise<void>;
}

export function createLink({ mqttUrl, ca, newId, timers, log }: Needs): Link {
  let client: MqttClient | undefined;
  // Without its subscriptions a link would send commands and miss the answers.
  let isSubscribed = false;
  const working = new Map<string, { tail: Promise<void>; waiting: number }>();
  const options = (clientId: string): IClientOptions =>
    ({
      clientId,
      clean: true,
      protocolVersion: 4,
      keepalive: 30,
      connectTimeout: connectTimeoutMs,
      queueQoSZero: false,
      resubscribe: false,
      reconnectPeriod: reconnectMs,
      rejectUnauthorized: true,
      ca: ca.ca.certificate,
      cert: ca.backend.certificate,
      key: ca.backend.key,
      minVersion: "TLSv1.3",
    }) as IClientOptions;

  const dispatch = (receive: Receive, text: string, payload: Buffer): void => {
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
    if (queue.waiting >= maxWaiting) return log.warn({ station: at.station, message: name }, "too many messages wait; this one is dropped");
    queue.waiting++;
    queue.tail = queue.tail.then(work).finally(() => {
      if (--queue.waiting === 0) working.delete(at.station);
    });
    working.set(at.station, queue);
  };

  return {
    isUp: () => client?.connected === true && isSubscribed,
    send: async (station, name, message) => {
      if (!client?.connected || !isSubscribed) return false;
      const sent = client.publishAsync(topic(station, name), JSON.stringify(message), { qos: 1 }).then(
        () => true,
        () => false,
      );
      return (await within(timers, publishMs, sent)) ?? false;
    },
    cut: async (station) => {
      const other = mqtt.connect(mqttUrl, { ...options(station), reconnectPeriod: 0 });
      const settled = new Promise<void>((resolve) => {
        other.once("connect", () => resolve());
        other.once("close", () => resolve());
        other.once("error", () => resolve());
      });
      await within(timers, connectTimeoutMs, settled);
      await other.endAsync(true);
    },
    start: async (receive) => {
      const mine = mqtt.connect(mqttUrl, options(`backend-${newId()}`));
      client = mine;
      mine.on("error", (error) => log.warn({ err: error }, "the link to the broker failed; it is tried again"));
      mine.on("message", (text, payload) => dispatch(receive, text, payload));
      const ready = new Promise<void>((resolve) => {
        mine.on("connect", () => {
          // Without it a round trip idles at 40 to 90 ms.
          (mine.stream as unknown as Socket).setNoDelay(true);
          mine.subscribeAsync([...upFilters], { qos: 1 }).then(
            () => {
              isSubscribed = true;
              log.info("the link to the broker is up");
              resolve();
            },
            (error: unknown) => {
              log.warn({ err: error }, "subscribing failed; the link begins again");
              mine.stream.destroy();
            },
          );
        });
        mine.on("close", () => {
          isSubscribed = false;
        });
      });
      // A broker that is not there yet is no reason not to start: the link comes up when it does.
      await within(timers, connectTimeoutMs, ready);
    },
    stop: async () => {
      const mine = client;
      client = undefined;
      await mine?.endAsync(true);
      await Promise.all([...working.values()].map((queue) => queue.tail));
    },
  };
}
