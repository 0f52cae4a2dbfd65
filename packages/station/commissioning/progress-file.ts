import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { writeSecret } from "../provisioning/identity.ts";
import { beginning, Wizard } from "./wizard.ts";

const file = (folder: string): string => path.join(folder, "commissioning.json");

/** Where commissioning stood when the power went; the beginning where it has not begun. */
export function readProgress(folder: string): Wizard {
  if (!existsSync(file(folder))) return beginning;
  try {
    return Wizard.parse(JSON.parse(readFileSync(file(folder), "utf8")));
  } catch (cause) {
    throw new Error(`${file(folder)} is damaged: remove it to begin the commissioning anew`, { cause });
  }
}
/** Whole or not at all, and on the disk when this returns. */
export const writeProgress = (folder: string, wizard: Wizard): void => writeSecret(file(folder), `${JSON.stringify(wizard)}\n`);
export const forgetProgress = (folder: string): void => rmSync(file(folder), { force: true });
