import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, hex } from "../testing.ts";
import { board, lockNumber, readReply, replyFraming, requestFraming, statusReply, statusRequest, unlockRequest } from "./frames.ts";

test("the published request vectors of the CU16, byte for byte", () => {
  assert.equal(hex(statusRequest(0)), "02 00 30 03 35");
  assert.equal(hex(unlockRequest(0, 0)), "02 00 31 03 36");
  assert.equal(hex(unlockRequest(0, 5)), "02 05 31 03 3B");
  // A collection of these vectors prints 45 as its last byte; the bytes before it add up to 46.
  assert.equal(hex(unlockRequest(1, 0)), "02 10 31 03 46");
});

test("the query of all boards that another driver sends is sound, and can not be made here", () => {
  assert.equal(requestFraming(bytes("02 00 32 03 37")), 5);
  // @ts-expect-error 15 is "all boards"
  assert.throws(() => statusRequest(15), /not one of 0\.\.14/);
  // @ts-expect-error a board has locks 0 to 15
  assert.throws(() => unlockRequest(0, 16), /not one of 0\.\.15/);
  for (const wrong of [-1, 1.5, Number.NaN, 15, 16, 255]) assert.throws(() => board(wrong));
  for (const wrong of [-1, 1.5, Number.NaN, 16, 256]) assert.throws(() => lockNumber(wrong));
});

test("a reply tells switches and sensors, the first lock in the lowest bit", () => {
  const frame = bytes("02 20 35 01 80 02 40 03 1D");
  assert.equal(replyFraming(frame), 9);
  const { board, doors, sensors } = readReply(frame);
  const set = (bits: readonly boolean[]): number[] => bits.flatMap((bit, n) => (bit ? [n + 1] : []));
  assert.deepEqual([board, set(doors), set(sensors)], [2, [1, 16], [2, 15]]);
  assert.deepEqual(statusReply(2, doors, sensors), frame);
  frame[4]! ^= 1;
  assert.equal(replyFraming(frame), -1, "a wrong sum");
});
