// Part of the suite for every broker: who says too much, reads nothing or confirms nothing holds nobody else up (A10.6).
import assert from "node:assert/strict";
import { test } from "node:test";
import { sleep, systemTimers } from "@pigeonhole/kit/timers";
import { topic } from "@pigeonhole/protocol/topics";
import type { IClientOptions, MqttClient } from "mqtt";

interface Session extends AsyncDisposable {
  readonly client: MqttClient;
}
interface Given {
  /** The n-th station, connected. */
  readonly join: (n: number, options?: IClientOptions) => Promise<Session & { readonly id: string }>;
  readonly backend: () => Promise<Session & { readonly heard: readonly { readonly text: string }[] }>;
}
const pause = (ms: number) => sleep(systemTimers, ms);

export function floodTests({ join, backend }: Given): void {
  test("A10.6: a station that neither reads nor confirms holds nobody up, and what lies waiting for it has a bound", async () => {
    await using server = await backend();
    const kept: (() => void)[] = [];
    let received = 0;
    const hold: NonNullable<IClientOptions["customHandleAcks"]> = (_topic, _message, _packet, done) => {
      received++;
      kept.push(() => done(0));
    };
    await using stuck = await join(5, { customHandleAcks: hold });
    await using spared = await join(6);
    await stuck.client.subscribeAsync(topic(stuck.id, "desired"), { qos: 1 });
    await spared.client.subscribeAsync(topic(spared.id, "command"), { qos: 1 });
    let served = 0;
    spared.client.on("message", () => served++);
    const heavy = "x".repeat(60_000);
    for (let n = 0; n < 200; n++) {
      await server.client.publishAsync(topic(stuck.id, "desired"), heavy, { qos: 1 });
      if (n % 20 === 0) await server.client.publishAsync(topic(spared.id, "command"), "go on", { qos: 1 });
    }
    for (let n = 0; n < 100 && served < 10; n++) await pause(50);
    assert.equal(served, 10, "another one was held up");
    // What it reads when it wakes up is no more than may have waited.
    for (let n = 0; n < 20 && (kept.length > 0 || n < 4); n++) {
      for (const go of kept.splice(0)) go();
      await pause(50);
    }
    assert.ok(received <= 150, `${received} messages waited`);
    await using again = await join(7);
    assert.ok(again.client.connected);
  });

  test("A10.6: a station that says too much is not heard in place of others", async () => {
    await using server = await backend();
    await using loud = await join(8);
    await using quiet = await join(9);
    const said = Array.from({ length: 2_000 }, () =>
      loud.client.publishAsync(topic(loud.id, "heartbeat"), "noise", { qos: 1 }).catch(() => undefined),
    );
    // A broker that bounds what waits for the backend may drop a word; stations say it again, as the product's do.
    for (let n = 0; n < 100 && !server.heard.some(({ text }) => text === "word"); n++) {
      await quiet.client.publishAsync(topic(quiet.id, "heartbeat"), "word", { qos: 1 });
      await pause(20);
    }
    assert.ok(
      server.heard.some(({ text }) => text === "word"),
      "who speaks rarely is not heard",
    );
    await loud.client.endAsync(true);
    await Promise.all(said);
  });
}
