import { readdirSync, readFileSync } from "node:fs";

/** A world that once broke a promise: lived again for ever. */
export interface KeptSeed {
  readonly seed: number;
  readonly parcels: number;
  /** What it showed, and what holds since. */
  readonly found: string;
}
const folder = new URL("../seeds/", import.meta.url);

/** Every seed that is kept, in the order of their numbers. */
export const keptSeeds = (): readonly KeptSeed[] =>
  readdirSync(folder)
    .toSorted()
    .map((name) => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as KeptSeed);
