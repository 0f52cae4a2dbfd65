import assert from "node:assert/strict";
import { test } from "node:test";
import { Wiring } from "./wiring.ts";

const board = { name: "A", model: "cu48", address: 0 };
const good = {
  v: 1,
  lines: [
    { port: "serial:/dev/ttyUSB0", boards: [board, { name: "B", model: "cu16", address: 0, quirks: { polarity: "zero_is_closed" } }] },
    { port: "tcp:10.0.0.9:5000", baud: 9_600, boards: [{ name: "C", model: "8a80", address: 1 }] },
  ],
  doors: [
    { door: 1, board: "A", lock: 48 },
    { door: 101, board: "C", lock: 1 },
  ],
};
const said = (wiring: unknown): string => (Wiring.safeParse(wiring).error?.issues ?? []).map((issue) => issue.message).join(" ");

test("a cabinet of several lines and mixed models is described in one file", () => {
  assert.deepEqual(Wiring.parse(good), good);
});

test("a light on a lock's relay would open it: signals and latches hang on what no door uses, and what cannot be is said in sentences", () => {
  const relays = { name: "R", model: "relay16", address: 1 };
  const extras = {
    v: 1,
    lines: [{ port: "serial:/dev/ttyUSB0", boards: [relays] }],
    doors: [1, 2].map((door) => ({ door, board: "R", lock: door })),
    signals: [
      { kind: "light", board: "R", output: 9, doors: [1, 2] },
      { kind: "buzzer", board: "R", output: 10, doors: [] },
    ],
    latches: [{ door: 1, board: "R", input: 9 }],
  };
  assert.deepEqual(Wiring.parse(extras), extras);
  const signal = (more: object) => said({ ...extras, signals: [{ kind: "light", board: "R", output: 9, doors: [], ...more }] });
  assert.match(signal({ output: 2 }), /A light is on output 2 of board "R", which is the lock of door 2: it would open it/);
  assert.match(signal({ output: 17 }), /which has 16/);
  assert.match(signal({ board: "X" }), /there is no such board/);
  assert.match(signal({ doors: [3] }), /points to door 3, but there is no such door/);
  assert.match(said({ ...extras, signals: [extras.signals[0], extras.signals[0]] }), /Two signals are on output 9/);
  const cu48 = { ...extras, lines: [{ port: "sim", boards: [{ ...relays, model: "cu48" }] }], latches: [] };
  assert.match(said(cu48), /a KERONG CU48 switches locks only/);
  const latch = (more: object) => said({ ...extras, latches: [{ ...extras.latches[0], ...more }] });
  assert.match(latch({ input: 2 }), /The latch of door 1 is on input 2 of board "R", which is taken by door 2/);
  assert.match(latch({ input: 17 }), /which has 16/);
  assert.match(latch({ door: 9 }), /A latch is told for door 9, but there is no such door/);
  assert.match(said({ ...extras, latches: [extras.latches[0], { ...extras.latches[0], input: 11 }] }), /Door 1 has two latches/);
});

test("what no cabinet can be is said in sentences", () => {
  const line = good.lines[0]!;
  const withBoards = (...boards: object[]) => ({ ...good, lines: [{ ...line, boards }], doors: [] });
  assert.match(said(withBoards(board, { ...board, name: "B" })), /Two boards on serial:\/dev\/ttyUSB0 have address 0: both would open/);
  assert.match(said(withBoards(board, { ...board, address: 1 })), /Two boards are called "A"/);
  assert.match(said(withBoards({ ...board, address: 10 })), /Board "A" has address 10, but a KERONG CU48 has one of 0 to 9/);
  assert.match(said(withBoards({ ...board, model: "cu49" })), /must be one of cu48, cu16/);
  assert.match(
    said(withBoards(board, { name: "W", model: "winnsen", address: 1 })),
    /"W" cannot speak at 19200 baud: a Winnsen knows 9600/,
  );
  assert.match(said({ ...good, lines: [line, line] }), /The line serial:\/dev\/ttyUSB0 is there twice/);
  assert.match(said({ ...good, doors: [{ door: 1, board: "X", lock: 1 }] }), /Door 1 is on board "X", but there is no such board/);
  assert.match(
    said({ ...good, doors: [{ door: 1, board: "A", lock: 49 }] }),
    /Door 1 is on lock 49 of board "A", but a KERONG CU48 has 48/,
  );
  assert.match(
    said({ ...good, doors: [...good.doors, { door: 2, board: "A", lock: 48 }] }),
    /Doors 1 and 2 are both on lock 48 of board "A"/,
  );
  assert.match(said({ ...good, doors: [...good.doors, { door: 1, board: "A", lock: 2 }] }), /Door 1 is there twice/);
  for (const port of ["ttyUSB0", "tcp:host", "tcp:host:port", "serial:"])
    assert.match(said({ ...good, lines: [{ ...line, port }] }), /must be serial:/, port);
  assert.notEqual(
    said(withBoards({ ...board, quirks: { baseLock: 0 } })),
    "",
    "the addressing base is the model's: a lock 0 may mean all locks",
  );
});
