import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { address, lockNumber, parseReply, replyFraming, statusReply, statusRequest, unlockRequest, type StatusReply } from "./frames.ts";
import { sum } from "../bytes.ts";
import { frameParser } from "../framing.ts";

const bytes = (hex: string): Uint8Array => Uint8Array.from(hex.split(" "), (byte) => Number.parseInt(byte, 16));
const hex = (data: Uint8Array): string =>
  Buffer.from(data)
    .toString("hex")
    .toUpperCase()
    .replace(/..(?!$)/g, "$& ");
const closed = (reply: StatusReply | undefined): number[] => (reply?.bits ?? []).flatMap((bit, lock) => (bit ? [lock + 1] : []));

test("the vendor's request vectors", () => {
  assert.equal(hex(statusRequest(0)), "02 00 00 50 03 55");
  assert.equal(hex(unlockRequest(0, 0)), "02 00 00 51 03 56");
});

test("the vendor's reply vectors", () => {
  const first = parseReply(bytes("02 00 00 65 07 00 00 00 00 C0 03 31"));
  assert.equal(first?.board, 0);
  assert.deepEqual(closed(first), [1, 2, 3, 47, 48]);
  const second = parseReply(bytes("02 01 00 65 00 00 80 00 00 00 03 EB"));
  assert.equal(second?.board, 1);
  assert.deepEqual(closed(second), [24]);
});

test("the vendor's vectors for all boards and all locks have a right sum and can not be made here", () => {
  for (const vector of ["02 0A 00 50 03 5F", "02 00 30 51 03 86", "02 0A 30 51 03 90"]) {
    const frame = bytes(vector);
    assert.equal(sum(frame.subarray(0, 5)), frame[5], vector);
  }
  // @ts-expect-error 10 is "all boards" and no address
  assert.throws(() => statusRequest(10), /not one of 0\.\.9/);
  // @ts-expect-error 48 is "all locks" and no lock
  assert.throws(() => unlockRequest(0, 48), /not one of 0\.\.47/);
  // @ts-expect-error both at once
  assert.throws(() => unlockRequest(10, 48), /not one of/);
  for (const wrong of [-1, 10, 1.5, Number.NaN, 256]) assert.throws(() => address(wrong));
  for (const wrong of [-1, 48, 1.5, Number.NaN, 304]) assert.throws(() => lockNumber(wrong));
});

test("no request ever carries 0A as address or 30 as lock", () => {
  for (let board = 0; board <= 9; board++) {
    for (let lock = 0; lock < 48; lock++) {
      const frame = unlockRequest(address(board), lockNumber(lock));
      assert.ok(frame[1] !== 0x0a && frame[2] !== 0x30 && frame[1] === board && frame[2] === lock);
      assert.equal(frame[5], sum(frame.subarray(0, 5)));
    }
  }
});

const reply = fc.record(
  { board: fc.integer({ min: 0, max: 9 }), bits: fc.array(fc.boolean(), { minLength: 48, maxLength: 48 }) },
  { noNullPrototype: true },
);

test("glued replies in any pieces come out whole, in order", () => {
  fc.assert(
    fc.property(
      fc.array(reply, { minLength: 1, maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
      (replies, cuts) => {
        const stream = Uint8Array.from(replies.flatMap((r) => [...statusReply(address(r.board), r.bits)]));
        const found: StatusReply[] = [];
        const parser = frameParser(replyFraming, (frame) => found.push(parseReply(frame)!));
        for (let from = 0, cut = 0; from < stream.length; cut++) {
          const size = cuts[cut % cuts.length]!;
          parser.push(stream.subarray(from, from + size));
          from += size;
        }
        assert.deepEqual(found, replies);
      },
    ),
  );
});

test("noise before a reply, and a reply with a wrong sum before a right one, cost only themselves", () => {
  // Noise without the start byte never hides a frame; noise with it may swallow at most what its false frame covers.
  const noise = fc.uint8Array({ maxLength: 200 }).map((data) => data.map((byte) => (byte === 0x02 ? 0xff : byte)));
  fc.assert(
    fc.property(noise, reply, fc.integer({ min: 1, max: 255 }), (noise, { board, bits }, flip) => {
      const good = statusReply(address(board), bits);
      const bad = good.slice();
      bad[11]! ^= flip;
      const found: StatusReply[] = [];
      const parser = frameParser(replyFraming, (frame) => found.push(parseReply(frame)!));
      parser.push(noise);
      parser.push(bad);
      parser.push(good);
      assert.ok(found.some((r) => r.board === board && r.bits.every((bit, lock) => bit === bits[lock])));
    }),
  );
});

test("one flipped bit is never taken for a reply of the same board with other doors", () => {
  fc.assert(
    fc.property(reply, fc.integer({ min: 0, max: 95 }), ({ board, bits }, at) => {
      const frame = statusReply(address(board), bits);
      frame[at >> 3]! ^= 1 << (at & 7);
      assert.equal(parseReply(frame), undefined);
    }),
  );
});
