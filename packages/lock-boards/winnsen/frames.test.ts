import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, hex } from "../testing.ts";
import { lockNumber, readReply, replyFraming, station, statusReply, statusRequest, unlockReply, unlockRequest } from "./frames.ts";

test("frames of Winnsen-style boards, as the known driver writes and reads them", () => {
  assert.equal(hex(unlockRequest(1, 16)), "90 06 05 01 10 03");
  assert.equal(hex(statusRequest(4, 2)), "90 06 12 04 02 03");
  assert.deepEqual(readReply(bytes("90 07 85 01 05 01 03")), { isStatus: false, station: 1, lock: 5, status: 1 });
  assert.deepEqual(readReply(bytes("90 07 85 01 05 02 03")), { isStatus: false, station: 1, lock: 5, status: 2 });
});

test("the fields of a status are swapped against those of an unlock", () => {
  assert.deepEqual(readReply(bytes("90 07 92 01 00 05 03")), { isStatus: true, station: 1, lock: 5, status: 0 });
  assert.equal(hex(statusReply(1, 5, 1)), "90 07 92 01 01 05 03");
  assert.equal(hex(unlockReply(1, 5, 2)), "90 07 85 01 05 02 03");
});

test("no checksum: what can be checked is checked", () => {
  assert.equal(replyFraming(bytes("90 07 92 01 00 05 03")), 7);
  for (const wrong of ["90 07 92 01 07 05 03", "90 07 93 01 00 05 03", "90 07 92 01 00 05 04", "90 06 92 01 00 05 03"])
    assert.equal(replyFraming(bytes(wrong)), -1, wrong);
  assert.equal(replyFraming(bytes("90 07 92")), 0);
  for (const wrong of [0, 17, -1, 1.5, 255]) assert.throws(() => lockNumber(wrong));
  for (const wrong of [5, -1, 255]) assert.throws(() => station(wrong));
});
