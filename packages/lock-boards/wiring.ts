import { z } from "zod";
import { modelNames, models } from "./models.ts";

/** No cabinet has more doors; nor more boards or lines. */
const max = { doors: 1_000, boards: 64, lines: 8 } as const;

/** Where a line is: `serial:/dev/ttyUSB0`, `tcp:192.168.1.50:5000` (a gateway that passes raw bytes on to RS-485), or `sim` (no hardware). */
export const Port = z
  .string()
  .regex(/^(sim|serial:.+|tcp:(\[[0-9a-fA-F:]+\]|[^:\s]+):\d{1,5})$/, { error: "must be serial:<device>, tcp:<host>:<port> or sim" });

/** What of a board's quirks a cabinet may say otherwise. */
export const QuirksGiven = z
  .strictObject({
    polarity: z.enum(["one_is_closed", "zero_is_closed"]),
    acknowledges: z.boolean(),
    occupancy: z.enum(["none", "one_is_occupied", "zero_is_occupied"]),
    minIntervalMs: z.int().min(0).max(1_000),
    coolDownMs: z.int().min(0).max(60_000),
    replyTimeoutMs: z.int().min(10).max(2_000),
    pulseMs: z.int().min(100).max(10_000),
  })
  .partial();

const Board = z.strictObject({
  /** Unique in the cabinet. */
  name: z.string().min(1).max(40),
  model: z.enum(modelNames, { error: `must be one of ${modelNames.join(", ")}` }),
  address: z.int(),
  quirks: QuirksGiven.optional(),
});

const Lines = z.strictObject({
  v: z.literal(1),
  lines: z
    .array(z.strictObject({ port: Port, baud: z.int().optional(), boards: z.array(Board).max(max.boards) }))
    .min(1)
    .max(max.lines),
  /** Which lock is behind each door. */
  doors: z.array(z.strictObject({ door: z.int().min(1), board: z.string(), lock: z.int().min(1) })).max(max.doors),
  /** Lights and buzzers on outputs that have no lock; `doors`: what a light points to, none for the whole cabinet. */
  signals: z
    .array(
      z.strictObject({
        kind: z.enum(["light", "buzzer"]),
        board: z.string(),
        output: z.int().min(1),
        doors: z.array(z.int().min(1)).max(max.doors).default([]),
      }),
    )
    .max(max.doors)
    .optional(),
  /** Sensors of their own that see whether a bolt is home: on the input of a lock number that has no door. */
  latches: z
    .array(z.strictObject({ door: z.int().min(1), board: z.string(), input: z.int().min(1) }))
    .max(max.doors)
    .optional(),
});

/** How a cabinet is wired: which boards hang on which lines, and which lock is behind which door. Written by commissioning, read at each start. */
export const Wiring = Lines.superRefine((wiring, context) => {
  for (const message of faultsOf(wiring)) context.addIssue({ code: "custom", message });
});
export type Wiring = z.output<typeof Wiring>;
export type WiredLine = Wiring["lines"][number];
export type WiredBoard = WiredLine["boards"][number];

/** One sentence for each thing that no cabinet can be. */
function faultsOf({ lines, doors, signals = [], latches = [] }: z.output<typeof Lines>): string[] {
  const faults: string[] = [];
  const boards = new Map<string, WiredBoard>();
  const ports = new Set<string>();
  for (const { port, baud, boards: onLine } of lines) {
    if (ports.has(port) && port !== "sim") faults.push(`The line ${port} is there twice.`);
    ports.add(port);
    const addresses = new Set<string>();
    for (const board of onLine) {
      const { name, model, address } = board;
      const { title, addresses: range, bauds } = models[model];
      if (boards.has(name)) faults.push(`Two boards are called "${name}": each needs a name of its own.`);
      boards.set(name, board);
      if (address < range.first || address > range.last)
        faults.push(`Board "${name}" has address ${address}, but a ${title} has one of ${range.first} to ${range.last}.`);
      if (addresses.has(`${model} ${address}`))
        faults.push(`Two boards on ${port} have address ${address}: both would open. Give one of them another address.`);
      addresses.add(`${model} ${address}`);
      const speed = baud ?? models[onLine[0]!.model].bauds[0];
      if (!bauds.includes(speed)) faults.push(`Board "${name}" cannot speak at ${speed} baud: a ${title} knows ${bauds.join(", ")}.`);
    }
  }
  const locks = new Map<string, number>();
  const seen = new Set<number>();
  for (const { door, board: name, lock } of doors) {
    const board = boards.get(name);
    if (seen.has(door)) faults.push(`Door ${door} is there twice: one door has one lock.`);
    seen.add(door);
    if (!board) faults.push(`Door ${door} is on board "${name}", but there is no such board.`);
    else if (lock > models[board.model].locks)
      faults.push(
        `Door ${door} is on lock ${lock} of board "${name}", but a ${models[board.model].title} has ${models[board.model].locks}.`,
      );
    const other = locks.get(`${name} ${lock}`);
    if (other !== undefined && other !== door) faults.push(`Doors ${other} and ${door} are both on lock ${lock} of board "${name}".`);
    locks.set(`${name} ${lock}`, door);
  }
  const outputs = new Set<string>();
  for (const { kind, board: name, output, doors: shown } of signals) {
    const board = boards.get(name);
    const here = `output ${output} of board "${name}"`;
    if (!board) faults.push(`A ${kind} is on board "${name}", but there is no such board.`);
    else if (!models[board.model].hasOutputs)
      faults.push(`A ${kind} is on ${here}, but a ${models[board.model].title} switches locks only.`);
    else if (output > models[board.model].locks) faults.push(`A ${kind} is on ${here}, which has ${models[board.model].locks}.`);
    if (locks.has(`${name} ${output}`))
      faults.push(`A ${kind} is on ${here}, which is the lock of door ${locks.get(`${name} ${output}`)}: it would open it.`);
    if (outputs.has(here)) faults.push(`Two signals are on ${here}.`);
    outputs.add(here);
    for (const door of shown) if (!seen.has(door)) faults.push(`A ${kind} on ${here} points to door ${door}, but there is no such door.`);
  }
  const inputs = new Map<string, number>();
  const watched = new Set<number>();
  for (const { door, board: name, input } of latches) {
    const board = boards.get(name);
    const here = `input ${input} of board "${name}"`;
    if (!board) faults.push(`The latch of door ${door} is on board "${name}", but there is no such board.`);
    else if (input > models[board.model].locks)
      faults.push(`The latch of door ${door} is on ${here}, which has ${models[board.model].locks}.`);
    if (!seen.has(door)) faults.push(`A latch is told for door ${door}, but there is no such door.`);
    if (watched.has(door)) faults.push(`Door ${door} has two latches: one is enough.`);
    watched.add(door);
    const other = locks.get(`${name} ${input}`) ?? inputs.get(`${name} ${input}`);
    if (other !== undefined) faults.push(`The latch of door ${door} is on ${here}, which is taken by door ${other}.`);
    inputs.set(`${name} ${input}`, door);
  }
  return faults;
}

/** The speed of a line: as given, else that of its first board as delivered. */
export const baudOf = ({ baud, boards }: WiredLine): number => baud ?? (boards[0] ? models[boards[0].model].bauds[0] : 19_200);
