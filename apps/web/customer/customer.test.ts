import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { openBrowser } from "../../../tools/browser.ts";
import { buildWeb, dist } from "../build.ts";
import type { Asked } from "../testing-owners.ts";
import { codes, screenServer, stations, storedParcel } from "../testing.ts";

const phone = { viewport: { width: 360, height: 780 }, reducedMotion: "reduce" } as const;
/** The browser itself says in its console that an answer was a refusal or that there is no network. */
const allowed = [/status of (401|404|409|422)/, /ERR_INTERNET_DISCONNECTED/];
/** Without the map. Bytes after gzip. */
const firstScreenBytes = 150_000;

const browser = await openBrowser();
after(() => browser[Symbol.asyncDispose]());

async function isAccessible(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  assert.deepEqual(
    violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
    [],
    where,
  );
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, `${where} is wider than the phone`);
}

test("a customer finds a locker, signs in while holding, confirms, and sees what happens next", async () => {
  await using server = await screenServer();
  await using visit = await browser.open({ ...phone, allowed });
  const { page } = visit;
  await page.goto(server.url);
  await page.getByRole("combobox", { name: "Town or place" }).fill("tallinn");
  await page.getByRole("option", { name: /Tallinn.*Estonia/ }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "2 lockers with room near Tallinn" }).waitFor();
  await isAccessible(page, "choose");
  await page.getByRole("link", { name: /Old Town/ }).click();
  await page.getByRole("button", { name: /Hold a door/ }).click();
  await page.getByLabel("E-mail address").fill("ada@example.com");
  await page.keyboard.press("Enter");
  await page.getByLabel("Code from the e-mail").fill("999999");
  await page.getByText("This code is not right").waitFor();
  await isAccessible(page, "sign in");
  await page.getByLabel("Code from the e-mail").fill(codes.signIn);
  await page.getByRole("heading", { name: "A door is held for you" }).waitFor();
  await isAccessible(page, "hold");
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("Please tell us the name on the parcel.").waitFor();
  await page.getByLabel("Name").fill("Ada Lovelace");
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByRole("heading", { name: "Ordered: a door is reserved" }).waitFor();
  await page.getByText("A courier brings it").waitFor();
  await isAccessible(page, "parcel before the deposit");
  assert.deepEqual(
    server.asked.filter((each) => each.includes("holds") || each.includes("reservations")),
    ["POST /stations/…/holds", "POST /reservations/…/confirm"],
    "confirming is not leaving: nothing was given back",
  );
});

test("going back from a hold gives the door back", async () => {
  await using server = await screenServer();
  server.signIn();
  await using visit = await browser.open({ ...phone, allowed });
  const { page } = visit;
  await page.goto(`${server.url}/stations/${stations[0].id}?size=medium`);
  await page.getByRole("button", { name: /Hold a door/ }).click();
  await page.getByRole("heading", { name: "A door is held for you" }).waitFor();
  await page.goBack();
  await page.getByRole("button", { name: /Hold a door/ }).waitFor();
  // The page does not wait for the answer, nor does the door.
  for (let looks = 0; looks < 400 && server.asked.length < 2; looks++) await page.waitForTimeout(25);
  assert.deepEqual(server.asked, ["POST /stations/…/holds", "POST /reservations/…/cancel"]);
  await page.goForward();
  await page.getByRole("heading", { name: "The door has been given back" }).waitFor();
});

test("a locker that became full says so and offers the next best", async () => {
  await using server = await screenServer();
  server.signIn();
  await using visit = await browser.open({ ...phone, allowed });
  const { page } = visit;
  await page.goto(`${server.url}/stations/${stations[1].id}?size=medium`);
  await page.getByRole("button", { name: /Hold a door/ }).click();
  await page.getByText("No free door of this size here right now").waitFor();
  await page.getByRole("link", { name: /Old Town.*on foot from here/ }).waitFor();
});

test("a waiting parcel shows code, QR and door; a new code replaces the old one", async () => {
  await using server = await screenServer();
  server.signIn();
  await using visit = await browser.open({ ...phone, allowed, colorScheme: "dark" });
  const { page } = visit;
  await page.goto(`${server.url}/parcels/${storedParcel}`);
  await page.getByText(`Your code: ${[...codes.pickup[0]].join(" ")}`).waitFor({ state: "attached" });
  await page.getByRole("img", { name: "QR code that opens your door" }).waitFor();
  await page.getByText("Door 2, middle, at knee height").waitFor();
  await page.getByText("Signed by the locker, entry 412").waitFor();
  await isAccessible(page, "parcel in the locker");
  await page.getByRole("button", { name: "New code" }).click();
  await page.getByRole("button", { name: "Make a new code" }).click();
  await page.getByText(`Your code: ${[...codes.pickup[1]].join(" ")}`).waitFor({ state: "attached" });
  assert.equal(await page.getByText([...codes.pickup[0]].join(" ")).count(), 0);
});

test("N9, N6, N11: what is missing is said first; then the door is opened from the phone by the number on the locker's screen; the parcel goes to another locker, and back", async () => {
  const asks: Asked[] = [
    { id: "1", kind: "age_check", state: "open", url: "https://yarn.example/7", minimumAge: 18, proxy: null, how: null },
    { id: "2", kind: "cash_on_delivery", state: "open", url: "https://yarn.example/7", amountMinor: 1250, currency: "EUR", how: null },
  ];
  await using server = await screenServer({ asks });
  server.signIn();
  await using visit = await browser.open({ ...phone, allowed: [...allowed, /status of 403/] });
  const { page } = visit;
  await page.goto(`${server.url}/parcels/${storedParcel}`);
  await page.getByRole("heading", { name: "Before the door opens" }).waitFor();
  await page.getByText("You have to prove that you are 18 or older.").waitFor();
  await page.getByText("€12.50 has to be paid.").waitFor();
  assert.equal(await page.getByRole("link", { name: "Do it now" }).count(), 1, "one page, one button");
  assert.equal(await page.getByRole("button", { name: "Open my door now" }).count(), 0, "nothing is offered that would be refused");
  await isAccessible(page, "something is missing");
  asks.length = 0;
  await page.reload();
  await page.getByRole("button", { name: "Open my door now" }).click();
  assert.equal(await page.getByRole("heading", { name: "Before the door opens" }).count(), 0);
  await page.getByText("Type the number that its screen shows").waitFor();
  await page.getByLabel("Number on the locker's screen").fill("0000");
  await page.getByRole("button", { name: "Open my door now" }).click();
  await page.getByText("That is not the number on the screen now.").waitFor();
  await isAccessible(page, "opening by phone");
  await page.getByLabel("Number on the locker's screen").fill(codes.standing);
  await page.getByRole("button", { name: "Open my door now" }).click();
  await page.getByText("Your door is open").waitFor();
  await page.getByRole("button", { name: "Send it to another locker" }).click();
  await page.getByRole("button", { name: /Harbour/ }).click();
  await page.getByText(/kept in its present door for three days at most.*your code stops working now/).waitFor();
  await isAccessible(page, "another locker");
  await page.getByRole("button", { name: "Send it there" }).click();
  await page.getByText("Goes to Harbour").waitFor();
  await page.getByText("Your code:").waitFor({ state: "detached" });
  await isAccessible(page, "on its way to another locker");
  await page.getByRole("button", { name: "Take this back" }).click();
  await page.getByText("It did not go to Harbour").waitFor();
  await page.getByText("Your code:").waitFor({ state: "attached" });
});

test("N6: the link in the message that asks answers by one tap, yes or no, without signing in; opening it answers nothing", async () => {
  await using server = await screenServer();
  await using visit = await browser.open({ ...phone, allowed });
  const { page } = visit;
  for (const [link, button, answer] of [
    [`/consent#${"a".repeat(52)}`, /^Yes, send it to/, "Your parcel goes to"],
    [`/consent?no#${"b".repeat(52)}`, "No, leave it as planned", "Your parcel stays as planned"],
  ] as const) {
    await page.goto(server.url + link);
    await page.getByRole("heading", { name: /^May your parcel come to/ }).waitFor();
    await isAccessible(page, "asked by a link");
    const top = async (name: RegExp): Promise<number> => (await page.getByRole("button", { name }).boundingBox())!.y;
    assert.equal((await top(/^No/)) < (await top(/^Yes/)), link.includes("?no"), "what was tapped in the message comes first");
    assert.equal(
      server.asked.filter((each) => each.endsWith("redirect-answers")).length,
      link.includes("?no") ? 1 : 0,
      "opened is not answered",
    );
    await page.getByRole("button", { name: button }).click();
    await page.getByRole("heading", { name: answer }).waitFor();
  }
  assert.equal(server.asked.filter((each) => each.endsWith("redirect-answers")).length, 2);
});

test("N7: somebody else collects: named, handed a link, which shows this parcel to whoever has it; taken back it opens nothing", async () => {
  await using server = await screenServer();
  server.signIn();
  await using visit = await browser.open({ ...phone, allowed });
  const { page } = visit;
  await page.goto(`${server.url}/parcels/${storedParcel}`);
  await page.getByRole("button", { name: "Let somebody else collect it" }).click();
  await page.getByLabel("Who?").fill("Ben");
  await page.getByLabel("Their e-mail address").fill("ben@");
  await page.getByRole("button", { name: "Make the link" }).click();
  await page.getByText("This is not an e-mail address.").waitFor();
  await page.getByLabel("Their e-mail address").fill("ben@example.org");
  await page.getByLabel("Keep this name for the next time").check();
  await isAccessible(page, "naming somebody");
  await page.getByRole("button", { name: "Make the link" }).click();
  await page.getByText("The link was sent to ben@example.org.").waitFor();
  const link = await page.getByLabel("Link for Ben").inputValue();
  await isAccessible(page, "somebody may collect");
  await using other = await browser.open({ ...phone, allowed });
  await other.page.goto(link);
  await other.page.getByText("Your code: 2 0 4 8 1 6 3 2").waitFor({ state: "attached" });
  await other.page.getByRole("heading", { name: "Door 2" }).waitFor();
  await isAccessible(other.page, "collecting for somebody");
  await page.getByRole("button", { name: "Take it back" }).click();
  await page.getByText("may no longer collect it").waitFor();
  await other.page.reload();
  await other.page.getByText("This link opens nothing").waitFor();
  await page.goto(`${server.url}/people`);
  await page.getByText("Ben").waitFor();
  await isAccessible(page, "people I trust");
});

test("a parcel page that was opened works without a network, and signing out leaves no code on the device", async () => {
  await using server = await screenServer();
  server.signIn();
  await using visit = await browser.open({ ...phone, allowed });
  const { page } = visit;
  await page.goto(`${server.url}/parcels/${storedParcel}`);
  await page.getByText("Your code:").waitFor({ state: "attached" });
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await page.context().setOffline(true);
  await page.reload();
  await page.getByText(/No connection.*still opens the door/).waitFor();
  await page.getByText(`Your code: ${[...codes.pickup[0]].join(" ")}`).waitFor({ state: "attached" });
  await page.getByText("Door 2, middle, at knee height").waitFor();
  await page.context().setOffline(false);
  await page.reload();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("link", { name: "Sign in" }).waitFor();
  assert.equal(await page.evaluate((code) => JSON.stringify({ ...localStorage }).includes(code), codes.pickup[0]), false);
});

test("the map shows land and lockers, also to a reader who wants no motion", async () => {
  await using server = await screenServer();
  await using visit = await browser.open({ reducedMotion: "reduce", allowed });
  await visit.page.goto(server.url);
  const map = visit.page.locator(".maplibregl-canvas");
  await map.waitFor();
  // It is one canvas, in which nothing can be asked for: a picture of one colour with a few controls is smaller than this. Bytes.
  for (let look = 0; look < 40 && (await map.screenshot()).length < 12_000; look++) await visit.page.waitForTimeout(250);
  assert.ok((await map.screenshot()).length >= 12_000);
});

test("a browser that may is told of what happens, until its reader signs out; one that may not says so", async () => {
  await using server = await screenServer();
  server.signIn();
  await using visit = await browser.open({ ...phone, allowed });
  const { page } = visit;
  // A browser without a screen allows no notifications and knows no push service: its half of a subscription is played.
  await page.addInitScript(() => {
    Notification.requestPermission = async () => "granted";
    Object.defineProperty(Notification, "permission", { get: () => "granted" });
    let current: object | null = null;
    const made = { endpoint: "https://fcm.googleapis.com/fcm/send/1", expirationTime: null, keys: { p256dh: "p", auth: "a" } };
    Object.assign(PushManager.prototype, {
      getSubscription: async () => current,
      subscribe: async () =>
        (current = {
          toJSON: () => made,
          unsubscribe: async () => {
            current = null;
            Object.assign(globalThis, { isUnsubscribed: true });
            return true;
          },
        }),
    });
  });
  await page.goto(`${server.url}/parcels/${storedParcel}`);
  await page.getByRole("button", { name: "Tell me on this device" }).click();
  await page.getByText("This device is told when something happens.").waitFor();
  assert.ok(server.asked.includes("POST /push-subscriptions"));
  await isAccessible(page, "told on this device");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForFunction(() => "isUnsubscribed" in globalThis && localStorage.getItem("ph-told") === null);

  server.signIn();
  await using other = await browser.open({ ...phone, allowed });
  await other.page.addInitScript(() => {
    Notification.requestPermission = async () => "denied";
  });
  await other.page.goto(`${server.url}/parcels/${storedParcel}`);
  await other.page.getByRole("button", { name: "Tell me on this device" }).click();
  await other.page.getByText("Your browser does not allow notifications from this page").waitFor();
});

test("the first screen is in the reader's language", async () => {
  await using server = await screenServer();
  server.signIn();
  await using visit = await browser.open({ ...phone, allowed, locale: "de-AT" });
  await visit.page.goto(server.url);
  await visit.page.getByRole("heading", { name: "2 Stationen mit Platz" }).waitFor();
  await visit.page.getByRole("button", { name: "Abmelden" }).waitFor();
  await isAccessible(visit.page, "auf Deutsch");
  assert.equal(await visit.page.evaluate(() => document.documentElement.lang), "de");
});

test("the first screen is light, and what works without a network is complete", async () => {
  await buildWeb();
  const page = readFileSync(path.join(dist, "index.html"), "utf8");
  const files = new Set([...page.matchAll(/\/assets\/[^"]+/g)].map(([file]) => file));
  assert.ok(files.size >= 3, "the page names its scripts");
  const bytes = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(path.join(dist, file))).length, 0);
  assert.ok(bytes < firstScreenBytes, `${bytes} bytes`);
  const kept = JSON.parse(/const files = (\[.*?\]);/.exec(readFileSync(path.join(dist, "sw.js"), "utf8"))![1]!) as string[];
  for (const file of files) assert.ok(kept.includes(file), `${file} is not kept`);
  for (const file of kept) assert.ok(file === "/" || existsSync(path.join(dist, file)), `${file} does not exist`);
  assert.ok(
    kept.every((file) => !/maplibre|station-map|courier|kiosk|operations/.test(file)),
    "the map and the other entrances are not kept",
  );
});

test("a customer chooses which messages they get; one click in a mail ends reminders without signing in (RFC 8058)", async () => {
  await using server = await screenServer();
  await using visit = await browser.open({ ...phone, allowed });
  const { page } = visit;
  await page.goto(`${server.url}/messages?fewer=${"0".repeat(52)}`);
  await page.getByRole("button", { name: "Stop reminders" }).click();
  await page.getByText("You get no more reminders.").waitFor();
  server.signIn();
  await page.goto(`${server.url}/messages`);
  const reminders = page.getByRole("checkbox", { name: "Remind me before the time is over" });
  await reminders.waitFor();
  assert.equal(await reminders.isChecked(), false);
  await isAccessible(page, "messages I get");
  await reminders.check();
  await page.getByLabel("Text message").selectOption("only if the others fail");
  await page.getByLabel("From").selectOption("22:30");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved.").waitFor();
  const near = page.getByRole("checkbox", { name: "Bring it to a locker near by" });
  assert.equal(await near.isChecked(), true);
  await near.uncheck();
  await page.getByText("Saved, for every parcel from now on.").waitFor();
  await page.reload();
  await reminders.waitFor();
  await near.waitFor();
  assert.equal(await near.isChecked(), false, "N6: said once, it holds");
  assert.equal(await reminders.isChecked(), true);
  assert.equal(await page.getByLabel("Text message").inputValue(), "stand_by");
  assert.equal(await page.getByLabel("From").inputValue(), "22:30");
  const parcel = `/parcels/${storedParcel}`;
  await page.goto(`${server.url}${parcel}?m=0198f000-0000-7000-8000-0000000000aa`);
  await page.getByText("Our message came back").waitFor();
  await page.getByText("How we told you").click();
  await page.getByText("Code to collect by SMS: delivered").waitFor();
  assert.ok(server.asked.includes("POST /parcels/…/seen"), "what has been opened is not followed up");
  await isAccessible(page, "how we told you");
});
