// What is wrong with a screen as it stands: what axe finds, what sticks out, what it is called.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

/** How wide a screen is and in which theme it is looked at. CSS pixels. */
export interface Look {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly colorScheme: "light" | "dark";
}
const phone = { width: 390, height: 844 } as const;
const desktop = { width: 1280, height: 800 } as const;
const at = (where: string, size: { width: number; height: number }, colorScheme: Look["colorScheme"]): Look => ({
  name: `${where}-${colorScheme}`,
  ...size,
  colorScheme,
});
/** Both widths and both themes, in two looks: each width in the theme that the other one is not seen in. */
export const twoLooks: readonly Look[] = [at("phone", phone, "light"), at("desktop", desktop, "dark")];
export const fourLooks: readonly Look[] = [...twoLooks, at("phone", phone, "dark"), at("desktop", desktop, "light")];
/** A cabinet's own screen has one width. */
const cabinet = { width: 1080, height: 1920 } as const;
export const kioskLooks: readonly Look[] = [at("kiosk", cabinet, "light"), at("kiosk", cabinet, "dark")];

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Whatever moves on a page has arrived by then, or never will. Milliseconds. */
const restMs = 5_000;
/** A page that axe has not looked through by then has stopped. Milliseconds. */
const axeMs = 60_000;

/** Waits until nothing on the page waits any more. */
export async function settled(page: Page): Promise<void> {
  // What moves to its new colour or place has arrived there; what turns for ever, or stands still half-way, is left alone.
  await page.evaluate(async (patience) => {
    const atRest = async (): Promise<void> => {
      for (let frame = 0; frame < 2; frame++) await new Promise((next) => requestAnimationFrame(next));
      const ending = document.getAnimations().filter((each) => each.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
      await Promise.all(ending.map((each) => each.finished.catch(() => undefined)));
    };
    await Promise.race([atRest(), new Promise((late) => setTimeout(late, patience))]);
  }, restMs);
  await page.waitForFunction(
    () => document.querySelector("[data-waiting],[aria-busy=true]") === null && document.querySelector("h1") !== null,
  );
}

/** Sentences about what is wrong, none when all is well. Serious is what axe calls serious or critical; with `strict` the rest too. */
export async function faultsOf(page: Page, { strict = false }: { readonly strict?: boolean } = {}): Promise<readonly string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe);
  return page.evaluate(
    async ({ isStrict, patience }) => {
      interface Found {
        readonly id: string;
        readonly impact: string;
        readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
      }
      const runner = (globalThis as unknown as { axe: { run(options: object): Promise<{ violations: readonly Found[] }> } }).axe;
      const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error("axe has not come to an end")), patience));
      const look = runner.run({ resultTypes: ["violations"], rules: { "target-size": { enabled: true } } });
      const { violations } = await Promise.race([look, late]);
      const faults = violations
        .filter(({ impact }) => isStrict || impact === "serious" || impact === "critical")
        .map(
          ({ id, impact, nodes }) =>
            `${impact} ${id}, ${nodes.length} times: ${nodes[0]!.html.slice(0, 200)} (${nodes[0]!.failureSummary.replaceAll(/\s+/g, " ").slice(0, 240)})`,
        );
      const headings = document.querySelectorAll("h1").length;
      if (headings !== 1) faults.push(`${headings} headings of the first level`);
      if (!document.title.includes(" · ") || document.title.startsWith(" ·")) faults.push(`its title is “${document.title}”`);
      const { scrollWidth } = document.documentElement;
      if (scrollWidth > innerWidth) {
        const wide = [...document.querySelectorAll("body *")].filter((each) => each.getBoundingClientRect().right > innerWidth + 0.5);
        faults.push(`wider than the screen (${scrollWidth} of ${innerWidth}): ${wide.at(-1)?.outerHTML.slice(0, 200)}`);
      }
      return faults;
    },
    { isStrict: strict, patience: axeMs },
  );
}
