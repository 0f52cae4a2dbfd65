import type { World } from "@pigeonhole/world/world";
import type { Page } from "playwright-core";
import { scan } from "../browser.ts";
import type { Life } from "./town.ts";
import type { Scene } from "./walk.ts";

const button = (name: string | RegExp) => (page: Page) => page.getByRole("button", { name }).first().click();
const heading = (name: string | RegExp) => (page: Page) => page.getByRole("heading", { name }).first().waitFor();
const shut = button(/^Shut door/);
/** Holds a square before the scanner until the cabinet has seen it: what it shows then is over before long. */
const scanned = (text: string, shows: string | RegExp) => async (page: Page) => {
  await heading("Collect or bring a parcel")(page);
  for (let left = 3; left > 0; left--) {
    await scan(page, text);
    const seen = page.getByRole("heading", { name: shows }).first().waitFor({ timeout: 20_000 });
    if (
      await seen.then(
        () => true,
        (error: unknown) => (left > 1 ? false : Promise.reject(error)),
      )
    )
      return;
  }
};

/** The steps of the cabinet's own screen (`Step` of its contract), as strangers come to them, and the ways before them. */
export const kioskScenes = ({ stations: [here, there] }: World, life: Life): readonly Scene[] => {
  const wrong = life.code.replace(/\d$/, (last) => String((Number(last) + 1) % 10));
  return [
    { name: "kiosk-start", of: "idle", at: here!.kiosk, act: heading("Collect or bring a parcel") },
    { name: "kiosk-contrast", of: "idle", act: button("High contrast"), after: button("High contrast") },
    {
      name: "kiosk-code",
      of: "idle",
      act: async (page) => {
        await button("Collect")(page);
        await heading("Type your code")(page);
        await page.keyboard.type(wrong.slice(0, 5), { delay: 120 });
      },
    },
    {
      name: "kiosk-refused",
      of: "idle",
      act: async (page) => {
        await page.keyboard.type(wrong.slice(5), { delay: 120 });
        await heading("No parcel here has this code")(page);
      },
      after: button("To the beginning"),
    },
    { name: "kiosk-sizes", of: "idle", act: (page) => button("Bring")(page).then(() => heading("How big is your parcel?")(page)) },
    { name: "kiosk-open", of: "open", act: (page) => button(/small/i)(page).then(() => heading(/^Door \d+, .*is open/)(page)) },
    { name: "kiosk-asks", of: "ask_parcel_in", act: (page) => shut(page).then(() => heading(/^Is the parcel in door/)(page)) },
    {
      name: "kiosk-code-for-another",
      of: "done",
      act: (page) => button("Parcel is in")(page).then(() => heading("Your code")(page)),
      after: button("I have noted the code"),
    },
    {
      name: "kiosk-thanks",
      of: "done",
      act: async (page) => {
        await button("Collect")(page);
        await heading("Type your code")(page);
        await page.keyboard.type(life.code, { delay: 120 });
        await heading(/^Door \d+, .*is open/)(page);
        await shut(page);
        await heading("Thank you")(page);
      },
    },
    {
      name: "kiosk-told",
      of: "reported",
      act: (page) => button("Nothing is in it")(page).then(() => heading("Thank you, we have been told")(page)),
      after: button("To the beginning"),
    },
    {
      name: "kiosk-new-right",
      of: "received",
      act: scanned(life.carried, "Your new code is known here now"),
      after: button("To the beginning"),
    },
    {
      name: "kiosk-asks-courier",
      of: "ask_parcel_out",
      act: async (page) => {
        await scanned(life.square, /^Door \d+, .*is open/)(page);
        await shut(page);
        await heading(/^Did you take the parcel/)(page);
      },
      after: (page) => button("It is out")(page).then(() => button("Done")(page)),
    },
    { name: "kiosk-closed", of: "idle", at: there!.kiosk, act: heading("This station is closed at present") },
  ];
};
