import assert from "node:assert/strict";
import { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { test } from "node:test";
import { framed } from "./mqtt-framing.ts";

/** A line whose far end writes as it likes, and time that the test moves. */
function line() {
  let at = 0;
  const waiting: { dueMs: number; run: () => void }[] = [];
  const socket = new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() });
  const stream = framed(socket as unknown as TLSSocket, {
    packetBytes: 100_000,
    packetsPerSecond: 10,
    burst: 20,
    bytesPerSecond: 10_000,
    burstBytes: 50_000,
    monotonic: () => at,
    timers: {
      after: (ms, run) => {
        waiting.push({ dueMs: at + ms, run });
        return () => {};
      },
      every: () => () => {},
    },
  });
  stream.resume();
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    isHeld: () => socket.isPaused(),
    async write(...packets: number[]) {
      for (const size of packets) {
        const length =
          size < 128
            ? [size]
            : size < 16_384
              ? [(size % 128) | 0x80, size >> 7]
              : [(size % 128) | 0x80, ((size >> 7) % 128) | 0x80, size >> 14];
        socket.push(Buffer.concat([Buffer.from([0x30, ...length]), Buffer.alloc(size)]));
      }
      await settle();
    },
    async pass(ms: number) {
      at += ms;
      for (const each of waiting.splice(0)) (each.dueMs <= at ? each.run : () => waiting.push(each))();
      await settle();
    },
  };
}

test("A10.6: whoever sends more packets than its pace is read more slowly, and read on afterwards", async () => {
  const mine = line();
  await mine.write(...Array.from({ length: 20 }, () => 10));
  assert.equal(mine.isHeld(), false, "the burst is free");
  await mine.write(...Array.from({ length: 10 }, () => 10));
  assert.equal(mine.isHeld(), true);
  await mine.pass(500);
  assert.equal(mine.isHeld(), true, "ten too many wait a second");
  await mine.pass(600);
  assert.equal(mine.isHeld(), false);
});

test("A10.6: few packets that are heavy count by their bytes, and another line is not held for it", async () => {
  const [mine, other] = [line(), line()];
  await mine.write(60_000);
  await other.write(100);
  assert.deepEqual([mine.isHeld(), other.isHeld()], [true, false]);
  await mine.pass(1_100);
  assert.equal(mine.isHeld(), false);
});
