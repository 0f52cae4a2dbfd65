// `npm run screenshots`: starts a town in a temporary folder, plays a morning in it and writes a picture of every screen to docs/screens.
// `npm run screenshots -- kiosk` takes only the pictures of that entrance (customer, courier, kiosk, operations, verify).
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { testSettings } from "@pigeonhole/kit/testing";
import { buildWeb } from "@pigeonhole/web/build";
import { eventually } from "@pigeonhole/world/ask";
import { closeDoor } from "@pigeonhole/world/journey";
import { freePorts } from "@pigeonhole/world/ports";
import { people } from "@pigeonhole/world/town";
import { startWorld, type World } from "@pigeonhole/world/world";
import { openBrowser, type PageOptions, type TestBrowser, type WatchedPage } from "./browser.ts";
import { drawn, folder, shoot, sizes } from "./screenshots/camera.ts";
import { composeOverview } from "./screenshots/overview.ts";
import { plans, playMorning, type Story } from "./screenshots/town.ts";

interface Scene {
  readonly world: World;
  readonly story: Story;
  open(options?: PageOptions): Promise<WatchedPage>;
}

/** The first person's town; every search begins there. */
const home = { MAP_HOME: "59.437,24.7536", MAP_HOME_NAME: "Tallinn" };
const both = ["phone", "desktop"] as const;
const entrances = { customer, courier, kiosk, operations, verify };

const wanted = process.argv.slice(2);
const data = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-screens-"));
mkdirSync(folder, { recursive: true });
try {
  await buildWeb();
  console.log("a town for the pictures");
  await using world = await startWorld({
    folder: data,
    ports: await freePorts(plans.length),
    stations: plans,
    postgresSettings: testSettings,
    serverSettings: home,
  });
  const story = await playMorning(world);
  await using browser = await openBrowser();
  for (const [name, take] of Object.entries(entrances)) {
    if (wanted.length === 0 || wanted.includes(name)) await take({ world, story, open: (options) => visitor(browser, options) });
  }
  await composeOverview(browser);
} finally {
  rmSync(data, { recursive: true, force: true });
}

/** A patient visitor in the town's time zone; refusals that belong to the story are no trouble. */
async function visitor(browser: TestBrowser, options: PageOptions = {}): Promise<WatchedPage> {
  const watched = await browser.open({ timezoneId: "Europe/Tallinn", reducedMotion: "reduce", allowed: [/status of 4\d\d/], ...options });
  watched.page.setDefaultTimeout(60_000);
  return watched;
}

async function customer({ world, story, open }: Scene): Promise<void> {
  await using visit = await open();
  const { page } = visit;
  const { email } = people.customers[0];
  await page.goto(`${world.url}/sign-in`);
  await page.getByLabel("E-mail address").fill(email);
  await page.getByRole("button", { name: "Send me a code" }).click();
  await page.getByText(`We sent a code to ${email}`).waitFor();
  await page.getByLabel("Code from the e-mail").fill(await signInCode(world, email));
  await page.getByRole("button", { name: "Sign out" }).waitFor();

  await page.goto(world.url);
  await shoot(page, "customer-find", both, async () => {
    if (page.viewportSize()!.width > sizes.phone.width) await drawn(page);
    await page.getByRole("link", { name: /Viru/ }).first().waitFor();
  });
  await page.getByRole("link", { name: /Viru/ }).first().click();
  await shoot(page, "customer-locker", both, () => page.getByRole("button", { name: /Hold a door/ }).waitFor());
  await page.getByRole("button", { name: /Hold a door/ }).click();
  await page.getByLabel("Name", { exact: true }).fill(people.customers[0].name);
  await page.getByLabel("Name", { exact: true }).blur();
  await shoot(page, "customer-hold", both, () => page.getByRole("heading", { name: "A door is held for you" }).waitFor());
  await page.goto(`${world.url}/parcels/${story.ready}`);
  await shoot(page, "customer-parcel", both, () => page.getByRole("img", { name: "QR code that opens your door" }).waitFor());
  await page.goto(`${world.url}/parcels`);
  await shoot(page, "customer-parcels", both, () => page.getByText("Ready to collect").first().waitFor());
  await page.goto(`${world.url}/inbox`);
  await shoot(page, "inbox", both, () => page.getByText("Your parcel is in the locker").first().waitFor());
}

async function signInCode(world: World, email: string): Promise<string> {
  return eventually("the sign-in code", async () => {
    const answer = await fetch(`${world.url}/api/inbox?${new URLSearchParams({ to: email, limit: "5" })}`);
    const { messages } = (await answer.json()) as { messages: { template: string; text: string }[] };
    const text = messages.find(({ template }) => template === "sign_in_code")?.text;
    return text === undefined ? undefined : /\b(\d{3}) ?(\d{3})\b/.exec(text)!.slice(1).join("");
  });
}

async function courier({ world, story, open }: Scene): Promise<void> {
  await using visit = await open({ viewport: sizes.phone, hasTouch: true });
  const { page } = visit;
  await page.goto(`${world.url}/courier/`);
  await page.getByLabel("Carrier").fill(people.carrier.slug);
  await page.getByLabel("User name").fill(people.courier.username);
  await page.getByLabel("Password").fill(people.courier.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await shoot(page, "courier-route", ["phone"], () => page.getByRole("heading", { name: "Morning round" }).waitFor());
  await page
    .getByRole("link", { name: /Balti jaam/ })
    .first()
    .click();
  await shoot(page, "courier-stop", ["phone"], () => page.getByLabel("Label or parcel number").waitFor());
  await page.getByLabel("Label or parcel number").fill(story.next);
  await page.getByRole("button", { name: "Open the door" }).click();
  await shoot(page, "courier-door", ["phone"], () => page.getByText("Put the parcel in and shut the door.").waitFor());
  // The operator sees the same door open.
  await stationLive({ world, story, open });
  const [, door] = /Door (\d+)/.exec(await page.locator("main").innerText())!;
  await closeDoor(world.stations[0]!.kiosk, Number(door));
  await page.getByRole("button", { name: "Parcel is in" }).click();
  await page
    .getByText(/Door \d+ done/)
    .first()
    .waitFor();
}

async function kiosk({ world, story, open }: Scene): Promise<void> {
  // Half the pixels of the real screen: enough to see everything, and small.
  await using visit = await open({ viewport: sizes.kiosk, deviceScaleFactor: 0.5 });
  const { page } = visit;
  await page.goto(world.stations[0]!.kiosk);
  await shoot(page, "kiosk-idle", ["kiosk"], () => page.getByRole("button", { name: /Collect/ }).waitFor({ timeout: 90_000 }));
  await page.getByRole("button", { name: /Collect/ }).click();
  await page.getByRole("heading", { name: "Type your code" }).waitFor();
  const wrong = story.code.replace(/\d$/, (last) => String((Number(last) + 1) % 10));
  await shoot(page, "kiosk-code", ["kiosk"], async () => {
    for (let digit = 0; digit < 8; digit++) await page.keyboard.press("Backspace");
    await page.keyboard.type(wrong.slice(0, 5));
  });
  await page.keyboard.type(wrong.slice(5));
  await shoot(page, "kiosk-refused", ["kiosk"], () => page.getByRole("heading", { name: "No parcel here has this code" }).waitFor());
  await page.getByRole("button", { name: "Try again" }).click();
  await page.keyboard.type(story.code);
  await shoot(page, "kiosk-open", ["kiosk"], () => page.getByText("Take your parcel and push the door shut.", { exact: true }).waitFor());
  await page
    .getByRole("button", { name: /^Shut door/ })
    .first()
    .click();
  await shoot(page, "kiosk-done", ["kiosk"], () => page.getByRole("heading", { name: "Thank you" }).waitFor());
}

async function operations({ world, story, open }: Scene): Promise<void> {
  await using visit = await signedInOperator({ world, story, open });
  const { page } = visit;
  await shoot(page, "operations-stations", both, async () => {
    await drawn(page);
    await page.getByText("Kadriorg").first().waitFor();
  });
  await page.goto(`${world.url}/operations/software`);
  await shoot(page, "operations-software", both, () => page.getByRole("heading", { name: "Software of the stations" }).waitFor());
  await page.goto(`${world.url}/operations/parcels/${story.ready}`);
  await shoot(page, "operations-parcel", both, () =>
    page
      .getByText(/Signed|proof|entry/i)
      .first()
      .waitFor(),
  );
}

/** The page on which anybody verifies the receipts of a parcel: here those of the parcel that waits. */
async function verify({ world, story, open }: Scene): Promise<void> {
  const answer = await fetch(`${world.url}/api/parcels/${story.ready}/receipts`, { headers: { cookie: world.operatorCookie } });
  const file = { name: "receipts.json", mimeType: "application/json", buffer: Buffer.from(await answer.arrayBuffer()) };
  await using visit = await open();
  await visit.page.goto(`${world.url}/verify`);
  await shoot(visit.page, "verify", both, async () => {
    await visit.page.locator('input[type="file"]').first().setInputFiles(file);
    await visit.page
      .getByText(/signature/i)
      .first()
      .waitFor();
  });
}

async function stationLive(scene: Scene): Promise<void> {
  await using visit = await signedInOperator(scene);
  await visit.page.goto(`${scene.world.url}/operations/stations/${scene.world.stations[0]!.id}`);
  await shoot(visit.page, "operations-station", both, () => visit.page.getByRole("heading", { name: "Balti jaam" }).waitFor());
}

async function signedInOperator({ world, open }: Scene): Promise<WatchedPage> {
  const visit = await open();
  const { page } = visit;
  await page.goto(`${world.url}/operations/`);
  await page.getByLabel(/E-mail/).fill(people.operator.email);
  await page.getByLabel("Password").fill(people.operator.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
  return visit;
}
