// needs: mosquitto
// The broker is killed and started again while things happen at real stations: nobody has to lend a hand, nothing is lost, nothing happens twice.
import assert from "node:assert/strict";
import { test } from "node:test";
import { startMosquitto } from "./testing-mosquitto.ts";
import { startStation } from "./testing-station.ts";
import { actors, startWorld, until } from "./world.ts";

const brokers = [
  { name: "the broker in process", start: () => startWorld() },
  {
    name: "mosquitto as shipped, which keeps nothing, and lost its access list too",
    start: () => startWorld((ca) => startMosquitto(ca, { isForgetful: true })),
  },
  { name: "mosquitto that keeps its sessions on disk", start: () => startWorld((ca) => startMosquitto(ca, { isPersistent: true })) },
] as const;
/** A station may wait longer from attempt to attempt while nobody answers. Seconds. */
const patience = 30;

for (const { name, start } of brokers)
  test(
    `G-51: kill -9 of ${name}: a command in flight has one outcome, events and documents arrive once, presence is right`,
    { timeout: 90_000 },
    async () => {
      await using world = await start();
      /** What happens between the durable intent and the lock's firing. */
      let beforeLock = async (): Promise<void> => {};
      await using cabinet = await startStation(world, (board) => ({
        ...board,
        open: async (lock) => {
          await beforeLock();
          return board.open(lock);
        },
      }));
      await using neighbour = await startStation(world);
      for (const { station, device, facts } of [cabinet, neighbour]) {
        await until("the document is applied", async () => (await device()).reportedVersion === 1, patience);
        await until("the start is reported", async () => (await facts()).some(({ type }) => type === "station_started"), patience);
        await until("the doors are read", () => station.doors.views().every(({ door }) => door === "closed"), patience);
      }
      const { id, station, simulator } = cabinet;
      const order = (command: string, compartment: number) =>
        world.as(actors.access).internal.devices[":station"].commands.$post({
          param: { station: id },
          json: {
            id: command,
            action: "open",
            compartment,
            parcel: null,
            purpose: "service",
            actor: "operator:1",
            expected: { parcel: null },
          },
        });
      const outcome = async (command: string, compartment: number): Promise<string> => {
        const answer = await order(command, compartment);
        assert.ok(answer.status === 200, `the order was answered ${answer.status}`);
        return (await answer.json()).outcome;
      };

      // The broker dies when the station has the order and has not yet answered it.
      const inFlight = crypto.randomUUID();
      beforeLock = () => world.broker.kill();
      assert.equal(await outcome(inFlight, 2), "unknown", "nobody can have heard what became of it");
      beforeLock = async () => {};
      await until("the door stands open", () => station.doors.openDoors().includes(2), patience);
      await until("everybody has noticed", () => !station.link.isUp() && !neighbour.station.link.isUp(), patience);

      // While it is away: a door closes, an order is made, the address of the station changes, the neighbour is switched off, time passes.
      simulator.closeDoor(2);
      await until("the door is closed", () => station.doors.isClosed(2), patience);
      const meanwhile = crypto.randomUUID();
      assert.equal((await order(meanwhile, 1)).status, 503, "nothing is sent into the void");
      await world.addStation({ station: id, name: "Central, renamed" });
      await neighbour.stop();
      world.pass(600_000);
      for (const { device } of [cabinet, neighbour])
        assert.equal((await device()).connected, false, "who cannot be heard is not shown as there");

      await world.broker.startAgain();
      await until("the station is back", async () => station.link.isUp() && (await cabinet.device()).connected, patience);
      await until("it has the document of today", () => station.cabinet.desired?.name === "Central, renamed", patience);
      await until("which the backend knows", async () => (await cabinet.device()).reportedVersion === 2, patience);
      await until("the outcome is known", async () => (await outcome(inFlight, 2)) === "opened", patience);
      assert.equal((await neighbour.device()).connected, false, "a ghost is there");
      await until("all is reported", async () => (await cabinet.reported()).length === station.store.journal.lastSeq(), patience);

      // And it goes on as before.
      assert.equal(await outcome(crypto.randomUUID(), 3), "opened");
      await until("its event came", async () => (await cabinet.device()).openDoors.includes(3), patience);
      await until("all is reported", async () => (await cabinet.reported()).length === station.store.journal.lastSeq(), patience);
      assert.deepEqual(
        (await cabinet.reported()).map(({ seq }) => seq),
        Array.from({ length: station.store.journal.lastSeq() }, (_, n) => n + 1),
        "each entry of the log once and in order",
      );
      const opened = (await cabinet.facts()).flatMap((fact) =>
        fact.type === "compartment_opened" && fact.cause.kind === "command" ? [fact.cause.command] : [],
      );
      assert.equal(opened.filter((command) => command === inFlight).length, 1);
      assert.ok(!opened.includes(meanwhile));
      assert.deepEqual(
        simulator.fired.map(({ lock }) => lock),
        [2, 3],
      );
      assert.deepEqual([await world.facts("devices.quarantined", id), station.store.acknowledged], [[], station.store.journal.lastSeq()]);
    },
  );
