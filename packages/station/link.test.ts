import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { systemRandom } from "@pigeonhole/kit/random";
import { maxEventsPerMessage } from "@pigeonhole/protocol/messages";
import { backoffMs, longestMs } from "./link/backoff.ts";
import { grantOf } from "./link/testing.ts";
import { testStation } from "./testing.ts";

test("a station away from its backend for a while tells everything afterwards, in order, once", async () => {
  await using world = await testStation(["small"]);
  const { backend, time } = world;
  await backend.until(() => backend.events.length >= 1, "the first event");
  backend.disconnect();
  for (let n = 0; n < 70; n++) {
    await assert.rejects(world.station.pickups.byCode("55555555"));
    time.pass(36_000_000);
  }
  assert.equal(backend.events.length, 1);
  await world.restart();
  backend.connect();
  await backend.until(() => backend.types().filter((t) => t === "code_refused").length === 70, "all of them");
  assert.ok(backend.batches.every((b) => b.length <= maxEventsPerMessage));
  assert.deepEqual(
    backend.events.map((e) => e.seq),
    backend.events.map((_, i) => i + 1),
  );
  assert.equal(backend.hellos.at(-1)!.lastEventSeq, backend.events.length);
  assert.equal(world.station.store.meta.get("acknowledged"), String(backend.events.at(-1)!.seq));
});

test("what was sent and not acknowledged is sent again, and nothing is sent twice at a time", async () => {
  await using world = await testStation(["small"]);
  const { backend, time } = world;
  await backend.until(() => backend.events.length === 1, "the first event");
  backend.acknowledges = false;
  const before = backend.batches.length;
  world.simulator.forceOpen(1);
  await backend.until(() => backend.batches.length === before + 1, "the event");
  await world.close(1);
  assert.equal(backend.batches.length, before + 1, "one batch under way");
  time.pass(5_001);
  await backend.until(() => backend.batches.length === before + 2, "the repetition");
  assert.equal(backend.batches.at(-1)!.length, 3, "with what came since");
  backend.acknowledges = true;
  time.pass(5_001);
  await backend.until(() => backend.types().includes("compartment_closed"), "both to be taken");
});

test("a backend that was put back is told again; one that claims more than was ever written is not believed", async () => {
  await using world = await testStation(["small"]);
  const { backend } = world;
  await backend.until(() => backend.events.length === 1, "the first event");
  backend.deliver("acknowledge", { epoch: 1, seq: 999 });
  backend.deliver("acknowledge", { epoch: 2, seq: 0 });
  backend.deliver("acknowledge", { epoch: 1, seq: -1 });
  backend.deliver("acknowledge", "nonsense");
  assert.equal(world.station.store.meta.get("acknowledged"), "1");
  const before = backend.batches.length;
  backend.deliver("acknowledge", { epoch: 1, seq: 0 });
  await backend.until(() => backend.batches.length > before, "the event again");
});

test("a link that breaks while the backend is asked: the station decides alone, at once", async () => {
  await using world = await testStation(["small"], (t) => ({ grants: [grantOf(t, "12345678")] }));
  const { backend, station } = world;
  backend.answer = () => {
    queueMicrotask(() => backend.disconnect());
    return null;
  };
  const before = performance.now();
  await station.pickups.byCode("12345678");
  assert.ok(performance.now() - before < 700);
  assert.deepEqual(world.fired(), [1]);
});

test("heartbeats tell open doors, at once and every 20 s", async () => {
  await using world = await testStation(["small"]);
  const { backend, time } = world;
  const { parcel } = backend.command(time.now()).command;
  await backend.send(time.now(), { parcel });
  const beat = await backend.until(() => backend.heartbeats.find((b) => b.openDoors.length === 1), "a heartbeat");
  const before = backend.heartbeats.length;
  time.pass(20_001);
  await backend.until(() => backend.heartbeats.length > before, "the regular one");
  assert.deepEqual([beat.openDoors, beat.desiredVersion], [[1], 1]);
});

test("backing off: longer each time, never longer than 20 s, and by chance", () => {
  fc.assert(
    fc.property(fc.nat(1_000), (failures) => {
      const ms = backoffMs(failures, systemRandom);
      assert.ok(ms >= 50 && ms < longestMs + 50);
    }),
  );
  const first = Array.from({ length: 200 }, () => backoffMs(0, systemRandom));
  assert.ok(Math.max(...first) <= 550 && new Set(first).size > 50);
});
