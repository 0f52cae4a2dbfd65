// Personal data in tests: keys in memory that a test can change.
import { randomBytes } from "node:crypto";
import type { Now } from "../clock.ts";
import type { Db } from "../db.ts";
import { systemNewId } from "../ids.ts";
import { systemRandom } from "../random.ts";
import { createSeal, type Seal } from "../seal.ts";
import { fileKeys } from "./key-encryption.ts";
import { createPersonal } from "./personal.ts";

/** `keks`: newest first; a test may put another in front. */
export function testPersonal(db: Db<never>, now: Now, seal: Seal = createSeal([Buffer.alloc(32, 7)], systemRandom)) {
  const keks = [randomBytes(32)];
  const keys = fileKeys(() => keks, systemRandom);
  return { keks, keys, personal: createPersonal({ db, keys, seal, now, newId: systemNewId, random: systemRandom }) };
}
