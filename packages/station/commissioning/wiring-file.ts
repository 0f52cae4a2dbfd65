import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { Wiring } from "@pigeonhole/lock-boards/wiring";
import { z } from "zod";
import { writeSecret } from "../provisioning/identity.ts";

/** Where a cabinet keeps how it is wired. */
export const wiringFile = (folder: string): string => path.join(folder, "wiring.json");

/** The wiring that commissioning found; undefined before. What is wrong with a file written by hand is told in sentences. */
export function readWiring(folder: string): Wiring | undefined {
  const file = wiringFile(folder);
  return existsSync(file) ? parseWiring(readFileSync(file, "utf8"), file) : undefined;
}

/** `name` says whose text it is. */
export function parseWiring(text: string, name: string): Wiring {
  const content = ((): unknown => {
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new Error(`${name} is no JSON`, { cause });
    }
  })();
  const parsed = Wiring.safeParse(content);
  if (!parsed.success) throw new Error(`${name} describes no cabinet:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** Whole or not at all, and on the disk when this returns. */
export function writeWiring(folder: string, wiring: Wiring): void {
  writeSecret(wiringFile(folder), `${JSON.stringify(Wiring.parse(wiring), null, 2)}\n`);
}
