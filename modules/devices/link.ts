import type { Socket } from "node:net";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Log } from "@pigeonhole/kit/log";
import { within, type Timers } from "@pigeonhole/kit/timers";
import { topic, upFilters, type DownTopic } from "@pigeonhole/protocol/topics";
import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import type { Ca } from "./certificates.ts";
import { dispatcher, type Receive } from "./dispatch.ts";

/** After a lost connection the next attempt follows so soon. Milliseconds. */
const reconnectMs = 500;
const connectTimeoutMs = 5_000;
/** A message that the broker has not confirmed by then counts as not sent. Milliseconds. */
const publishMs = 1_000;

interface Needs {
  readonly mqttUrl: string;
  readonly ca: Ca;
  readonly newId: NewId;
  readonly timers: Timers;
  readonly log: Log;
}
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
  const dispatch = dispatcher(log);
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
      mine.on("message", (text, payload) => dispatch.take(receive, text, payload));
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
      await dispatch.settled();
    },
  };
}
