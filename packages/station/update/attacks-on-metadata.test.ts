// G-12: the attacks on metadata, each refused; `npm run adversary` makes them too.
import assert from "node:assert/strict";
import { test } from "node:test";
import { attacksOnMetadata } from "./testing-attacks-on-metadata.ts";
import { commit, scene, titleOf } from "./testing-attacks.ts";

test("the genuine release 2 is taken: without this, every refusal below would prove nothing", async () => {
  using s = await scene();
  s.publish(s.next);
  await s.ask();
  const state = s.slots.read();
  assert.equal(state.ready?.release, 2);
  assert.equal(s.slots.inspect(state.ready.slot)?.hash, s.next.note.manifest);
  assert.notEqual(state.ready.slot, state.current?.slot, "never onto the image that runs");
});

assert.ok(attacksOnMetadata.length >= 20);
for (const attack of attacksOnMetadata) test(titleOf(attack), () => commit(attack));
