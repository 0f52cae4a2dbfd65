import assert from "node:assert/strict";
import { test } from "node:test";
import { Refused } from "@pigeonhole/kit/refused";
import type { Service } from "@pigeonhole/protocol/service";
import { grantOf } from "./link/testing.ts";
import { testStation } from "./testing.ts";

const suspended = (reason: Extract<Service, { state: "suspended" }>["reason"]): Service => ({ state: "suspended", reason });
const codeOf = async (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => "served",
    (error: unknown) => {
      assert.ok(error instanceof Refused, String(error));
      return error.code;
    },
  );

/** What is served in each state, in the order: walk-up, pick-up, courier's opening, opening for staff. */
const table: readonly [Service, readonly [string, string, string, string]][] = [
  [{ state: "active", reason: null }, ["served", "served", "opened", "opened"]],
  [suspended("operator"), ["suspended", "served", "suspended", "opened"]],
  [suspended("preparation"), ["suspended", "served", "suspended", "opened"]],
  [suspended("tamper"), ["suspended", "suspended", "suspended", "opened"]],
  [suspended("closed"), ["suspended", "suspended", "suspended", "suspended"]],
];
for (const [service, [walkUp, pickup, courier, staff]] of table)
  test(`A10.4, A11.4: what a station does while it is ${service.reason ?? "active"}`, async () => {
    await using world = await testStation(["small", "small", "small", "small"], (own) => ({
      walkUp: [2],
      grants: [grantOf(own, "12345678")],
    }));
    const { backend, time } = world;
    backend.desire({ ...world.desired, version: 2, service });
    assert.equal(await codeOf(world.station.deposits.bring("small")), walkUp);
    if (walkUp === "served") {
      await world.close(2);
      world.station.deposits.answer(true);
    }
    assert.equal(await codeOf(world.station.pickups.byCode("12345678")), pickup);
    if (pickup === "served") await world.close(1);
    const outcome = async (more: object): Promise<string> => {
      const { outcome, reason } = await backend.send(time.now(), more);
      return reason ?? outcome;
    };
    assert.equal(await outcome({ compartment: 3 }), courier);
    if (courier === "opened") await world.close(3);
    assert.equal(await outcome({ compartment: 4, purpose: "service", parcel: null }), staff);
    const opened = [walkUp === "served", pickup === "served", courier === "opened", staff === "opened"];
    assert.equal(world.fired().length, opened.filter(Boolean).length);
  });

test("a right code that is not served stays good, over a restart too, and costs no attempt", async () => {
  await using world = await testStation(["small"], (own) => ({ grants: [grantOf(own, "12345678")] }));
  world.backend.desire({ ...world.desired, version: 2, service: suspended("tamper") });
  for (let n = 0; n < 8; n++) assert.equal(await codeOf(world.station.pickups.byCode("12345678")), "suspended");
  await world.restart();
  world.backend.connect();
  assert.equal(await codeOf(world.station.pickups.byCode("12345678")), "suspended");
  world.backend.desire({ ...world.desired, version: 3 });
  assert.equal(await codeOf(world.station.pickups.byCode("12345678")), "served");
});

test("what was opened before the suspension can still be answered for", async () => {
  await using world = await testStation(["small"]);
  const { backend, time } = world;
  const { command, envelope } = backend.command(time.now());
  backend.deliver("command", envelope);
  assert.equal((await backend.result(command.id)).outcome, "opened");
  backend.desire({ ...world.desired, version: 2, service: suspended("operator") });
  await world.close(1);
  assert.equal((await backend.send(time.now(), { action: "attest_deposit", parcel: command.parcel })).outcome, "done");
});
