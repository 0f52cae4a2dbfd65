import { closeDoor } from "@pigeonhole/world/journey";
import type { World } from "@pigeonhole/world/world";
import type { Page } from "playwright-core";
import type { Life } from "./town.ts";
import type { Scene } from "./walk.ts";

const button = (name: string | RegExp) => (page: Page) => page.getByRole("button", { name }).first().click();
const seen = (text: string | RegExp) => (page: Page) => page.getByText(text).first().waitFor();
const closed = (page: Page) => page.getByRole("dialog").getByRole("button", { name: "Close", exact: true }).click();

export const strangersCourier = ({ url }: World): readonly Scene[] => [
  { name: "courier-sign-in", of: "*", at: `${url}/courier/`, act: seen("Password") },
];

/** A courier's stop, with what goes wrong there, in the order in which it happens. */
export const courierScenes = ({ url, stations: [here] }: World, life: Life): readonly Scene[] => {
  const stop = `${url}/courier/stops/${here!.id}`;
  const shut = async (page: Page): Promise<void> => {
    const [, door] = /\bdoor (\d+)/i.exec(await page.locator("main").innerText())!;
    await closeDoor(here!.kiosk, Number(door));
  };
  return [
    { name: "courier-route", of: "/", at: `${url}/courier/`, act: seen("Take these back") },
    { name: "courier-stop", of: "/stops/$station", at: stop, act: seen("Label or parcel number") },
    { name: "courier-gives-up", of: "/stops/$station", act: button("Nothing can be put in at this stop"), after: closed },
    {
      name: "courier-wrong-label",
      of: "/stops/$station",
      act: async (page) => {
        await page.getByLabel("Label or parcel number").fill("999999999999");
        await button("Open the door")(page);
        await seen("Nobody knows this label")(page);
      },
    },
    { name: "courier-squares", of: "/stops/$station/kiosk", at: `${stop}/kiosk`, act: seen("Hold this square") },
    { name: "courier-receipts", of: "/receipts", at: `${url}/courier/receipts` },
    { name: "courier-collects", of: "/stops/$station/collect", at: `${stop}/collect`, act: seen("goes to another station") },
    {
      name: "courier-takes-out",
      of: "/stops/$station/collect",
      act: async (page) => {
        await button(/^Open door/)(page);
        await seen("Take the parcel out and shut the door.")(page);
      },
    },
    { name: "courier-it-stays", of: "/stops/$station/collect", act: button("It stays inside"), after: closed },
    {
      name: "courier-has-taken-out",
      of: "/stops/$station/collect",
      act: async (page) => {
        await shut(page);
        await button("It is out")(page);
        await seen("taken out")(page);
      },
    },
    {
      name: "courier-door",
      of: "/stops/$station",
      at: stop,
      act: async (page) => {
        await page.getByLabel("Label or parcel number").fill(life.next);
        await button("Open the door")(page);
        await seen("Put the parcel in and shut the door.")(page);
      },
    },
    { name: "courier-door-wrong", of: "/stops/$station", act: button("Does not fit") },
    {
      name: "courier-next-door",
      of: "/stops/$station",
      act: async (page) => {
        await shut(page);
        await page
          .getByText(/Put the parcel in and shut the door|Go on/)
          .first()
          .waitFor();
      },
    },
  ];
};
