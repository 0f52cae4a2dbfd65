// A cabinet is commissioned from nothing (F11, A11.4): boards found, polarity learned, doors mapped, tested, enrolled; and what goes wrong on the way.
import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import type { ModelName } from "@pigeonhole/lock-boards/models";
import { simulatedBoard } from "@pigeonhole/lock-boards/simulated";
import { open } from "@pigeonhole/protocol/envelope";
import { openLocks } from "../cabinet/boards.ts";
import type { Commissioning } from "./commissioning.ts";
import { AcceptanceRecord, hasPassed } from "@pigeonhole/protocol/acceptance";
import { acceptedWiring } from "@pigeonhole/protocol/acceptance-digest";
import { acceptanceToTell, readRecord, wiringNow } from "./record.ts";
import { newStation, strangeCabinet, takesAnyone, type Hung, type StrangeCabinet } from "./testing.ts";
import { readWiring } from "./wiring-file.ts";

const port = "serial:/dev/ttyTEST";
const doorsFrom = (first: number, count: number, lock = 1): Map<number, number> =>
  new Map(Array.from({ length: count }, (_, n) => [lock + n, first + n]));
const cu16 = (address: number, doors: Map<number, number>, options: Parameters<typeof simulatedBoard>[2] = {}): Hung => ({
  port,
  baud: 19_200,
  board: simulatedBoard("cu16", address, options),
  doors,
});
const models: ModelName[] = ["cu48", "cu16"];

async function eventually(what: string, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!holds()) {
    assert.ok(performance.now() < deadline, `waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
const doorsStep = (wizard: Commissioning["wizard"]) => {
  assert.ok(wizard.step === "doors", `the step is ${wizard.step}`);
  return wizard;
};
/** The technician: opens the next lock, says what they see, and shuts the door. */
async function mapNext(c: Commissioning, cabinet: StrangeCabinet): Promise<void> {
  const before = JSON.stringify(c.wizard);
  await c.fire();
  const seen = cabinet.openDoors();
  if (seen.length === 0) return c.leaveOut();
  await c.which(seen);
  cabinet.shut();
  const { problem } = c.wizard.step === "doors" ? c.wizard : { problem: null };
  if (problem) return c.leaveOut();
  await eventually(
    "the next lock",
    () => JSON.stringify(c.wizard) !== before && !(c.wizard.step === "doors" && c.wizard.trying.phase === "close"),
  );
}
/** All doors until the test begins: locks on which nothing hangs are left out. */
async function mapUntil(c: Commissioning, cabinet: StrangeCabinet, count: number): Promise<void> {
  while (c.wizard.step === "doors" && c.wizard.doors.length < count) await mapNext(c, cabinet);
}
async function testAll(c: Commissioning, cabinet: StrangeCabinet): Promise<void> {
  while (c.wizard.step === "test") {
    const { trying } = c.wizard;
    await c.fire();
    assert.equal(c.wizard.trying?.phase, "close", JSON.stringify(c.wizard.trying));
    cabinet.shut();
    await eventually(`door ${trying!.door} to be seen shut`, () => c.wizard.step !== "test" || c.wizard.trying?.door !== trying!.door);
  }
}

test("two boards, one wired the other way round: found, learned, mapped, tested, recorded and signed (F11, I-18)", async () => {
  using cabinet = strangeCabinet([cu16(0, doorsFrom(1, 3)), cu16(1, doorsFrom(101, 2), { polarity: "zero_is_closed" })]);
  const c = cabinet.start();
  await c.scan([port], models);
  assert.ok(c.wizard.step === "boards");
  assert.deepEqual(
    c.wizard.found.map(({ model, address, baud, answers }) => [model, address, baud, answers]),
    [
      ["cu16", 0, 19_200, "one"],
      ["cu16", 1, 19_200, "one"],
    ],
  );
  assert.equal(cabinet.fired(), 0, "a scan opens nothing");
  await c.begin();
  await mapUntil(c, cabinet, 3);
  // The rest of the first board has no locks.
  while (doorsStep(c.wizard).trying.board === "A") await c.leaveOut();
  await mapUntil(c, cabinet, 5);
  await c.finish();
  await testAll(c, cabinet);
  assert.equal(readRecord(cabinet.folder), undefined, "nothing is signed before somebody says who has tested it");
  await c.sign("Ada Tester");
  const wiring = readWiring(cabinet.folder)!;
  assert.deepEqual(
    wiring.lines[0]!.boards.map((b) => [b.name, b.address, b.quirks?.polarity]),
    [
      ["A", 0, "one_is_closed"],
      ["B", 1, "zero_is_closed"],
    ],
  );
  assert.deepEqual(
    wiring.doors.map((d) => [d.door, d.board, d.lock]),
    [
      [1, "A", 1],
      [2, "A", 2],
      [3, "A", 3],
      [101, "B", 1],
      [102, "B", 2],
    ],
  );
  assert.equal(cabinet.fired(), 10, "each door once to be mapped, once to be tested");

  // The record is signed with the key for which the certificate is asked next.
  const { key } = JSON.parse(readFileSync(path.join(cabinet.folder, "enrolment.json"), "utf8")) as { key: string };
  const publicKey = createPublicKey(createPrivateKey(key));
  const record = open("acceptance", readRecord(cabinet.folder), { station: publicKey }, AcceptanceRecord);
  assert.deepEqual([record.technician, record.isSimulated], ["Ada Tester", false]);
  assert.equal(acceptedWiring(record), wiringNow(wiring), "what was accepted is what the station will find at its next start");
  assert.deepEqual(
    record.doors.map((d) => [d.door, d.outcome, d.isSeenClosed, d.isOccupied]),
    [1, 2, 3, 101, 102].map((door) => [door, "opened", true, false]),
  );
  assert.ok(record.doors.every(({ tookMs }) => tookMs !== null));
  const forged = { ...readRecord(cabinet.folder)!, body: readRecord(cabinet.folder)!.body.replace('"door":102', '"door":103') };
  assert.throws(() => open("acceptance", forged, { station: publicKey }, AcceptanceRecord), /signature/);
  await c.stop();
  const settings = {
    STATION_DATA: cabinet.folder,
    LOCK_BOARD: undefined,
    LOCK_BOARD_ADDRESSES: undefined,
    LOCK_MAP: undefined,
    LOCK_BOARD_POLARITY: "one_is_closed",
    SIM_TIMING: false,
  } as const;
  await assert.rejects(openLocks(settings), /\/dev\/ttyTEST/, "the station starts on what commissioning wrote");
});

test("fresh boards with one address: the scan says so and nothing can go on; at once or in turn (lessons from the field)", async () => {
  for (const collisions of ["glued", "merged"] as const) {
    const twins = [cu16(2, doorsFrom(1, 2)), cu16(2, doorsFrom(11, 2))];
    // Two boards at rest say the same at once: only their doors tell them apart.
    if (collisions === "merged") twins[1]!.board.move(1, "open");
    using cabinet = strangeCabinet(twins, { collisions });
    const c = cabinet.start();
    await c.scan([port], ["cu16"]);
    await assert.rejects(c.begin(), /At address 2 of serial:\/dev\/ttyTEST two boards .* Give one of them another address/);
    assert.equal(cabinet.fired(), 0);
    await c.stop();
  }
});

test("twins that speak with one voice are found by their doors: two open, and the lock is not mapped", async () => {
  using cabinet = strangeCabinet([cu16(2, doorsFrom(1, 2)), cu16(2, doorsFrom(11, 2))], { collisions: "merged" });
  const c = cabinet.start();
  await c.scan([port], ["cu16"]);
  await c.begin();
  await c.fire();
  assert.deepEqual(cabinet.openDoors(), [1, 11]);
  await c.which([1, 11]);
  const { problem, doors } = doorsStep(c.wizard);
  assert.deepEqual([problem?.kind, problem?.doors, doors], ["two_doors", [1, 11], []]);
  await c.stop();
});

test("coil and switch swapped between two doors: told, and neither is mapped; rewired, they are (I-18)", async () => {
  // Lock 1's coil opens door 1, but the switch of door 1 hangs on input 2.
  const hung = cu16(0, doorsFrom(1, 2));
  using cabinet = strangeCabinet([hung]);
  const c = cabinet.start();
  await c.scan([port], ["cu16"]);
  await c.begin();
  const { move } = hung.board;
  const swapped = new Map([
    [1, 2],
    [2, 1],
  ]);
  hung.board.move = (lock, door) => move.call(hung.board, swapped.get(lock) ?? lock, door);
  await c.fire();
  await c.which([1]);
  assert.equal(doorsStep(c.wizard).problem?.kind, "other_switch");
  hung.board.move(1, "closed");
  hung.board.move = move;
  await mapUntil(c, cabinet, 2);
  assert.deepEqual(
    doorsStep(c.wizard).doors.map((d) => [d.door, d.lock]),
    [
      [1, 1],
      [2, 2],
    ],
  );
  await c.stop();
});

test("whole cables swapped are no fault: the map says which door each lock opens", async () => {
  using cabinet = strangeCabinet([
    cu16(
      0,
      new Map([
        [1, 2],
        [2, 1],
      ]),
    ),
  ]);
  const c = cabinet.start();
  await c.scan([port], ["cu16"]);
  await c.begin();
  await mapUntil(c, cabinet, 2);
  await c.finish();
  assert.ok(c.wizard.step === "test");
  assert.deepEqual(c.wizard.wiring.doors, [
    { door: 1, board: "A", lock: 2 },
    { door: 2, board: "A", lock: 1 },
  ]);
  await c.stop();
});

test("a dead door, a dead switch, a switch wired alone the other way round, a door named twice", async () => {
  const hung = cu16(0, doorsFrom(1, 4));
  using cabinet = strangeCabinet([hung]);
  const c = cabinet.start();
  await c.scan([port], ["cu16"]);
  await c.begin();
  await mapUntil(c, cabinet, 1);
  hung.board.faults.jammed.add(2);
  await c.fire();
  await c.which([]);
  assert.equal(doorsStep(c.wizard).problem?.kind, "no_door");
  hung.board.faults.jammed.delete(2);
  hung.board.faults.stuck.set(2, "closed");
  await c.fire();
  await assert.rejects(c.which([1]), /Door 1 is already on lock 1 of board A/);
  await c.which([2]);
  assert.equal(doorsStep(c.wizard).problem?.kind, "no_switch");
  await c.leaveOut();
  cabinet.shut();
  // Door 3's switch is open when the door is shut.
  hung.board.faults.stuck.set(3, "open");
  const { onFire } = hung.board;
  hung.board.onFire = (lock) => {
    onFire(lock);
    if (lock === 3) hung.board.faults.stuck.set(3, "closed");
  };
  await c.fire();
  await c.which([3]);
  assert.equal(doorsStep(c.wizard).problem?.kind, "reversed");
  await c.stop();
});

test("killed at any step, it goes on where it stood, and fires nothing by itself", async () => {
  const hung = cu16(0, doorsFrom(1, 2));
  using cabinet = strangeCabinet([hung], { fetch: takesAnyone });
  let c = cabinet.start();
  /** A power cut: the process is gone, and another one reads what is on the disk. */
  const cut = async (): Promise<void> => {
    const { wizard } = c;
    await c.stop();
    const fired = cabinet.fired();
    c = cabinet.start();
    assert.deepEqual(c.wizard, wizard);
    assert.equal(cabinet.fired(), fired);
  };
  await cut();
  await c.scan([port], ["cu16"]);
  await cut();
  await c.begin();
  await cut();
  // In the middle of firing: the intent was on the disk.
  const firing = c.fire();
  await eventually("the lock to be fired", () => cabinet.fired() === 1);
  await c.stop();
  await firing.catch(() => {});
  // What the killed process would still have written is undone.
  const { progressFile } = await import("./progress-file.ts");
  const before = doorsStep(c.wizard);
  progressFile(cabinet.folder).write({ ...before, trying: { ...before.trying, phase: "firing", seen: null } });
  c = cabinet.start();
  await c.which(cabinet.openDoors());
  assert.equal(doorsStep(c.wizard).trying.phase, "ready", "nobody watched the switch: once more, with eyes on it");
  assert.deepEqual(doorsStep(c.wizard).doors, []);
  cabinet.shut();
  await c.fire();
  await cut();
  await c.which([1]);
  await cut();
  cabinet.shut();
  await eventually("door 1 to be seen shut by the next process", () => doorsStep(c.wizard).doors.length === 1);
  await mapUntil(c, cabinet, 2);
  await c.finish();
  await cut();
  await c.fire();
  await cut();
  cabinet.shut();
  await eventually("door 1 to be tested", () => c.wizard.step === "test" && c.wizard.results.length === 1);
  await testAll(c, cabinet);
  await cut();
  await assert.rejects(c.enrol("http://backend.test", "t".repeat(32)), /sign the record/);
  await c.sign("Ada Tester");
  await cut();
  await assert.rejects(c.enrol("http://backend.test", "x".repeat(32)), /refused the enrolment: token_invalid/);
  await cut();
  await c.enrol("http://backend.test", "t".repeat(32));
  assert.ok(c.wizard.step === "done" && c.wizard.station === newStation);
  await c.stop();
  assert.ok(existsSync(path.join(cabinet.folder, "identity.json")) && !existsSync(path.join(cabinet.folder, "commissioning.json")));
  // The signed record belongs to the certificate's key.
  const identity = JSON.parse(readFileSync(path.join(cabinet.folder, "identity.json"), "utf8")) as { key: string };
  open("acceptance", readRecord(cabinet.folder), { station: createPublicKey(createPrivateKey(identity.key)) }, AcceptanceRecord);
});

test("in the acceptance test a door that stays shut holds everything up until it opens or is left out; a sensor that sees a ghost too", async () => {
  const hung = cu16(0, doorsFrom(1, 2));
  using cabinet = strangeCabinet([hung]);
  const c = cabinet.start();
  await c.scan([port], ["cu16"]);
  await c.begin();
  await mapUntil(c, cabinet, 2);
  await c.finish();
  hung.board.faults.jammed.add(1);
  await c.fire();
  assert.ok(c.wizard.step === "test");
  assert.deepEqual([c.wizard.trying?.phase, c.wizard.trying?.result?.reason], ["failed", "door_stuck"]);
  hung.board.faults.jammed.delete(1);
  hung.board.put(1, true);
  await c.fire();
  cabinet.shut();
  await eventually("the sensor to be heard", () => c.wizard.step === "test" && c.wizard.trying?.phase === "failed");
  assert.equal(c.wizard.trying?.result?.reason, "sensor");
  assert.equal(readRecord(cabinet.folder), undefined, "nothing is signed");
  await c.leaveOut();
  await testAll(c, cabinet);
  await c.sign("Ada Tester");
  const { doors } = acceptanceToTell(cabinet.folder)!;
  assert.deepEqual(
    doors.map((each) => [each.door, hasPassed(each), each.reason]),
    [
      [1, false, "sensor"],
      [2, true, null],
    ],
    "the record says what failed",
  );
  assert.deepEqual(
    readWiring(cabinet.folder)!.doors.map((d) => d.door),
    [2],
  );
  await c.stop();
});
