// needs: socat
import assert from "node:assert/strict";
import { test } from "node:test";
import { cu48 } from "./cu48/driver.ts";
import { Cu48Simulator } from "./cu48/simulator.ts";
import { hasSocat, pseudoTerminals } from "./pseudo-terminal.ts";
import { serial } from "./serial.ts";
import { paced, type Transport } from "./transport.ts";

test("a board on a pseudo-terminal at 19,200 baud: opens, reads, closes", async () => {
  assert.ok(hasSocat(), "this test needs socat, which is not installed here: apt-get install socat");
  const cable = await pseudoTerminals();
  const near = await serial(cable.station);
  const wire = await serial(cable.board);
  // A pseudo-terminal has no speed of its own, so the simulated board speaks at the pace of the real line.
  const slow: Transport = { ...wire, write: paced((chunk) => void wire.write(chunk), 19_200) };
  const simulator = new Cu48Simulator(slow, { boards: [0] });
  const board = cu48({ transport: near, boards: [0] });
  try {
    assert.equal((await board.status()).get(7)?.door, "closed");
    const before = performance.now();
    await board.open(7);
    while (simulator.fired.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    assert.equal((await board.status()).get(7)?.door, "open");
    assert.ok(performance.now() - before >= 6.25, "12 bytes of reply take 6.25 ms");
    simulator.closeDoor(7);
    assert.equal((await board.status()).get(7)?.door, "closed");
    assert.deepEqual(
      simulator.fired.map((f) => f.lock),
      [7],
    );
  } finally {
    await near.close();
    await wire.close();
    await cable.close();
  }
});

test("a cable that is pulled and put back: calls fail meanwhile, and work again by themselves", async () => {
  let cable = await pseudoTerminals();
  const near = await serial(cable.station);
  const board = cu48({ transport: near, boards: [0], replyTimeoutMs: 50 });
  const attach = async (): Promise<Transport> => {
    const wire = await serial(cable.board);
    new Cu48Simulator(wire, { boards: [0] });
    return wire;
  };
  let wire = await attach();
  assert.equal((await board.status()).size, 48);
  await wire.close();
  await cable.close();
  const failing = await board.status().then(
    (status) => status.size,
    () => 0,
  );
  assert.equal(failing, 0);
  cable = await pseudoTerminals(cable.folder);
  wire = await attach();
  try {
    const deadline = performance.now() + 8_000;
    for (;;) {
      const status = await board.status().catch(() => new Map());
      if (status.size === 48) break;
      assert.ok(performance.now() < deadline, "the line did not come back");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  } finally {
    await near.close();
    await wire.close();
    await cable.close();
  }
});

test("a serial line that is not there is named", async () => {
  await assert.rejects(serial("/dev/pigeonhole-no-such-line"), /open serial line \/dev\/pigeonhole-no-such-line/);
});
