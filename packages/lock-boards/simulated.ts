import { board8a80Voice } from "./8a80/simulator.ts";
import { cu16Voice } from "./cu16/simulator.ts";
import { cu48Voice } from "./cu48/simulator.ts";
import type { Quirks } from "./lock-board.ts";
import { relayVoice } from "./modbus/simulator.ts";
import { models, type ModelName } from "./models.ts";
import { SimulatedBoard, type Voice } from "./simulator.ts";
import { winnsenVoice } from "./winnsen/simulator.ts";
import { wklyVoice } from "./wkly/simulator.ts";

const voices: Readonly<Record<ModelName, Voice>> = {
  cu48: cu48Voice,
  cu16: cu16Voice,
  "8a80": board8a80Voice,
  winnsen: winnsenVoice,
  wkly: wklyVoice,
  relay8: relayVoice(8),
  relay16: relayVoice(16),
  relay32: relayVoice(32),
};

export interface SimulatedOptions {
  /** As its switches are wired; by default as the model comes. */
  readonly polarity?: Quirks["polarity"];
  /** Wires that were swapped: which coil and switch hang on each lock number. */
  readonly wires?: ReadonlyMap<number, number>;
}

/** A board of any model, at the far end of a line (`SimulatedLine`). */
export const simulatedBoard = (model: ModelName, address: number, { polarity, wires }: SimulatedOptions = {}): SimulatedBoard =>
  new SimulatedBoard({ voice: voices[model], address, polarity: polarity ?? models[model].quirks.polarity, ...(wires && { wires }) });
