import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { TestBrowser } from "../browser.ts";
import { folder } from "./camera.ts";

const embedded = (name: string): string => `data:image/png;base64,${readFileSync(path.join(folder, `${name}.png`)).toString("base64")}`;
const shown = (name: string, widthPx: number, words: string): string =>
  `<figure><img src="${embedded(name)}" width="${widthPx}"><figcaption>${words}</figcaption></figure>`;

const page = (): string => `<!doctype html><meta charset="utf-8"><style>
  body { margin: 0; padding: 44px 40px 28px; width: 1520px; display: grid; grid-template-columns: repeat(4, auto); justify-content: space-between; background: linear-gradient(160deg, #eef2f6, #dfe6ee); font: 600 17px/1.4 system-ui, sans-serif; color: #1d2833; }
  figure { margin: 0; display: grid; gap: 12px; align-content: start; }
  img { display: block; border-radius: 18px; box-shadow: 0 0 0 1px #0f1b2a1f, 0 14px 36px #0f1b2a30; }
  .desk { display: grid; align-content: space-between; }
  .desk img { border-radius: 8px; }
  figcaption { text-align: center; }
</style>
${shown("customer-parcel-phone-light", 280, "The customer’s parcel")}
${shown("courier-door-phone-light", 280, "The courier at a stop")}
${shown("kiosk-open-kiosk-light", 341, "The screen at the locker")}
<div class="desk">${shown("operations-stations-desktop-light", 440, "Operations: all stations")}${shown("operations-station-desktop-light", 440, "Operations: one station, live")}</div>`;

/** Composes the picture for the README from those that were just taken. */
export async function composeOverview(browser: TestBrowser): Promise<void> {
  await using desk = await browser.open({ viewport: { width: 1600, height: 700 } });
  await desk.page.setContent(page(), { waitUntil: "load" });
  writeFileSync(path.join(folder, "overview.png"), await desk.page.screenshot({ fullPage: true }));
}
