import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, hex } from "../testing.ts";
import {
  lockNumber,
  oneFraming,
  oneReply,
  oneStatusRequest,
  readOne,
  readStatus,
  requestFraming,
  statusFraming,
  statusReply,
  statusRequest,
  unlockRequest,
} from "./frames.ts";

test("the published vectors of the 8A/80 board, byte for byte", () => {
  assert.equal(hex(unlockRequest(1, 1)), "8A 01 01 11 9B");
  assert.equal(hex(statusRequest(1)), "80 01 00 33 B2");
  assert.equal(hex(oneStatusRequest(1, 1)), "80 01 01 33 B3");
  const frame = bytes("80 01 01 01 01 33 B3");
  assert.equal(statusFraming(frame), 7);
  const { board, bits } = readStatus(frame);
  assert.deepEqual([board, bits.flatMap((bit, n) => (bit ? [n + 1] : []))], [1, [1, 9, 17]]);
  assert.deepEqual(statusReply(1, bits), frame);
});

test("open all is sound, and can not be made here", () => {
  assert.equal(requestFraming(bytes("8A 01 00 11 9A")), 5);
  // @ts-expect-error lock 0 is "all"
  assert.throws(() => unlockRequest(1, 0), /not one of 1\.\.24/);
  for (const wrong of [0, 25, -1, 1.5, Number.NaN, 256]) assert.throws(() => lockNumber(wrong));
});

test("what boards in the field say to an unlock: 00 open, 11 still closed", () => {
  const frame = bytes("8A 01 01 00 8A");
  assert.equal(oneFraming(frame), 5);
  assert.deepEqual(readOne(frame), { board: 1, lock: 1, isClosed: false, isUnlock: true });
  assert.deepEqual(oneReply(1, 1, false, true), frame);
  assert.equal(readOne(oneReply(1, 7, true, false)).isClosed, true);
});
