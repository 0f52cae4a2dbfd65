import type { TestBrowser, WatchedPage } from "../../../tools/browser.ts";
import { eventually } from "../ask.ts";
import type { cuttableLine } from "../line.ts";
import type { World } from "../world.ts";

/** Where stories in browsers are played. */
export interface StoryTown {
  readonly world: World;
  readonly browser: TestBrowser;
  /** The first station's line to its broker. */
  readonly line: Awaited<ReturnType<typeof cuttableLine>>;
}

export const phone = { viewport: { width: 390, height: 844 }, hasTouch: true } as const;
export const cabinet = { viewport: { width: 1080, height: 1920 } } as const;
/** Slow machines are slow; nothing here asserts a time. */
export const patient = (watched: WatchedPage): WatchedPage => (watched.page.setDefaultTimeout(60_000), watched);

interface Sent {
  readonly template: string;
  readonly channel: string;
  readonly text: string;
}
/** The messages of the demo's inbox, newest first. */
export async function inbox({ url }: Pick<World, "url">, of: Readonly<Record<string, string>>): Promise<readonly Sent[]> {
  const answer = await fetch(`${url}/api/inbox?${new URLSearchParams(of)}`);
  return ((await answer.json()) as { messages: Sent[] }).messages;
}

/** Asks for a sign-in code by `ask`; answers the one that is sent because of that. */
export async function signInCode(world: Pick<World, "url">, email: string, ask: () => Promise<unknown>): Promise<string> {
  const codes = async () => (await inbox(world, { to: email, limit: "20" })).filter(({ template }) => template === "sign_in_code");
  const before = (await codes()).length;
  await ask();
  return eventually("the sign-in code", async () => {
    const now = await codes();
    return now.length > before ? /\b(\d{3}) ?(\d{3})\b/.exec(now[0]!.text)!.slice(1).join("") : undefined;
  });
}
