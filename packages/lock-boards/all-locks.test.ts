// No driver can say "all locks" or "all boards", whatever it is asked for.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { frameParser } from "./framing.ts";
import { modelNames, models, type ModelName } from "./models.ts";
import { simulatedBoard } from "./simulated.ts";
import { bench } from "./testing.ts";

const modelAndPlace = fc.constantFrom<ModelName[]>(...modelNames).chain((model) =>
  fc.record({
    model: fc.constant(model),
    address: fc.integer({ min: models[model].addresses.first, max: models[model].addresses.last }),
    // Also what no caller should ask for.
    locks: fc.array(
      fc.oneof(fc.integer({ min: -2, max: 60 }), fc.constantFrom(0x30, 0x31, 0xff, 0x100, 0x130, 1.5, Number.NaN, -0, 2 ** 31)),
      { minLength: 1, maxLength: 6 },
    ),
  }),
);

test("whatever lock is asked for, the wire carries at most one unlock of one lock of one board (LOCKNUM 30, ADDR 0A, LOCK 00, WKLY 86 never)", async () => {
  await fc.assert(
    fc.asyncProperty(modelAndPlace, async ({ model, address, locks }) => {
      const { board, written } = bench(model, { address, quirks: { replyTimeoutMs: 20 } });
      for (const lock of locks) {
        written.length = 0;
        const isLock = Number.isInteger(lock) && lock >= 1 && lock <= board.locks;
        if (!isLock) {
          await assert.rejects(board.open(lock), /on no board/);
          assert.equal(written.length, 0);
          continue;
        }
        const fired = await board.open(lock);
        // Asked twice, it reads the door instead.
        const expected = fired.outcome === "refused" ? [] : [`${address} open ${lock}`];
        assert.ok(expected.length === 1 || locks.indexOf(lock) < locks.lastIndexOf(lock));
        // Every board that exists hears every byte: exactly the one that was meant obeys.
        const { first, last } = models[model].addresses;
        const obeyed: string[] = [];
        for (let at = first; at <= last; at++) {
          const { voice } = simulatedBoard(model, at);
          const parser = frameParser(voice.framing, (frame) => {
            const request = voice.hear(frame, at);
            if (request?.kind === "open" || request?.kind === "open_all")
              obeyed.push(`${at} ${request.kind} ${"lock" in request ? request.lock : ""}`);
          });
          for (const frame of written) parser.push(frame);
        }
        assert.deepEqual(obeyed, expected);
      }
    }),
    { numRuns: 150 },
  );
});

test("an address that means every board makes no driver", () => {
  const everybody: Readonly<Record<ModelName, readonly number[]>> = {
    cu48: [0x0a, 10, 255],
    cu16: [15, 0xf0],
    "8a80": [0, 0xff],
    winnsen: [5, 0xff],
    wkly: [32, 0xff],
    relay8: [0, 248],
    relay16: [0, 255],
    relay32: [0, 256],
  };
  for (const model of modelNames)
    for (const address of everybody[model]) assert.throws(() => bench(model, { address }).board, /is not one of/, `${model} ${address}`);
});

test("a simulated board does obey 'all', so that the tests above would see it", () => {
  const all: readonly (readonly [ModelName, number, string])[] = [
    ["cu48", 0, "020030510386"],
    ["cu48", 3, "020a30510390"],
    ["cu16", 0, "0200330338"],
    ["8a80", 1, "8a0100119a"],
    ["wkly", 0, "574b4c5908008687"],
    ["relay8", 1, "010500fffffffc4a"],
  ];
  for (const [model, address, frame] of all) {
    const board = simulatedBoard(model, address);
    const heard: Uint8Array[] = [];
    frameParser(board.voice.framing, (sound) => heard.push(sound)).push(Buffer.from(frame, "hex"));
    for (const sound of heard) board.obey(sound);
    assert.equal(board.fired.length, models[model].locks, `${model} ${frame}`);
  }
});
