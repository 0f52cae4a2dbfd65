// Commissioning begins with a scan (F11): what is on the line, at which speed, and which addresses two boards share.
import assert from "node:assert/strict";
import { test } from "node:test";
import { frameParser } from "./framing.ts";
import { modelNames, models, type ModelName } from "./models.ts";
import { scan } from "./scan.ts";
import { simulatedBoard } from "./simulated.ts";
import { SimulatedLine, type Collisions, type SimulatedBoard } from "./simulator.ts";
import { bench } from "./testing.ts";
import { duplex, type Transport } from "./transport.ts";

/** Boards that each listen at one speed only. */
const lineAt =
  (boards: readonly (readonly [number, SimulatedBoard])[], collisions?: Collisions) =>
  async (baud: number): Promise<Transport> => {
    const [near, far] = duplex();
    new SimulatedLine(
      far,
      boards.filter(([speed]) => speed === baud).map(([, board]) => board),
      collisions,
    );
    return near;
  };

test("boards of several kinds are found, each at its speed and address, and no door moves", async () => {
  const boards = [
    [19_200, simulatedBoard("cu48", 4)],
    [57_600, simulatedBoard("cu16", 14)],
    [9_600, simulatedBoard("8a80", 1)],
    [9_600, simulatedBoard("winnsen", 3)],
  ] as const;
  const told: number[] = [];
  const found = await scan({
    models: modelNames,
    open: lineAt(boards),
    replyTimeoutMs: 2,
    lateMs: 0,
    progress: (done, all) => told.push(done / all),
  });
  assert.deepEqual(
    new Set(found.map(({ model, baud, address, answers }) => `${model} ${baud} ${address} ${answers}`)),
    new Set(["cu48 19200 4 one", "cu16 57600 14 one", "8a80 9600 1 one", "winnsen 9600 3 one"]),
  );
  assert.equal(told.at(-1), 1);
  assert.deepEqual(
    boards.flatMap(([, board]) => board.fired),
    [],
  );
});

test("two boards with one address are told apart from one, whether they speak in turn or at once", async () => {
  for (const model of ["cu48", "8a80"] as const satisfies ModelName[]) {
    const [baud] = models[model].bauds;
    const at = models[model].addresses.first;
    const twins = [simulatedBoard(model, at), simulatedBoard(model, at), simulatedBoard(model, at + 1)];
    const answers = async (collisions: Collisions) =>
      (
        await scan({
          models: [model],
          open: lineAt(
            twins.map((board) => [baud, board] as const),
            collisions,
          ),
          replyTimeoutMs: 2,
          lateMs: 0,
        })
      ).map(({ address, answers }) => [address, answers]);
    assert.deepEqual(
      await answers("glued"),
      [
        [at, "several"],
        [at + 1, "one"],
      ],
      model,
    );
    twins[1]!.move(2, "open");
    assert.deepEqual(
      await answers("merged"),
      [
        [at, "garbled"],
        [at + 1, "one"],
      ],
      model,
    );
  }
});

test("a question to one kind of board is an unlock to none of the others", async () => {
  for (const asked of modelNames) {
    const { first, last } = models[asked].addresses;
    for (let address = first; address <= Math.min(last, 40); address++) {
      const { board, written } = bench(asked, { address });
      await board.status();
      for (const heardBy of modelNames) {
        const range = models[heardBy].addresses;
        const { voice } = simulatedBoard(heardBy, range.first);
        const parser = frameParser(voice.framing, (frame) => {
          for (let at = range.first; at <= range.last; at++)
            assert.doesNotMatch(voice.hear(frame, at)?.kind ?? "", /open/, `${asked} ${address} heard by ${heardBy} ${at}`);
        });
        for (const frame of written) parser.push(frame);
      }
    }
  }
});
