import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";

/** Where pictures are kept, and how large a screen is. CSS pixels. */
export const folder = path.resolve(import.meta.dirname, "../../docs/screens");
export const sizes = {
  phone: { width: 390, height: 844 },
  desktop: { width: 1280, height: 800 },
  kiosk: { width: 1080, height: 1920 },
} as const;
export type Where = keyof typeof sizes;
export const schemes = ["light", "dark"] as const;

/** A page that still draws, loads or counts is looked at again so often at most, so long apart. Milliseconds. */
const looks = { most: 12, everyMs: 400, settleMs: 4_000 };

/** A picture of a map with nothing on it is smaller than this; one with land, lines and stations is larger. Bytes. */
const emptyMap = 12_000;

/** Loads the page anew and waits until its map is drawn: it is one canvas, in which nothing can be asked for. */
export async function drawn(page: Page): Promise<void> {
  // A map takes its colours when it is made.
  await page.reload();
  const canvas = page.locator(".maplibregl-canvas");
  await canvas.waitFor();
  // A map that is just being made anew is not there to be looked at.
  const picture = (): Promise<number> =>
    canvas.screenshot().then(
      ({ length }) => length,
      () => 0,
    );
  for (let look = 0; look < looks.most && (await picture()) < emptyMap; look++) await page.waitForTimeout(1_000);
  // Land comes before the view moves to the stations.
  await page.waitForTimeout(looks.settleMs);
}

/** The page once two looks in a row are the same. What never rests, such as a countdown, is taken as it is after the last look. */
async function still(page: Page): Promise<Buffer> {
  await page.evaluate(() => document.fonts.ready);
  await page.locator("[aria-busy=true]").first().waitFor({ state: "detached" });
  let before = await page.screenshot();
  for (let look = 1; look < looks.most; look++) {
    await page.waitForTimeout(looks.everyMs);
    const now = await page.screenshot();
    if (now.equals(before)) return now;
    before = now;
  }
  return before;
}

/** Writes `<name>-<where>-<scheme>.png` for every place where the screen is used and both schemes; `ready` waits for what must be seen. */
export async function shoot(
  page: Page,
  name: string,
  where: readonly Where[],
  ready: (page: Page) => Promise<void> = async () => {},
): Promise<void> {
  for (const place of where) {
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize(sizes[place]);
      await ready(page);
      const picture = await still(page);
      writeFileSync(path.join(folder, `${name}-${place}-${colorScheme}.png`), picture);
      console.log(`  ${name}-${place}-${colorScheme}.png ${Math.round(picture.length / 1_000)} kB`);
    }
  }
}
