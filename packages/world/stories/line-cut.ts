import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { client } from "@pigeonhole/kit/client";
import type { ConditionApi } from "@pigeonhole/access/conditions/contract";
import type { KioskApi } from "@pigeonhole/station/kiosk/contract";
import type { Locator, Page } from "playwright-core";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import { eventually, must } from "../ask.ts";
import { codeFromInbox, order, reaches, setOut } from "../journey.ts";
import { people } from "../town.ts";
import { scan } from "../../../tools/browser.ts";
import { cabinet, inbox, patient, phone, signInCode, type StoryTown } from "./town.ts";

const wasm = createRequire(import.meta.url).resolve("zxing-wasm/reader/zxing_reader.wasm");
prepareZXingModule({ overrides: { wasmBinary: readFileSync(wasm).buffer as ArrayBuffer } });

/** What a scanner reads from a square on a screen. */
const scanned = async (square: Locator): Promise<string> => {
  const found = await readBarcodes(new Blob([new Uint8Array(await square.screenshot())]), { formats: ["QRCode"], tryHarder: true });
  assert.ok(found[0]?.text, "a scanner reads the square");
  return found[0].text;
};
const shutDoor = (kiosk: Page): Promise<void> =>
  kiosk
    .getByRole("button", { name: /^Shut door/ })
    .first()
    .click();

/**
 * A cabinet whose line is cut, and phones that carry what the network cannot (F2, F4, A5.1, I-36, I-63): a courier delivers, the owner is told, a
 * new code works and the old one is dead, and opens once the shop has said that the age is proven (N11); the line is back, and nothing is doubled. Answers the parcel.
 */
export async function lineCut({ world, browser, line }: StoryTown): Promise<string> {
  const messages = async (parcel: string, template: string): Promise<number> =>
    (await inbox(world, { parcel })).filter((message) => message.template === template && message.channel === "email").length;
  const station = world.stations[0]!;
  const recipient = people.customers[0];
  const { parcel } = await order(world, station.id, "small", recipient, { ageCheck: 18, conditionsUrl: "https://yarn.example/age" });
  assert.ok(parcel);
  await setOut(world, { station: station.id, parcels: [parcel] });

  await using courier = patient(
    await browser.open({ ...phone, deviceScaleFactor: 2, allowed: [/ERR_INTERNET_DISCONNECTED/, /Failed to fetch/] }),
  );
  await courier.page.goto(`${world.url}/courier/`);
  await courier.page.getByLabel("Carrier").fill(people.carrier.slug);
  await courier.page.getByLabel("User name").fill(people.courier.username);
  await courier.page.getByLabel("Password").fill(people.courier.password);
  await courier.page.getByRole("button", { name: "Sign in" }).click();
  await courier.page
    .getByRole("link", { name: /Balti jaam/ })
    .first()
    .waitFor();
  await courier.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await courier.page.waitForFunction(() => localStorage.getItem("ph-kept:courier:rights") !== null);

  line.cut();
  const api = client<KioskApi>(`${station.kiosk}api`);
  const state = () => must("state", api.kiosk.state.$get());
  await eventually("the station knows that it is alone", async () => ((await state()).isOnline ? undefined : true));
  await using kiosk = patient(await browser.open({ ...cabinet, allowed: [/4\d\d \(/] }));
  await kiosk.page.goto(station.kiosk);
  await kiosk.page.getByRole("heading", { name: "Collect or bring a parcel" }).waitFor();

  // The courier's phone has no network either: the app, the route and the squares are on it.
  await courier.page.context().setOffline(true);
  await courier.page.reload();
  await courier.page
    .getByRole("link", { name: /Balti jaam/ })
    .first()
    .click();
  await courier.page.getByRole("link", { name: /No connection here/ }).click();
  const token = await scanned(courier.page.getByRole("img", { name: /Square that opens door/ }));
  assert.ok(token.length <= 180, `G-23: ${token.length} characters`);
  await scan(kiosk.page, token);
  await kiosk.page.getByRole("heading", { name: /Door \d+, .* is open/ }).waitFor();
  await shutDoor(kiosk.page);
  await kiosk.page.getByRole("button", { name: "Parcel is in" }).click();
  await kiosk.page.getByRole("heading", { name: "Parcel recorded" }).waitFor();
  const picture = await kiosk.page.getByRole("img", { name: "Signed receipt as a QR code" }).screenshot();

  // The receipt is on the phone for good, and goes out by itself when there is a network.
  await courier.page.getByRole("button", { name: "Read the station's receipts" }).click();
  await courier.page.locator('input[type="file"]').setInputFiles({ name: "kiosk.png", mimeType: "image/png", buffer: picture });
  await courier.page.getByText("Kept on this phone: 1 parcel").waitFor();
  await courier.page.reload();
  await courier.page.getByText("1 confirmation still to be sent").waitFor();
  assert.equal(await messages(parcel, "pickup_ready"), 0);
  await courier.page.context().setOffline(false);
  const first = await codeFromInbox(world, parcel);
  await reaches(world, parcel, "stored");
  await courier.page.getByText("1 confirmation still to be sent").waitFor({ state: "detached" });
  assert.equal((await state()).isOnline, false, "the station itself has told nobody");

  // The owner asks for a fresh code, which the station cannot hear of.
  await using customer = patient(
    await browser.open({
      ...phone,
      deviceScaleFactor: 2,
      allowed: [/410 \(Gone\).*\/pickup/, /ERR_INTERNET_DISCONNECTED/, /Failed to fetch/],
    }),
  );
  const { page } = customer;
  await page.goto(`${world.url}/parcels/${parcel}`);
  await page.getByLabel("E-mail address").fill(recipient.email);
  const signIn = await signInCode(world, recipient.email, () => page.getByRole("button", { name: "Send me a code" }).click());
  await page.getByLabel("Code from the e-mail").fill(signIn);
  await page.getByRole("heading", { name: "Ready to collect" }).waitFor();
  await page.getByRole("heading", { name: "Before the door opens" }).waitFor();
  await page.getByText("You have to prove that you are 18 or older.").waitFor();
  assert.equal(await page.getByRole("link", { name: "Prove my age" }).getAttribute("href"), "https://yarn.example/age");
  const [told] = (await inbox(world, { parcel })).filter(({ template }) => template === "pickup_ready");
  assert.match(told!.text, /18/, "the message of arrival says it too");
  const shown = async (): Promise<string> => (await page.getByText(/Your code: (\d ?){8}/).innerText()).replaceAll(/\D/g, "");
  assert.equal(await shown(), first);
  await page.getByRole("button", { name: /new code/i }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /new code/i })
    .last()
    .click();
  await eventually("the page shows a new code", async () => ((await shown()) === first ? undefined : true));
  const second = await shown();
  await holdCode(kiosk.page, second);
  await kiosk.page.getByRole("heading", { name: "No parcel here has this code" }).waitFor();
  await kiosk.page.getByRole("button", { name: "To the beginning" }).click();

  await page.getByText("The locker does not know this code?").click();
  const square = page.getByRole("img", { name: "Square that tells the locker of your code" });
  const carried = await scanned(square);
  await scan(kiosk.page, carried);
  await kiosk.page.getByRole("heading", { name: "Your new code is known here now" }).waitFor();
  await holdCode(kiosk.page, second);
  await kiosk.page.getByRole("heading", { name: "Please prove your age first" }).waitFor();
  await kiosk.page.getByRole("button", { name: "To the beginning" }).click();

  // Whoever checks ages for the shop says so; the phone carries it to the cabinet.
  const checker = client<ConditionApi>(`${world.url}/api`, { headers: { authorization: `Bearer ${world.memory.shop!.key}` } });
  await must(
    "attest",
    checker.parcels[":parcel"].attestations.$post({
      param: { parcel },
      json: { kind: "age_check", minimumAge: 18, how: "identity_provider" },
    }),
  );
  await page.getByRole("heading", { name: "Before the door opens" }).waitFor({ state: "detached" });
  const released = await eventually("the square says so too", async () => {
    const next = await scanned(square);
    return next === carried ? undefined : next;
  });
  await scan(kiosk.page, released);
  await kiosk.page.getByRole("heading", { name: "Your new code is known here now" }).waitFor();
  await holdCode(kiosk.page, first);
  await kiosk.page.getByRole("heading", { name: /newer code/ }).waitFor();
  await kiosk.page.getByRole("button", { name: "Try again" }).click();
  await kiosk.page.keyboard.type(second);
  await kiosk.page.getByText("Take your parcel and push the door shut.", { exact: true }).waitFor();
  await shutDoor(kiosk.page);
  await kiosk.page.getByRole("heading", { name: "Thank you" }).waitFor();
  assert.equal((await state()).isOnline, false);

  line.mend();
  const { timeline } = await reaches(world, parcel, "collected");
  assert.deepEqual(
    timeline.map((entry) => entry.state),
    ["reserved", "shipped", "delivered", "stored", "collected"],
  );
  const { rows } = await world.sql<{ reported: number; confirmed: number; quarantined: number; codes: number }>(`select
    (select count(*)::int from kit.outbox where type = 'devices.reported' and payload #>> '{event,type}' = 'parcel_deposited') as reported,
    (select count(*)::int from devices.early_event where confirmed_at is not null) as confirmed,
    (select count(*)::int from devices.quarantine) as quarantined,
    (select count(*)::int from access.grant where kind = 'pickup') as codes`);
  assert.deepEqual(rows, [{ reported: 1, confirmed: 1, quarantined: 0, codes: 1 }]);
  assert.equal(await messages(parcel, "pickup_ready"), 1, "told once");

  // And everybody who had it can prove it.
  await page.getByRole("heading", { name: "Collected" }).waitFor();
  await page
    .getByRole("link", { name: /Signed by the locker/ })
    .first()
    .click();
  await page.getByRole("heading", { name: "Everything is in order" }).waitFor();
  // The square from the kiosk's screen, too.
  await page.locator('input[type="file"]').setInputFiles({ name: "kiosk.png", mimeType: "image/png", buffer: picture });
  await page.getByText("A station of this network has signed this.").waitFor();
  const file = await page.evaluate(async (id) => (await fetch(`/api/parcels/${id}/receipts`)).text(), parcel);
  await page.context().setOffline(true);
  await page.locator('input[type="file"]').setInputFiles({
    name: "receipts.json",
    mimeType: "application/json",
    buffer: Buffer.from(file.replace('\\"compartment\\":', '\\"compartment\\": ')),
  });
  await page.getByRole("heading", { name: "Do not rely on this file" }).waitFor();
  await page
    .locator('input[type="file"]')
    .setInputFiles({ name: "receipts.json", mimeType: "application/json", buffer: Buffer.from(file) });
  await page.getByRole("heading", { name: "Everything is in order" }).waitFor();
  return parcel;
}

async function holdCode(kiosk: Page, code: string): Promise<void> {
  await kiosk
    .getByRole("button", { name: /Collect|Type the code/ })
    .first()
    .click();
  await kiosk.getByRole("heading", { name: "Type your code" }).waitFor();
  await kiosk.keyboard.type(code);
}
