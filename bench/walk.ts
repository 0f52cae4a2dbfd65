import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { testSettings } from "@pigeonhole/kit/testing";
import { Step } from "@pigeonhole/station/kiosk/contract";
import { buildWeb } from "@pigeonhole/web/build";
import { freePorts } from "@pigeonhole/world/ports";
import { startWorld } from "@pigeonhole/world/world";
import { openBrowser } from "../tools/browser.ts";
import { walkAll } from "../tools/walk/entrances.ts";
import { live, plans } from "../tools/walk/town.ts";

/** Every screen at phone and desktop width, light and dark, in a town in which much has happened: what axe finds, what sticks out, what is not to be seen. Arguments: only these entrances. */
export async function walk(only: readonly string[]): Promise<object> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-walk-"));
  await buildWeb();
  const world = await startWorld({ folder, ports: await freePorts(plans.length), stations: plans, postgresSettings: testSettings });
  const browser = await openBrowser();
  try {
    const steps = Step.options.map(({ shape }) => shape.step.value);
    const faults = await walkAll({ world, browser, life: await live(world), steps, ...(only.length > 0 && { only }) });
    for (const fault of faults) console.error(fault);
    if (faults.length > 0) process.exitCode = 1;
    return { faults: faults.length };
  } finally {
    await browser[Symbol.asyncDispose]();
    await world.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
