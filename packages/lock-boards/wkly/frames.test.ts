import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, hex } from "../testing.ts";
import { board, channel, framing, openReply, openRequest, read, statusReply, statusRequest } from "./frames.ts";

test("the published vector of the WKLY board, byte for byte", () => {
  assert.equal(hex(openRequest(0, 0)), "57 4B 4C 59 09 00 82 00 82");
  assert.equal(framing(openRequest(31, 23)), 9);
  assert.equal(hex(statusRequest(0)), "57 4B 4C 59 08 00 84 85");
});

test("opening all, or several, is another command, and no channel means all", () => {
  for (const wrong of [24, -1, 1.5, 255]) assert.throws(() => channel(wrong));
  for (const wrong of [32, -1, 255]) assert.throws(() => board(wrong));
  // @ts-expect-error a board has channels 0 to 23
  assert.throws(() => openRequest(0, 24), /not one of 0\.\.23/);
});

test("replies are taken apart; a wrong check, and a length that no frame has, are noise", () => {
  const reply = openReply(3, 7, true, 0);
  assert.deepEqual(read(reply), { board: 3, command: 0x82, content: Uint8Array.of(0, 7, 0) });
  assert.deepEqual(read(statusReply(3, [0, 1, 255])).content, Uint8Array.of(0, 3, 0, 1, 255));
  reply[8]! ^= 1;
  assert.equal(framing(reply), -1);
  assert.equal(framing(bytes("57 4B 4C 59 FF")), -1);
  assert.equal(framing(bytes("57 4B")), 0);
});
