import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { testSettings } from "@pigeonhole/kit/testing";
import { buildWeb } from "@pigeonhole/web/build";
import { openBrowser, told, type TestBrowser } from "../../tools/browser.ts";
import { plans } from "../../tools/walk/town.ts";
import { cuttableLine } from "./line.ts";
import { freePorts } from "./ports.ts";
import { aDay } from "./stories/a-day.ts";
import { lineCut } from "./stories/line-cut.ts";
import { startWorld, type World } from "./world.ts";

// One town, one browser, and all that is seen in it by people: real processes, real pages, real pictures of squares.
let world: World;
let browser: TestBrowser;
let line: Awaited<ReturnType<typeof cuttableLine>>;
const folder = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-browser-"));
before(async () => {
  const built = buildWeb();
  const ports = await freePorts(plans.length);
  line = await cuttableLine(ports.mqtt);
  await built;
  [world, browser] = await Promise.all([
    startWorld({
      folder,
      ports,
      stations: plans,
      postgresSettings: testSettings,
      settingsOf: (plan): Record<string, string> => (plan === plans[0] ? { MQTT_URL: `mqtts://127.0.0.1:${line.port}` } : {}),
    }),
    openBrowser(),
  ]);
});
after(async () => {
  await browser?.[Symbol.asyncDispose]();
  await world?.stop();
  await line?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("the line is cut: a courier delivers, the owner is told, a new code works and the old one is dead; the line is back, and nothing is doubled", () =>
  told(async () => void (await lineCut({ world, browser, line }))).finally(() => line.mend()));

test("a customer chooses a locker, a courier fills it, the owner opens it at the kiosk, an operator sees all of it", () =>
  told(async () => void (await aDay({ world, browser, line }))));
