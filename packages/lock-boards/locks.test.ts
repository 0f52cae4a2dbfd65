import assert from "node:assert/strict";
import { test } from "node:test";
import { duplex } from "./transport.ts";
import { cu48, type Cu48Options } from "./cu48/driver.ts";
import { statusReply } from "./cu48/frames.ts";
import { Cu48Simulator } from "./cu48/simulator.ts";

/** A driver and the boards at the other end of its line. */
function line(options: Partial<Cu48Options> & { baud?: number } = {}) {
  const [near, far] = duplex(options.baud);
  const boards = options.boards ?? [0];
  const simulator = new Cu48Simulator(far, { boards, ...(options.polarity && { polarity: options.polarity }) });
  const board = cu48({ transport: near, replyTimeoutMs: 40, minIntervalMs: 1, ...options, boards });
  return { board, simulator, far };
}

test("a door opens on unlock, stays open, and is closed by hand", async () => {
  const { board, simulator } = line();
  assert.equal((await board.status()).get(14)?.door, "closed");
  assert.deepEqual(await board.open(14), { outcome: "sent" });
  assert.equal((await board.status()).get(14)?.door, "open");
  assert.equal((await board.status()).get(13)?.door, "closed");
  simulator.closeDoor(14);
  assert.equal((await board.status()).get(14)?.door, "closed");
  assert.deepEqual(
    simulator.fired.map((f) => f.lock),
    [14],
  );
});

test("both polarities read the same doors", async () => {
  for (const polarity of ["one_is_closed", "zero_is_closed"] as const) {
    const { board, simulator } = line({ polarity });
    simulator.forceOpen(3);
    const status = await board.status();
    assert.equal(status.get(3)?.door, "open", polarity);
    assert.equal([...status.values()].filter((d) => d.door === "closed").length, 47, polarity);
  }
});

test("locks are numbered over all boards of the line", async () => {
  const { board, simulator } = line({ boards: [2, 0] });
  await board.open(49);
  assert.ok(simulator.isOpen(49));
  assert.equal((await board.status()).size, 96);
  await assert.rejects(board.open(97), /on no board/);
  await assert.rejects(board.open(0), /on no board/);
});

test("split, prefixed and glued replies are understood", async () => {
  const { board, simulator, far } = line();
  simulator.forceOpen(48);
  simulator.faults.splitBytes = 5;
  assert.equal((await board.status()).get(48)?.door, "open");
  simulator.faults.splitBytes = 0;
  simulator.faults.garbagePrefix = Uint8Array.of(0xff, 0x02, 0x65, 0x00, 0x03);
  assert.equal((await board.status()).get(48)?.door, "open");
  simulator.faults.garbagePrefix = statusReply(1, []);
  assert.equal((await board.status()).get(48)?.door, "open", "another board's reply glued in front is not taken for this one's");
  // A reply that nobody asked for does not count for a later question.
  simulator.faults.garbagePrefix = new Uint8Array(0);
  await far.write(statusReply(0, []));
  assert.equal((await board.status()).get(1)?.door, "closed");
});

test("silence and bad sums leave the doors unknown, and the other board answers on", async () => {
  const { board, simulator } = line({ boards: [0, 1] });
  simulator.faults.hasBadChecksum = true;
  assert.equal((await board.status()).size, 0);
  simulator.faults.hasBadChecksum = false;
  simulator.faults.isSilent = true;
  assert.equal((await board.status()).size, 0);
  await board.open(1);
  assert.ok(simulator.isOpen(1), "a silent board still opens");
  simulator.faults.isSilent = false;
  assert.equal((await board.status()).get(1)?.door, "open");
  // One of two boards is missing on the bus.
  const [near, far] = duplex();
  new Cu48Simulator(far, { boards: [1] });
  const half = await cu48({ transport: near, boards: [0, 1], replyTimeoutMs: 30, minIntervalMs: 1 }).status();
  assert.deepEqual([half.has(1), half.has(49)], [false, true]);
});

test("a jammed lock fires and does not move; a stuck switch tells what it always tells", async () => {
  const { board, simulator } = line();
  simulator.faults.jammed.add(5);
  await board.open(5);
  assert.equal((await board.status()).get(5)?.door, "closed");
  simulator.faults.stuck.set(6, "closed");
  await board.open(6);
  assert.ok(simulator.isOpen(6));
  assert.equal((await board.status()).get(6)?.door, "closed");
  assert.deepEqual(
    simulator.fired.map((f) => f.lock),
    [5, 6],
    "each fired once, none repeated",
  );
});

test("calls at the same time go over the line one after the other", async () => {
  const { board, simulator } = line();
  const [status] = await Promise.all([board.status(), board.open(1), board.open(2), board.status()]);
  assert.equal(status.get(1)?.door, "closed");
  assert.deepEqual(
    simulator.fired.map((f) => f.lock),
    [1, 2],
  );
});

test("at 19,200 baud a question and its answer take at least the 18 bytes' 9.3 ms", async () => {
  const { board } = line({ baud: 19_200, replyTimeoutMs: 200 });
  const before = performance.now();
  assert.equal((await board.status()).size, 48);
  assert.ok(performance.now() - before >= 9.3);
});

test("a lost line fails calls instead of hanging them", async () => {
  const { board, far } = line();
  await far.close();
  await assert.rejects(board.open(1), /closed/);
  await assert.rejects(board.status(), /closed/);
});
