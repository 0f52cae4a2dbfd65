// Cabinets of several lines: real TCP connections, mixed boards, one of them dead.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { test } from "node:test";
import type { ModelName } from "./models.ts";
import { simulatedBoard } from "./simulated.ts";
import { SimulatedLine, type SimulatedBoard } from "./simulator.ts";
import { duplex, type Transport } from "./transport.ts";
import { wired } from "./wired.ts";
import type { Wiring } from "./wiring.ts";

/** A gateway between TCP and a line of boards; `stop` cuts it off, `start` brings it back on the same port. */
async function gateway(boards: readonly SimulatedBoard[]) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    const wire: Transport = {
      write: async (bytes) => void socket.write(bytes),
      onData: (reader) => void socket.on("data", reader),
      onClose: () => {},
      close: async () => void socket.destroy(),
    };
    new SimulatedLine(wire, boards);
  });
  let port = 0;
  const start = async (): Promise<void> => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    ({ port } = server.address() as AddressInfo);
  };
  await start();
  const stop = async (): Promise<void> => {
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return { port: `tcp:127.0.0.1:${port}`, start, stop };
}
const eventually = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + 10_000;
  while (!(await holds())) {
    assert.ok(performance.now() < deadline, `waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
const doorsOn = (board: string, from: number, count: number) =>
  Array.from({ length: count }, (_, n) => ({ door: from + n, board, lock: n + 1 }));

test("a gateway that goes and comes back: nothing is sent late, and doors are read again by themselves", async () => {
  const cu16 = simulatedBoard("cu16", 2);
  const at = await gateway([cu16]);
  const locks = await wired({
    v: 1,
    lines: [{ port: at.port, boards: [{ name: "A", model: "cu16", address: 2 }] }],
    doors: doorsOn("A", 101, 16),
  });
  try {
    assert.equal((await locks.status()).get(101)?.door, "closed");
    await locks.open(105);
    await eventually("door 105 to open", async () => (await locks.status()).get(105)?.door === "open");
    await at.stop();
    await eventually("the loss to be noticed", () =>
      locks.status().then(
        () => false,
        () => true,
      ),
    );
    await assert.rejects(locks.open(106), /write to 127\.0\.0\.1/);
    assert.equal(locks.boards()[0]!.isAnswering, false);
    await at.start();
    await eventually("the gateway to be back", () =>
      locks.status().then(
        (status) => status.size === 16,
        () => false,
      ),
    );
    assert.deepEqual(
      cu16.fired.map((f) => f.lock),
      [5],
      "what was asked while the line was lost never arrives",
    );
    assert.equal(locks.boards()[0]!.isAnswering, true);
  } finally {
    await locks.close();
    await at.stop();
  }
});

test("one dead board, and one dead line, do not stop the cabinet; the doors are back when the board answers again", async () => {
  const boards = {
    A: simulatedBoard("cu48", 0),
    B: simulatedBoard("cu16", 1),
    C: simulatedBoard("8a80", 1),
    D: simulatedBoard("winnsen", 1),
  };
  const left = await gateway([boards.A, boards.B]);
  const right = await gateway([boards.C, boards.D]);
  const gone = await gateway([]);
  await gone.stop();
  const quick = { replyTimeoutMs: 100, minIntervalMs: 0 };
  const wiring: Wiring = {
    v: 1,
    lines: [
      {
        port: left.port,
        boards: [
          { name: "A", model: "cu48", address: 0, quirks: quick },
          { name: "B", model: "cu16", address: 1, quirks: quick },
        ],
      },
      {
        port: right.port,
        boards: [
          { name: "C", model: "8a80", address: 1, quirks: quick },
          { name: "D", model: "winnsen", address: 1, quirks: quick },
        ],
      },
      { port: gone.port, boards: [{ name: "E", model: "wkly", address: 0 }] },
    ],
    doors: [...doorsOn("A", 1, 48), ...doorsOn("B", 101, 16), ...doorsOn("C", 201, 24), ...doorsOn("D", 301, 16), ...doorsOn("E", 401, 24)],
  };
  const locks = await wired(wiring);
  const answering = async (): Promise<string[]> => {
    const status = await locks.status();
    return wiring.doors.filter(({ lock, door }) => lock === 1 && status.has(door)).map(({ board }) => board);
  };
  try {
    await eventually("four boards to answer", async () => (await answering()).join("") === "ABCD");
    boards.A.faults.isDead = true;
    await eventually(
      "A to be out",
      async () => (await answering()).join("") === "BCD" && locks.boards().find((b) => b.board === "A")!.isAnswering === false,
    );
    for (const [door, board] of [
      [102, boards.B],
      [203, boards.C],
      [304, boards.D],
    ] as const) {
      await locks.open(door);
      await eventually(`door ${door}`, async () => (await locks.status([door])).get(door)?.door === "open");
      assert.equal(board.fired.length, 1);
    }
    // The silent board is asked seldom: it does not cost the others its timeout every time.
    const before = performance.now();
    for (let n = 0; n < 5; n++) await locks.status([101]);
    assert.ok(performance.now() - before < 5 * 100, "boards without a wanted door are not waited for");
    boards.A.faults.isDead = false;
    await eventually("A to be back", async () => (await answering()).join("") === "ABCD");
    await gone.start();
    assert.deepEqual(
      locks.boards().map(({ board, model, address, isAnswering }) => [board, model, address, isAnswering]),
      [
        ["A", "KERONG CU48", 0, true],
        ["B", "KERONG KR-CU16", 1, true],
        ["C", "8A/80, 24 doors", 1, true],
        ["D", "Winnsen", 1, true],
        ["E", "WKLY", 0, false],
      ],
    );
  } finally {
    await locks.close();
    await Promise.all([left.stop(), right.stop(), gone.stop()]);
  }
});

test("different boards share one line without hearing each other's words as theirs", async () => {
  const models: readonly (readonly [ModelName, number])[] = [
    ["8a80", 1],
    ["winnsen", 1],
    ["wkly", 1],
    ["relay8", 1],
    ["cu16", 1],
  ];
  const [near, far] = duplex();
  const boards = models.map(([model, address]) => simulatedBoard(model, address));
  new SimulatedLine(far, boards);
  const locks = await wired(
    {
      v: 1,
      lines: [{ port: "sim", baud: 9_600, boards: models.map(([model, address]) => ({ name: model, model, address })) }],
      doors: models.flatMap(([model], index) => doorsOn(model, index * 100 + 1, 8)),
    },
    async () => ({ transport: near, ready: Promise.resolve() }),
  );
  assert.equal((await locks.status()).size, 40);
  for (const [index, board] of boards.entries()) {
    await locks.open(index * 100 + 3);
    const open = [...(await locks.status())].filter(([, { door }]) => door === "open").map(([door]) => door);
    assert.deepEqual(
      open,
      Array.from({ length: index + 1 }, (_, n) => n * 100 + 3),
    );
    assert.deepEqual(
      board.fired.map((f) => f.lock),
      [3],
    );
  }
  await locks.close();
});

test("a cabinet without a single line that can be opened says why", async () => {
  const { port, stop } = await gateway([]);
  await stop();
  await assert.rejects(
    wired({ v: 1, lines: [{ port, boards: [{ name: "A", model: "cu48", address: 0 }] }], doors: [] }),
    /connect to the gateway 127\.0\.0\.1/,
  );
});

test("lights, buzzers and bolts on one relay board: a signal is a pulse that ends by itself and opens nothing, a bolt is read beside its door", async () => {
  const relays = simulatedBoard("relay16", 1);
  const [transport, far] = duplex();
  new SimulatedLine(far, [relays]);
  const wiring: Wiring = {
    v: 1,
    lines: [{ port: "sim", boards: [{ name: "R", model: "relay16", address: 1, quirks: {} }] }],
    doors: doorsOn("R", 1, 2),
    signals: [
      { kind: "light", board: "R", output: 9, doors: [1] },
      { kind: "buzzer", board: "R", output: 10, doors: [] },
    ],
    latches: [{ door: 1, board: "R", input: 11 }],
  };
  const locks = await wired(wiring, async () => ({ transport, ready: Promise.resolve() }));
  const [light, buzzer] = locks.signals!;
  assert.deepEqual([light!.kind, light!.doors, buzzer!.kind, buzzer!.doors], ["light", [1], "buzzer", []]);
  await light!.give(500);
  await buzzer!.give(200);
  assert.deepEqual(
    relays.fired.map(({ lock }) => lock),
    [9, 10],
    "the relays of the signals and no others",
  );
  assert.deepEqual(
    await locks.status([1, 2]),
    new Map([
      [1, { door: "closed", occupied: null, latched: true }],
      [2, { door: "closed", occupied: null }],
    ]),
  );
  relays.move(11, "open");
  assert.equal((await locks.status([1])).get(1)?.latched, false);
  await assert.rejects(locks.open(9), /on no board/, "what is no door is opened by nobody");
  await locks.close();
});
