import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { writeSecret } from "../provisioning/identity.ts";
import { beginning, Wizard } from "./wizard.ts";

/** Keeps how commissioning stands. */
export interface Progress {
  /** Where it stood when the power went; the beginning where it has not begun. */
  read(): Wizard;
  /** Whole or not at all, and kept when this returns. */
  write(wizard: Wizard): void;
  forget(): void;
}

/** On the cabinet's disk: after a power cut it goes on where it stood. */
export function progressFile(folder: string): Progress {
  const file = path.join(folder, "commissioning.json");
  return {
    read() {
      if (!existsSync(file)) return beginning;
      try {
        return Wizard.parse(JSON.parse(readFileSync(file, "utf8")));
      } catch (cause) {
        throw new Error(`${file} is damaged: remove it to begin the commissioning anew`, { cause });
      }
    },
    write: (wizard) => writeSecret(file, `${JSON.stringify(wizard)}\n`),
    forget: () => rmSync(file, { force: true }),
  };
}

/** In this process alone: for a technician who is simulated, and begins anew after a power cut. */
export function progressHere(): Progress {
  let kept = beginning;
  return {
    read: () => kept,
    write: (wizard) => {
      kept = wizard;
    },
    forget: () => {
      kept = beginning;
    },
  };
}
