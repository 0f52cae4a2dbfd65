import assert from "node:assert/strict";
import { after, test } from "node:test";
import { StationMoved } from "@pigeonhole/network/events";
import { publish } from "@pigeonhole/kit/outbox";
import { dial } from "./testing.ts";
import { actors, startWorld, until } from "./world.ts";

const world = await startWorld();
after(() => world[Symbol.asyncDispose]());
const wanted = 100;
const order = () => ({
  id: crypto.randomUUID(),
  action: "open" as const,
  compartment: 1,
  parcel: null,
  purpose: "dropoff" as const,
  actor: "courier:1",
  expected: { parcel: null },
});

test(
  `G-10: ${wanted} of ${wanted} revocations: the session ends, no other begins, commands are withheld, what it says later is kept aside`,
  { timeout: 120_000 },
  async (t) => {
    const spared = await world.connected();
    const cabinets = [];
    for (let n = 0; n < wanted; n += 10) cabinets.push(...(await Promise.all(Array.from({ length: 10 }, () => world.connected()))));
    assert.equal(cabinets.length, wanted);
    const gone = new Map<string, number>();
    const revokedAt = new Map<string, number>();
    for (const cab of cabinets) cab.client.once("close", () => gone.set(cab.id, performance.now()));
    for (const [n, cab] of cabinets.entries()) {
      revokedAt.set(cab.id, performance.now());
      // Half are cut off by an operator, half because the station has come to the end of its life.
      if (n % 2 === 0) {
        const answer = await world
          .as(actors.admin)
          .stations[":station"].revoke.$post({ param: { station: cab.id }, json: { reason: "stolen" } });
        assert.equal(answer.status, 200);
      } else {
        const moved = {
          from: "active",
          to: "decommissioned",
          cause: null,
          reason: "the shop has closed",
          inspection: null,
          actor: "operator:1",
        } as const;
        await world.write((tx) => publish(tx, world.now(), StationMoved, { station: cab.id, ...moved }));
        await world.consume();
      }
    }
    for (let n = 0; gone.size < wanted && n < 200; n++) await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(gone.size, wanted, "every session has ended");
    const took = cabinets.map(({ id }) => gone.get(id)! - revokedAt.get(id)!).toSorted((a, b) => a - b);
    t.diagnostic(`sessions ended after ${Math.round(took[wanted / 2]!)} ms in the middle, ${Math.round(took.at(-1)!)} ms at most`);

    const again = await Promise.allSettled(cabinets.map((cab) => dial(world.mqttUrl, world.ca, cab.identity)));
    assert.equal(again.filter(({ status }) => status === "rejected").length, wanted, "no other session begins");
    for (const cab of cabinets.slice(0, 10)) {
      const answer = await world
        .as(actors.access)
        .internal.devices[":station"].commands.$post({ param: { station: cab.id }, json: order() });
      assert.equal(answer.status, 409);
      assert.equal(cab.count("command"), 0);
    }
    const list = await (await world.as(undefined)["revocations.crl"].$get()).text();
    const { X509Crl } = await import("@peculiar/x509");
    assert.equal(new X509Crl(list).entries.length, wanted, "each is on the list");

    // At a broker that has not heard of it yet, a revoked station still speaks: nothing of it is believed.
    const { dropped, reported } = await speakAsRevoked(cabinets.slice(0, 10));
    assert.deepEqual([dropped, reported], [10, 0]);
    assert.ok(spared.client.connected, "and nobody else is cut off");
  },
);

/** The backend's own session says it in the stations' names, as a broker without the list would let them. */
async function speakAsRevoked(cabinets: readonly Awaited<ReturnType<typeof world.connected>>[]) {
  const { inbox } = await import("./inbox.ts");
  const { silentLog: log } = await import("@pigeonhole/kit/log");
  const sent: unknown[] = [];
  const receive = inbox({
    db: world.db,
    now: world.now,
    log,
    link: {
      isUp: () => true,
      send: async (...message: unknown[]) => sent.push(message) > 0,
      cut: async () => {},
      start: async () => {},
      stop: async () => {},
    },
  } as unknown as Parameters<typeof inbox>[0]);
  for (const cab of cabinets)
    await receive(
      cab.id,
      "events",
      Buffer.from(JSON.stringify({ events: [cab.journal.next({ type: "compartment_closed", compartment: 1 })] })),
    );
  let [dropped, reported] = [0, 0];
  for (const cab of cabinets) {
    dropped += (await world.facts("devices.quarantined", cab.id)).length;
    reported += (await world.facts("devices.reported", cab.id)).length;
  }
  assert.deepEqual(sent, [], "and it is told nothing");
  await until("the trail names the reason", async () => (await world.facts("devices.revoked", cabinets[0]!.id)).length === 1);
  return { dropped, reported };
}
