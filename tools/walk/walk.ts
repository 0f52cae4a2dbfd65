// A walk through every screen of an entrance: what the router knows and nobody goes to is a fault, as is what is wrong on a screen.
import type { Page } from "playwright-core";
import { faultsOf, settled, type Look } from "./look.ts";

/** One screen in one state, and how somebody gets there. */
export interface Scene {
  /** What pictures of it are called. */
  readonly name: string;
  /** The route that it is of, as the router writes it; a kiosk has steps instead. */
  readonly of: string;
  /** Where it is; without one it is where the scene before has led. */
  readonly at?: string;
  /** What has to be done there. */
  readonly act?: (page: Page) => Promise<unknown>;
  /** Leaves things for the next one, e.g. closes a dialog. */
  readonly after?: (page: Page) => Promise<unknown>;
}

export interface Walk {
  readonly page: Page;
  readonly scenes: readonly Scene[];
  readonly looks: readonly Look[];
  /** Shown each screen in each look. */
  readonly show?: (name: string, page: Page) => Promise<void>;
  readonly strict?: boolean;
}

/** Goes through the scenes; answers every fault, with the screen and the look. One that cannot be seen is a fault, and does not hide the next. */
export async function walk({ page, scenes, looks, show, strict = false }: Walk): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const { name, at, act, after } of scenes) {
    try {
      if (at !== undefined) await goTo(page, at);
      await act?.(page);
      for (const look of looks) {
        await page.setViewportSize(look);
        await page.emulateMedia({ colorScheme: look.colorScheme, reducedMotion: "reduce" });
        await settled(page);
        faults.push(...(await lastingFaults(page, strict)).map((fault) => `${name}, ${look.name}: ${fault}`));
        await show?.(`${name}-${look.name}`, page);
      }
      await after?.(page);
    } catch (error) {
      faults.push(`${name} is not to be seen at ${page.url()}: ${(error as Error).message} On the page: ${await said(page)}`);
      await page.keyboard.press("Escape");
    }
  }
  return faults;
}

/** A theme has changed everywhere within so many looks, so far apart. Milliseconds. */
const rest = { looks: 8, everyMs: 400 } as const;
/** What is wrong with a page that has come to rest: one that is just changing its theme has both of them for some frames. */
async function lastingFaults(page: Page, strict: boolean): Promise<readonly string[]> {
  let faults = await faultsOf(page, { strict });
  for (let look = 1; look < rest.looks && faults.length > 0; look++) {
    await page.waitForTimeout(rest.everyMs);
    await settled(page);
    faults = await faultsOf(page, { strict });
  }
  return faults;
}

/** Inside an entrance without loading it again, as a link would. */
async function goTo(page: Page, address: string): Promise<void> {
  const here = new URL(page.url() === "about:blank" ? "http://nowhere/" : page.url());
  const there = new URL(address);
  const entranceOf = ({ origin, pathname }: URL): string => origin + (/^\/(courier|operations)(?=\/|$)/.exec(pathname)?.[0] ?? "");
  const hasRouter = entranceOf(here) === entranceOf(there) && (await page.evaluate(() => "__TSR_ROUTER__" in globalThis));
  if (!hasRouter || there.hash !== "") return void (await page.goto(address));
  await page.evaluate((href) => {
    const router = (globalThis as unknown as { __TSR_ROUTER__: { history: { push(href: string): void } } }).__TSR_ROUTER__;
    router.history.push(href);
  }, there.pathname + there.search);
}

/** The routes that the router of the open page knows. */
export const routesOf = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const router = (globalThis as unknown as { __TSR_ROUTER__: { routesByPath: Readonly<Record<string, unknown>> } }).__TSR_ROUTER__;
    return Object.keys(router.routesByPath);
  });

/** Routes without a scene, and scenes without a route. */
export function unwalked(routes: readonly string[], scenes: readonly Scene[]): readonly string[] {
  const walked = new Set(scenes.map((scene) => scene.of));
  return [
    ...routes.filter((route) => !walked.has(route)).map((route) => `nobody walks to ${route}: give it a scene in tools/walk`),
    ...[...walked].filter((route) => route !== "*" && !routes.includes(route)).map((route) => `there is no ${route}`),
  ];
}

const said = (page: Page): Promise<string> =>
  page
    .locator("body")
    .innerText()
    .then((text) => text.replaceAll(/\s+/g, " ").slice(0, 400))
    .catch(() => "nothing");
