// A whole station over several lines and mixed boards: sensors, a coil that cools down, a board that dies and comes back.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { simulatedBoard } from "@pigeonhole/lock-boards/simulated";
import { SimulatedLine } from "@pigeonhole/lock-boards/simulator";
import { duplex } from "@pigeonhole/lock-boards/transport";
import { wired } from "@pigeonhole/lock-boards/wired";
import { writeWiring } from "../commissioning/wiring-file.ts";
import { testStation } from "../testing.ts";
import { openLocks, wiringOf } from "./boards.ts";

const quick = { replyTimeoutMs: 100, minIntervalMs: 0 };

/** Doors 1 and 2 on a board with sensors, 3 and 4 on one that cools down, each on a line of its own. */
async function mixed() {
  const cu16 = simulatedBoard("cu16", 0);
  const winnsen = simulatedBoard("winnsen", 1);
  const locks = await wired(
    {
      v: 1,
      lines: [
        { port: "sim", boards: [{ name: "A", model: "cu16", address: 0, quirks: quick }] },
        { port: "sim", boards: [{ name: "B", model: "winnsen", address: 1, quirks: quick }] },
      ],
      doors: [
        { door: 1, board: "A", lock: 1 },
        { door: 2, board: "A", lock: 16 },
        { door: 3, board: "B", lock: 1 },
        { door: 4, board: "B", lock: 2 },
      ],
    },
    async (_, index) => {
      const [near, far] = duplex();
      new SimulatedLine(far, [index === 0 ? cu16 : winnsen]);
      return { transport: near, ready: Promise.resolve() };
    },
  );
  const world = await testStation(["small", "small", "small", "small"], () => ({}), { locks });
  return { cu16, winnsen, world };
}

test("a board that dies takes only its own doors out of service, and they are back when it answers again", async () => {
  const { cu16, world } = await mixed();
  await using station = world;
  const { backend, time } = station;
  const { doors } = station.station;
  const send = (compartment: number) => backend.send(time.now(), { compartment, parcel: crypto.randomUUID() });
  cu16.faults.isDead = true;
  await backend.until(
    () => doors.views().filter(({ door }) => door === "unknown").length === 2,
    "the doors of the dead board to be unknown",
  );
  assert.deepEqual(
    doors.views().map(({ door }) => door),
    ["unknown", "unknown", "closed", "closed"],
  );
  const refused = await send(1);
  assert.deepEqual([refused.outcome, refused.reason], ["refused", "out_of_service"]);
  assert.equal((await send(4)).outcome, "opened", "the other board goes on");
  assert.equal(cu16.fired.length, 0);
  cu16.faults.isDead = false;
  await backend.until(() => doors.isClosed(1), "the board to be back");
});

test("the coil cools down: refused with that reason, at once, and fired no second time (A11.1)", async () => {
  const { winnsen, world } = await mixed();
  await using station = world;
  const { backend, time } = station;
  winnsen.faults.coolDownMs = 60_000;
  const parcel = crypto.randomUUID();
  assert.equal((await backend.send(time.now(), { compartment: 3, parcel })).outcome, "opened");
  winnsen.move(1, "closed");
  await backend.until(() => station.station.doors.isClosed(3), "door 3 to be seen shut");
  const again = await backend.send(time.now(), { compartment: 3, parcel, expected: { parcel } });
  assert.deepEqual([again.outcome, again.reason], ["refused", "cooling_down"]);
  assert.deepEqual(
    winnsen.fired.map((f) => f.lock),
    [1],
  );
});

test("what a sensor sees reaches the station; where none looks, nobody knows", async () => {
  const { cu16, world } = await mixed();
  await using station = world;
  const { doors } = station.station;
  assert.deepEqual(
    [1, 2, 3].map((door) => doors.occupied(door)),
    [false, false, null],
  );
  cu16.put(16, true);
  await station.backend.until(() => doors.occupied(2) === true, "the sensor to be heard");
  cu16.faults.isDead = true;
  await station.backend.until(() => doors.occupied(2) === null, "a silent board's sensor to count for nothing");
});

test("a station starts on the wiring of its data folder, its operator's settings go before, and what is wrong is told", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "pigeonhole-wiring-"));
  const given = {
    STATION_DATA: folder,
    LOCK_BOARD: undefined,
    LOCK_BOARD_ADDRESSES: undefined,
    LOCK_BOARD_POLARITY: "one_is_closed",
    LOCK_MAP: undefined,
    SIM_TIMING: false,
  } as const;
  try {
    assert.equal(wiringOf(given).doors.length, 192, "four simulated boards");
    writeWiring(folder, {
      v: 1,
      lines: [{ port: "sim", boards: [{ name: "A", model: "wkly", address: 7 }] }],
      doors: [{ door: 101, board: "A", lock: 24 }],
    });
    const { board, moveDoor } = await openLocks(given);
    assert.equal((await board.status()).get(101)?.door, "closed");
    moveDoor!(101, "open");
    assert.equal((await board.status()).get(101)?.door, "open");
    await board.close();
    assert.deepEqual(
      wiringOf({
        ...given,
        LOCK_BOARD: "sim",
        LOCK_BOARD_ADDRESSES: [3],
        LOCK_MAP: new Map([
          [7, 48],
          [8, 99],
        ]),
      }).doors,
      [{ door: 7, board: "3", lock: 48 }],
    );
    assert.throws(() => writeWiring(folder, { v: 1, lines: [], doors: [] }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
