import type { Page } from "playwright-core";
import type { World } from "@pigeonhole/world/world";
import type { Life } from "./town.ts";
import type { Scene } from "./walk.ts";

const button = (name: string | RegExp) => (page: Page) => page.getByRole("button", { name }).first().click();
const seen = (text: string | RegExp) => (page: Page) => page.getByText(text).first().waitFor();
const closed = (page: Page) => page.keyboard.press("Escape");
const dialog =
  (name: string | RegExp) =>
  async (page: Page): Promise<void> => {
    await page.getByRole("button", { name }).first().click();
    await page.getByRole("dialog").or(page.getByRole("alertdialog")).waitFor();
  };

export const strangersOperations = ({ url }: World): readonly Scene[] => [
  { name: "operations-sign-in", of: "*", at: `${url}/operations/`, act: seen("Password") },
];

/** What an operator sees of a town in which much has happened. */
export const operationsScenes = ({ url, stations: [here, there] }: World, life: Life): readonly Scene[] => {
  const at = (path: string) => `${url}/operations/${path}`;
  const station = at(`stations/${here!.id}`);
  return [
    { name: "stations", of: "/", at: at(""), act: seen("Tampered with") },
    { name: "shortcuts", of: "/", act: (page) => page.keyboard.press("?"), after: closed },
    { name: "station", of: "/stations/$station", at: station, act: (page) => page.locator("#log ol li").first().waitFor() },
    { name: "station-door", of: "/stations/$station", at: `${station}?door=1`, act: seen("Events of this door") },
    { name: "door-out-of-service", of: "/stations/$station", act: dialog("Take out of service"), after: closed },
    { name: "door-opened-by-staff", of: "/stations/$station", act: dialog("Have it opened by staff"), after: closed },
    {
      name: "station-given-up",
      of: "/stations/$station",
      act: dialog("Give the station up"),
      after: button("Leave it as it is"),
    },
    { name: "station-tampered", of: "/stations/$station", at: at(`stations/${there!.id}`), act: seen("Somebody has tampered") },
    { name: "acceptance", of: "/stations/$station/acceptance", at: `${station}/acceptance`, act: seen("Lock boards") },
    { name: "station-unknown", of: "/stations/$station", at: at("stations/0198f000-0000-7000-8000-000000000009") },
    { name: "operations-parcel", of: "/parcels/$parcel", at: at(`parcels/${life.stored}`), act: seen(/Signed entry/) },
    { name: "parcel-fresh-code", of: "/parcels/$parcel", act: dialog("Send a fresh code"), after: closed },
    { name: "operations-search", of: "/search", at: at("search?q=a"), act: seen("Balti jaam") },
    { name: "search-none", of: "/search", at: at("search?q=qqqqq"), act: seen("Nothing found") },
    { name: "search-person", of: "/search", at: at("search?q=anna%40example.org"), act: seen("Reason"), after: closed },
    { name: "tasks", of: "/tasks", at: at("tasks"), act: seen("What it says") },
    { name: "task-open", of: "/tasks", act: dialog("Open it"), after: button("Not now") },
    { name: "task-refuse", of: "/tasks", act: dialog("Refuse"), after: closed },
    { name: "task-found", of: "/tasks", act: dialog("Write down what was found"), after: closed },
    { name: "task-again", of: "/tasks", act: dialog(/^Try again$/), after: closed },
    { name: "operations-messages", of: "/messages", at: at("messages") },
    { name: "software", of: "/software", at: at("software") },
    { name: "shops", of: "/shops", at: at("shops"), act: seen("Corner Books") },
    { name: "shops-limits", of: "/shops", act: dialog(/^Change Corner Books/), after: closed },
    { name: "search-courier", of: "/search", at: at("search?q=mari"), act: seen("Mari Tamm") },
    {
      name: "courier-routes",
      of: "/couriers/$courier",
      act: (page) =>
        page
          .getByRole("link", { name: /Mari Tamm/ })
          .click()
          .then(() => seen("taken back")(page)),
    },
    { name: "task-hand-over", of: "/tasks", at: at("tasks"), act: dialog("Hand to another carrier"), after: closed },
    { name: "audit", of: "/audit", at: at("audit"), act: (page) => page.locator("tbody tr").first().waitFor() },
    { name: "audit-none", of: "/audit", at: at("audit?action=nothing"), act: seen("No entries") },
    { name: "kept", of: "/kept", at: at("kept"), act: seen("What is kept") },
    { name: "kept-hold", of: "/kept", act: dialog("Place a hold"), after: closed },
    { name: "account", of: "/account", at: at("account"), act: seen("Operators") },
    { name: "account-second-factor", of: "/account", act: dialog("Set it up"), after: closed },
    { name: "operations-no-page", of: "*", at: at("nowhere") },
  ];
};
