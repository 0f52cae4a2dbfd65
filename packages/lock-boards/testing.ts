// One board of any model at the far end of a line in memory, for tests.
import { line } from "./line.ts";
import type { LockBoard, Quirks } from "./lock-board.ts";
import { models, type ModelName } from "./models.ts";
import { simulatedBoard, type SimulatedOptions } from "./simulated.ts";
import { SimulatedLine, type Collisions, type SimulatedBoard } from "./simulator.ts";
import { duplex } from "./transport.ts";

export interface Bench {
  readonly board: LockBoard;
  /** The boards at this address: one, unless more were asked for. */
  readonly simulated: readonly SimulatedBoard[];
  /** Everything that the host wrote, frame by frame. */
  readonly written: Uint8Array[];
  /** Ends the line. */
  cut(): Promise<void>;
}
export interface BenchOptions extends SimulatedOptions {
  readonly address?: number;
  /** Boards with one and the same address. */
  readonly count?: number;
  readonly collisions?: Collisions;
  readonly quirks?: Partial<Quirks>;
}

/** A board as it comes from the factory, with timings of a test. */
export function bench(model: ModelName, { address, count = 1, collisions, quirks, ...options }: BenchOptions = {}): Bench {
  const [near, far] = duplex();
  const at = address ?? models[model].addresses.first;
  const simulated = Array.from({ length: count }, () => simulatedBoard(model, at, options));
  new SimulatedLine(far, simulated, collisions);
  const written: Uint8Array[] = [];
  const bus = line({
    ...near,
    write: (bytes) => {
      written.push(bytes.slice());
      return near.write(bytes);
    },
  });
  const own = { ...models[model].quirks, minIntervalMs: 0, replyTimeoutMs: 1_000, ...quirks };
  return { board: models[model].drive(bus, at, own), simulated, written, cut: () => far.close() };
}

/** `02 00 1F` as bytes. */
export const bytes = (hex: string): Uint8Array => Uint8Array.from(hex.split(" "), (byte) => Number.parseInt(byte, 16));
/** Bytes as `02 00 1F`. */
export const hex = (data: Uint8Array): string => [...data].map((byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(" ");
