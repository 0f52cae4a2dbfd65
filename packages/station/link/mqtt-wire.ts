import type { Log } from "@pigeonhole/kit/log";
import type { Random } from "@pigeonhole/kit/random";
import type { Timers } from "@pigeonhole/kit/timers";
import { downTopics, topic } from "@pigeonhole/protocol/topics";
import { connect, type MqttClient } from "mqtt";
import { backoffMs } from "./backoff.ts";
import { readMessage } from "./read-message.ts";
import type { Wire } from "./wire.ts";

interface Options {
  readonly url: string;
  readonly station: string;
  /** PEM. */
  readonly key: string;
  /** The one to use for the next connection. */
  readonly certificate: () => string;
  readonly ca: string;
  /** Sent by the broker when the connection breaks. */
  readonly will: unknown;
  /** A sign of life so often when nothing else is said. Seconds; the broker allows 120. */
  readonly keepaliveSeconds?: () => number | undefined;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
}

const usualKeepaliveSeconds = 15;
const connectTimeoutMs = 10_000;

/**
 * MQTT 3.1.1 over TLS 1.3 with a client certificate. A clean session every time: what was sent while the station was away is not delivered
 * late, it is told anew after `hello`.
 */
export function mqttWire({
  url,
  station,
  key,
  certificate,
  ca,
  will,
  keepaliveSeconds = () => undefined,
  timers,
  random,
  log,
}: Options): Wire {
  let client: MqttClient | undefined;
  let failures = 0;
  let isStopped = false;
  let cancel = (): void => {};

  function open(on: Parameters<Wire["start"]>[0]): void {
    if (isStopped) return;
    let isUp = false;
    const tls = { key, cert: certificate(), ca, minVersion: "TLSv1.3", rejectUnauthorized: true };
    const mine = connect(url, {
      ...tls,
      clientId: station,
      clean: true,
      protocolVersion: 4,
      keepalive: keepaliveSeconds() ?? usualKeepaliveSeconds,
      connectTimeout: connectTimeoutMs,
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      will: { topic: topic(station, "presence"), payload: Buffer.from(JSON.stringify(will)), qos: 1, retain: false },
    });
    client = mine;
    mine.on("connect", () => {
      // Nagle's algorithm and delayed acknowledgement together make each round trip idle for 40-90 ms.
      (mine.stream as { setNoDelay?: (on: boolean) => void }).setNoDelay?.(true);
      mine.subscribe(
        downTopics.map((name) => topic(station, name)),
        { qos: 1 },
        (error, granted) => {
          if (error || granted?.some(({ qos }) => qos === 128)) {
            log.warn({ err: error ?? undefined }, "the broker refused our own topics");
            mine.end(true);
            return;
          }
          isUp = true;
          failures = 0;
          on.up();
        },
      );
    });
    mine.on("message", (name, payload) => {
      const read = readMessage(station, name, payload);
      if (typeof read === "string") log.warn({ topic: name, bytes: payload.length, why: read }, "a message was left aside");
      else on.message(read.name, read.content);
    });
    mine.on("error", (error) => log.warn({ err: error }, "the connection to the backend failed"));
    mine.once("close", () => {
      mine.end(true);
      if (isUp) on.down();
      if (!isStopped) cancel = timers.after(backoffMs(failures++, random), () => open(on));
    });
  }

  return {
    start: open,
    async publish(name, content) {
      if (!client?.connected) throw new Error("the station is not connected");
      await client.publishAsync(topic(station, name), JSON.stringify(content), { qos: 1 });
    },
    renew() {
      client?.end(true);
    },
    async stop() {
      isStopped = true;
      cancel();
      await client?.endAsync(true).catch(() => undefined);
    },
  };
}
