// Every board against every fault (F1, F10): what a caller is told, and that no coil is ever fired twice for one wish.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { modelNames, models, type ModelName } from "./models.ts";
import { openDoor } from "./open-door.ts";
import { bench, type Bench, type BenchOptions } from "./testing.ts";

interface Fault {
  readonly set: (bench: Bench) => void;
  /** What one opening ends with: `opened`, `unknown`, or why it was refused. */
  readonly expected: string | ((model: ModelName) => string);
  /** How often the coil fires; once unless the door is not even tried. */
  readonly fired?: number | ((model: ModelName) => number);
  readonly bench?: BenchOptions;
  /** When the fault comes: before the door is read, or between the reading and the unlock. */
  readonly when?: "before" | "while";
}
const lock = 3;
const one = ({ simulated }: Bench) => simulated[0]!;
const faultsOf = (bench: Bench) => one(bench).faults;
/** The coil was fired a moment ago, before the test. */
const fireOnce = async ({ board, simulated }: Bench): Promise<void> => {
  await board.open(lock);
  await board.status([lock]);
  simulated[0]!.move(lock, "closed");
  await board.status([lock]);
};

const faults: Readonly<Record<string, Fault>> = {
  none: { set: () => {}, expected: "opened" },
  "replies in pieces of one byte": { set: (b) => (faultsOf(b).splitBytes = 1), expected: "opened" },
  "replies in pieces of four bytes": { set: (b) => (faultsOf(b).splitBytes = 4), expected: "opened" },
  "replies glued together": { set: (b) => (faultsOf(b).isGlued = true), expected: "opened" },
  "noise before each reply": {
    set: (b) => (faultsOf(b).garbagePrefix = Uint8Array.of(0xff, 0x02, 0x90, 0x07, 0x57, 0x4b, 0x80, 0x01, 0x01, 0x02)),
    expected: "opened",
  },
  "no answer to an unlock": { set: (b) => (faultsOf(b).hasNoAck = true), expected: "opened" },
  "silence from the beginning": { set: (b) => (faultsOf(b).isSilent = true), expected: "no_answer", fired: 0 },
  "silence from the unlock on": { set: (b) => (faultsOf(b).isSilent = true), when: "while", expected: "unknown" },
  "broken checks from the beginning": { set: (b) => (faultsOf(b).hasBadChecksum = true), expected: "no_answer", fired: 0 },
  "broken checks from the unlock on": { set: (b) => (faultsOf(b).hasBadChecksum = true), when: "while", expected: "unknown" },
  "replies that come too late": { set: (b) => (faultsOf(b).delayMs = 120), when: "while", expected: "unknown" },
  "dead from the unlock on": { set: (b) => (faultsOf(b).isDead = true), when: "while", expected: "unknown", fired: 0 },
  "a jammed door": { set: (b) => faultsOf(b).jammed.add(lock), expected: "door_stuck" },
  "a switch stuck at closed": { set: (b) => faultsOf(b).stuck.set(lock, "closed"), expected: "door_stuck" },
  "a switch stuck at open": { set: (b) => faultsOf(b).stuck.set(lock, "open"), expected: "already_open", fired: 0 },
  "a door that stands open": { set: (b) => one(b).move(lock, "open"), expected: "already_open", fired: 0 },
  "the board cools down": {
    set: (b) => (faultsOf(b).coolDownMs = 60_000),
    // Fired once before; the second wish meets the cool-down. A board that cannot say so just does not open.
    expected: (model) =>
      ({ winnsen: "cooling_down", wkly: "board_refused", relay8: "board_refused", relay16: "board_refused", relay32: "board_refused" })[
        model as string
      ] ?? "door_stuck",
    fired: 1,
  },
  "two boards with one address, heard one after the other": { set: () => {}, bench: { count: 2 }, expected: "opened" },
  "two boards with one address, speaking at once": {
    set: (b) => b.simulated[1]!.move(lock + 1, "open"),
    bench: { count: 2, collisions: "merged" },
    // Asked about one lock alone, both boards say the same; otherwise the line carries two different answers at once.
    expected: (model) => (model === "winnsen" ? "opened" : "no_answer"),
    fired: (model) => (model === "winnsen" ? 1 : 0),
  },
};

// They wait for timers: side by side they take no longer than the slowest.
describe("every board against every fault", { concurrency: 8 }, () => {
  for (const model of modelNames.filter((name) => name !== "relay32" && name !== "relay16")) {
    for (const [name, fault] of Object.entries(faults)) {
      test(`${models[model].title}: ${name} (F1, F10)`, async () => {
        const expected = typeof fault.expected === "function" ? fault.expected(model) : fault.expected;
        // Where silence belongs to the fault, it is waited for.
        const replyTimeoutMs = expected === "unknown" || expected === "no_answer" ? 100 : name === "no answer to an unlock" ? 300 : 1_000;
        const world = bench(model, { ...fault.bench, quirks: { replyTimeoutMs } });
        const { board, simulated } = world;
        if (name === "the board cools down") await fireOnce(world);
        // The board has answered before: a relay board has been brought into its safe state.
        await board.status();
        if (fault.when !== "while") fault.set(world);
        const watched = {
          status: board.status,
          open: (which: number) => {
            if (fault.when === "while") fault.set(world);
            return board.open(which);
          },
        };
        const opened = await openDoor(watched, lock, { settleMs: 160, restMs: 60, pollMs: 2 });
        assert.equal(opened.outcome === "refused" ? opened.reason : opened.outcome, expected);
        const fired = typeof fault.fired === "function" ? fault.fired(model) : (fault.fired ?? 1);
        for (const each of simulated)
          assert.deepEqual(
            each.fired.map((f) => f.lock),
            Array.from({ length: fired }, () => lock),
          );
        if (expected !== "unknown") return;
        // Nobody knows what happened: another wish reads the door first, and without a reading nothing is fired.
        assert.deepEqual(await board.open(lock), { outcome: "refused", reason: "unread" });
        assert.equal(one(world).fired.length, fired);
        Object.assign(faultsOf(world), { isSilent: false, isDead: false, hasBadChecksum: false, delayMs: 0 });
        await new Promise((resolve) => setTimeout(resolve, 150));
        let again = await board.open(lock);
        while (again.outcome === "refused" && again.reason === "unread") again = await board.open(lock);
        assert.deepEqual(again.outcome, fired === 1 ? "refused" : board.quirks.acknowledges ? "acknowledged" : "sent");
        if (again.outcome === "refused") assert.equal(again.reason, "already_open");
        assert.equal(one(world).fired.length, 1, "opened once, whatever was asked");
      });
    }
  }
});

test("a line that is gone throws, and leaves the door to be read", async () => {
  for (const model of modelNames) {
    const { board, cut, simulated } = bench(model);
    await board.status();
    await cut();
    await assert.rejects(board.open(lock), /closed/, model);
    await assert.rejects(board.status(), /closed/, model);
    assert.equal(simulated[0]!.fired.length, 0);
  }
});

test("a coil that the wiring lets rest is not fired before its time, whatever the board would do", async () => {
  for (const model of modelNames) {
    const { board, simulated } = bench(model, { quirks: { coolDownMs: 60_000 } });
    await board.open(lock);
    await board.status();
    simulated[0]!.move(lock, "closed");
    await board.status();
    assert.deepEqual(await board.open(lock), { outcome: "refused", reason: "cooling_down" }, model);
    assert.equal((await board.open(lock + 1)).outcome === "refused", false, "another coil is rested");
    assert.equal(simulated[0]!.fired.length, 2, model);
  }
});

test("a reply that comes after its time answers no later question", async () => {
  const { board, simulated } = bench("cu48", { quirks: { replyTimeoutMs: 100 } });
  simulated[0]!.faults.delayMs = 120;
  assert.equal((await board.status()).size, 0);
  simulated[0]!.faults.delayMs = 0;
  simulated[0]!.move(1, "open");
  assert.equal((await board.status()).get(1)?.door, "open");
});

test("sensors tell what lies in a compartment; without one nobody knows", async () => {
  const { board, simulated } = bench("cu16");
  simulated[0]!.put(2, true);
  const status = await board.status();
  assert.deepEqual([status.get(1)?.occupied, status.get(2)?.occupied], [false, true]);
  const reversed = await bench("cu16", { quirks: { occupancy: "zero_is_occupied" } }).board.status();
  assert.equal(reversed.get(1)?.occupied, true);
  for (const model of modelNames.filter((name) => name !== "cu16"))
    assert.equal((await bench(model).board.status()).get(1)?.occupied, null, model);
});

test("both polarities read the same doors on every board", async () => {
  for (const model of modelNames) {
    for (const polarity of ["one_is_closed", "zero_is_closed"] as const) {
      const { board, simulated } = bench(model, { polarity, quirks: { polarity } });
      simulated[0]!.move(2, "open");
      const status = await board.status();
      assert.equal(status.size, models[model].locks, model);
      assert.deepEqual(
        [...status].filter(([, { door }]) => door === "open").map(([n]) => n),
        [2],
        `${model} ${polarity}`,
      );
    }
  }
});

test("one spoiled byte without a checksum moves no door: news are believed when they are said twice", async () => {
  const { board, simulated, written } = bench("winnsen");
  await board.status([1]);
  const asked = written.length;
  simulated[0]!.move(1, "open");
  assert.equal((await board.status([1])).get(1)?.door, "open");
  assert.equal(written.length, asked + 2);
  // Said once, and differently the next time: no reading.
  const { answer } = simulated[0]!.voice;
  let said = 0;
  const world = bench("winnsen");
  await world.board.status([1]);
  Object.assign(world.simulated[0]!, {
    voice: {
      ...world.simulated[0]!.voice,
      answer: (...given: Parameters<typeof answer>) => answer(given[0], given[1], { ...given[2], bit: () => said++ % 2 === 0 }, given[3]),
    },
  });
  assert.equal((await world.board.status([1])).size, 0);
});

test("a relay board: all off before its first use, and each opening a pulse that the board ends itself", async () => {
  const world = bench("relay8", { quirks: { pulseMs: 700 } });
  await world.board.open(1);
  assert.deepEqual(
    world.written.map((frame) => Buffer.from(frame).toString("hex")),
    ["010500ff0000fdfa", "0105020000078db0"],
  );
  const deaf = bench("relay8", { quirks: { replyTimeoutMs: 20 } });
  deaf.simulated[0]!.faults.isSilent = true;
  assert.deepEqual(await deaf.board.open(1), { outcome: "refused", reason: "not_ready" });
  assert.equal(deaf.simulated[0]!.fired.length, 0, "not before it has confirmed that all are off");
});
