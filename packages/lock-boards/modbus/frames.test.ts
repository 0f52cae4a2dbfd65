import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, hex } from "../testing.ts";
import { address, allOffRequest, inputsFraming, inputsReply, inputsRequest, pulseRequest, readInputs, relay, withCrc } from "./frames.ts";

test("the published vectors of the Waveshare relays, byte for byte", () => {
  assert.equal(hex(pulseRequest(1, 0, 700)), "01 05 02 00 00 07 8D B0");
  assert.equal(hex(pulseRequest(1, 0, 200)), "01 05 02 00 00 02 4D B3");
  assert.equal(hex(allOffRequest(1)), "01 05 00 FF 00 00 FD FA");
  assert.equal(hex(inputsRequest(1, 8)), "01 02 00 00 00 08 79 CC");
  assert.equal(hex(withCrc(...bytes("00 06 40 00 00 02"))), "00 06 40 00 00 02 1C 1A");
});

test("everybody (0) is no address, all relays (FF) no relay, and a pulse has an end", () => {
  // @ts-expect-error 0 is everybody
  assert.throws(() => pulseRequest(0, 0, 500), /not one of 1\.\.247/);
  // @ts-expect-error 0xFF is all relays
  assert.throws(() => pulseRequest(1, 0xff, 500), /not one of 0\.\.31/);
  for (const wrong of [32, 0xff, -1, 1.5]) assert.throws(() => relay(wrong));
  for (const wrong of [0, 248, -1]) assert.throws(() => address(wrong));
  assert.throws(() => pulseRequest(1, 0, 4_000_000), /not one of 1\.\.32767/);
  assert.equal(hex(pulseRequest(1, 0, 0).subarray(4, 6)), "00 01", "never a relay that stays on");
});

test("inputs come back as asked, the first in the lowest bit", () => {
  const bits = Array.from({ length: 16 }, (_, n) => n === 0 || n === 9);
  const frame = inputsReply(1, bits);
  assert.equal(hex(frame.subarray(0, 5)), "01 02 02 01 02");
  assert.equal(inputsFraming(1, 16)(frame), 7);
  assert.deepEqual(readInputs(frame, 16), bits);
  assert.equal(inputsFraming(2, 16)(frame), -1, "another board's");
});
