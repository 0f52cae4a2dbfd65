import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { testSettings } from "@pigeonhole/kit/testing";
import { buildWeb } from "@pigeonhole/web/build";
import { openBrowser, told, type TestBrowser, type WatchedPage } from "../../tools/browser.ts";
import { dispatch } from "./dispatch.ts";
import { freePorts } from "./ports.ts";
import { people, stationPlans } from "./town.ts";
import { startWorld, type World } from "./world.ts";

// The whole story as people live it, in a real browser: a customer's phone, a courier's phone, the kiosk, an operator's desk (A15.1).
let world: World;
let browser: TestBrowser;
const folder = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-browser-"));
before(async () => {
  await buildWeb();
  world = await startWorld({ folder, ports: await freePorts(1), stations: stationPlans.slice(0, 1), postgresSettings: testSettings });
  browser = await openBrowser();
});
after(async () => {
  await browser?.[Symbol.asyncDispose]();
  await world?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true };
/** Slow machines are slow; nothing here asserts a time. */
const patient = (watched: WatchedPage): WatchedPage => (watched.page.setDefaultTimeout(60_000), watched);

async function signInCode(email: string): Promise<string> {
  const answer = await fetch(`${world.url}/api/inbox?${new URLSearchParams({ to: email, limit: "5" })}`);
  const { messages } = (await answer.json()) as { messages: { template: string; text: string }[] };
  return /\b(\d{3}) ?(\d{3})\b/
    .exec(messages.find((message) => message.template === "sign_in_code")!.text)!
    .slice(1)
    .join("");
}

test("a customer chooses a locker, a courier fills it, the owner opens it at the kiosk, an operator sees all of it", () =>
  told(async () => {
    const station = world.stations[0]!;
    // The browser itself notes refusals in its console: who am I (nobody yet), a parcel that is being created, a code that was used up.
    await using customer = patient(
      await browser.open({ ...phone, allowed: [/401 \(Unauthorized\)/, /404 \(Not Found\).*\/api\/parcels/, /410 \(Gone\).*\/pickup/] }),
    );
    const { page } = customer;
    await page.goto(world.url);
    await page.getByLabel("Town or place").fill("Tallinn");
    await page.getByRole("option", { name: /Tallinn Harjumaa/ }).click();
    await page.getByRole("link", { name: /Balti jaam/ }).click();
    await page.getByRole("button", { name: /Hold a door/ }).click();
    await page.getByLabel("E-mail address").fill("eva@example.org");
    await page.getByRole("button", { name: "Send me a code" }).click();
    await page.getByText("We sent a code to eva@example.org").waitFor();
    await page.waitForTimeout(1_000);
    await page.getByLabel("Code from the e-mail").fill(await signInCode("eva@example.org"));
    // Six digits are sent without a further press.
    await page.getByRole("heading", { name: "A door is held for you" }).waitFor();
    await page.getByLabel("Name", { exact: true }).fill("Eva Mets");
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByRole("heading", { name: "Ordered: a door is reserved" }).waitFor();
    const number = /Parcel ([\d ]{14})/.exec(await page.locator("main").innerText())![1]!;

    assert.equal(
      await dispatch(world, new Date().toISOString().slice(0, 10)),
      1,
      "the carrier's dispatcher puts it on the courier's route",
    );

    await using courier = patient(await browser.open({ ...phone, allowed: [/401 \(Unauthorized\)/] }));
    await courier.page.goto(`${world.url}/courier/`);
    await courier.page.getByLabel("Carrier").fill(people.carrier.slug);
    await courier.page.getByLabel("User name").fill(people.courier.username);
    await courier.page.getByLabel("Password").fill(people.courier.password);
    await courier.page.getByRole("button", { name: "Sign in" }).click();
    await courier.page.getByRole("button", { name: "Start the route" }).click();
    await courier.page
      .getByRole("link", { name: /Balti jaam/ })
      .first()
      .click();
    await courier.page.getByLabel("Label or parcel number").fill(number);
    await courier.page.getByRole("button", { name: "Open the door" }).click();
    await courier.page.getByText("Put the parcel in and shut the door.").waitFor();

    // The same door is pointed at on the cabinet's own screen, where the demo's visitor shuts it by hand.
    await using kiosk = patient(await browser.open({ viewport: { width: 1080, height: 1920 }, allowed: [/4\d\d \(/] }));
    await kiosk.page.goto(station.kiosk);
    await kiosk.page.getByRole("heading", { name: /Door \d+, .* is open/ }).waitFor();
    await kiosk.page
      .getByRole("button", { name: /^Shut door/ })
      .first()
      .click();
    await courier.page.getByText("The door is shut.").waitFor();
    await courier.page.getByRole("button", { name: "Parcel is in" }).click();
    await courier.page
      .getByText(/All done|Door \d+ done/)
      .first()
      .waitFor();

    // The customer's page changes by itself; the code on it opens the door.
    await page.getByRole("heading", { name: "Ready to collect" }).waitFor();
    await page
      .getByText(/Signed by the locker/)
      .first()
      .waitFor();
    const spoken = page.getByText(/Your code: (\d ?){8}/);
    const code = (await spoken.innerText()).replaceAll(/\D/g, "");
    assert.equal(code.length, 8);
    assert.equal(await page.getByRole("img", { name: "QR code that opens your door" }).count(), 1);

    await kiosk.page.getByRole("button", { name: /Collect/ }).click({ timeout: 60_000 });
    await kiosk.page.getByRole("heading", { name: "Type your code" }).waitFor();
    await kiosk.page.keyboard.type(code.replace(/\d$/, (last) => String((Number(last) + 1) % 10)));
    await kiosk.page.keyboard.press("Enter");
    await kiosk.page.getByRole("heading", { name: "No parcel here has this code" }).waitFor();
    await kiosk.page.getByText(station.plan.supportPhone).first().waitFor();
    await kiosk.page.getByRole("button", { name: "Try again" }).click();
    await kiosk.page.keyboard.type(code);
    await kiosk.page.keyboard.press("Enter");
    await kiosk.page.getByText("Take your parcel and push the door shut.", { exact: true }).waitFor();
    await kiosk.page
      .getByRole("button", { name: /^Shut door/ })
      .first()
      .click();
    await kiosk.page.getByRole("heading", { name: "Thank you" }).waitFor();

    await page.getByRole("heading", { name: "Collected" }).waitFor();

    await using desk = patient(await browser.open({ allowed: [/401 \(Unauthorized\)/] }));
    await desk.page.goto(`${world.url}/operations/`);
    await desk.page.getByLabel("E-mail").fill(people.operator.email);
    await desk.page.getByLabel("Password").fill(people.operator.password);
    await desk.page.getByRole("button", { name: "Sign in" }).click();
    await desk.page
      .getByRole("link", { name: /Balti jaam/ })
      .first()
      .waitFor();
    await desk.page.keyboard.press("/");
    await desk.page.keyboard.type(number);
    await desk.page.keyboard.press("Enter");
    await desk.page.getByRole("heading", { name: `Parcel ${number}` }).waitFor();
    for (const words of ["Dropped off", "Collected"]) await desk.page.getByText(words, { exact: true }).first().waitFor();
    await desk.page
      .getByText(/Signed entry \d+ of the station/)
      .first()
      .waitFor();
    assert.ok(!(await desk.page.locator("body").innerText()).includes(code), "no operator sees a code (I-40)");
  }));
