import assert from "node:assert/strict";
import { dispatch } from "../dispatch.ts";
import { people } from "../town.ts";
import { cabinet, patient, phone, signInCode, type StoryTown } from "./town.ts";

/**
 * The whole story as people live it: a customer chooses a locker, a courier fills it, the owner opens it at the kiosk, an operator sees all of
 * it (A15.1). Answers the parcel.
 */
export async function aDay({ world, browser }: StoryTown): Promise<string> {
  const station = world.stations[0]!;
  const { name, email } = people.customers[0];
  // The browser itself notes refusals in its console: a parcel that is being created, a code that was used up.
  await using customer = patient(
    await browser.open({ ...phone, allowed: [/404 \(Not Found\).*\/api\/parcels/, /410 \(Gone\).*\/pickup/] }),
  );
  const { page } = customer;
  await page.goto(world.url);
  await page.getByLabel("Town or place").fill("Tallinn");
  await page.getByRole("option", { name: /Tallinn Harjumaa/ }).click();
  await page.getByRole("link", { name: /Balti jaam/ }).click();
  await page.getByRole("button", { name: /Hold a door/ }).click();
  await page.getByLabel("E-mail address").fill(email);
  const signIn = await signInCode(world, email, async () => {
    await page.getByRole("button", { name: "Send me a code" }).click();
    await page.getByText(`We sent a code to ${email}`).waitFor();
  });
  await page.getByLabel("Code from the e-mail").fill(signIn);
  // Six digits are sent without a further press.
  await page.getByRole("heading", { name: "A door is held for you" }).waitFor();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByRole("heading", { name: "Ordered: a door is reserved" }).waitFor();
  const number = /Parcel ([\d ]{14})/.exec(await page.locator("main").innerText())![1]!;
  const parcel = new URL(page.url()).pathname.split("/").at(-1)!;

  assert.equal(await dispatch(world, new Date().toISOString().slice(0, 10)), 1, "the carrier's dispatcher puts it on the courier's route");

  await using courier = patient(await browser.open(phone));
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
  await using kiosk = patient(await browser.open({ ...cabinet, allowed: [/4\d\d \(/] }));
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

  await using desk = patient(await browser.open());
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
  return parcel;
}
