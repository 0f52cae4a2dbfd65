import type { Page } from "playwright-core";
import type { World } from "@pigeonhole/world/world";
import type { Life } from "./town.ts";
import type { Scene } from "./walk.ts";

const button = (name: string | RegExp) => (page: Page) => page.getByRole("button", { name }).first().click();
const seen = (text: string | RegExp) => (page: Page) => page.getByText(text).first().waitFor();
const heading = (name: string | RegExp) => (page: Page) => page.getByRole("heading", { name }).first().waitFor();
const closed = (page: Page) => page.getByRole("dialog").getByRole("button", { name: "Close", exact: true }).click();
const both =
  (...acts: readonly ((page: Page) => Promise<unknown>)[]) =>
  async (page: Page): Promise<void> => {
    for (const act of acts) await act(page);
  };

/** What somebody sees who has not signed in. */
export const strangersScenes = ({ url, stations: [here] }: World, { token, consent }: Life): readonly Scene[] => [
  { name: "find", of: "/", at: `${url}/?place=Tallinn&lat=59.437&lon=24.7536`, act: seen("Balti jaam") },
  {
    name: "find-too-large",
    of: "/",
    at: `${url}/?place=Tallinn&lat=59.437&lon=24.7536&l=300&w=300&h=300&kg=40`,
    act: heading(/./),
  },
  { name: "find-nothing", of: "/", at: `${url}/?place=Narva&lat=59.37&lon=28.19&size=oversized&stepFree=true`, act: heading(/./) },
  { name: "locker", of: "/stations/$station", at: `${url}/stations/${here!.id}?size=small`, act: heading("Balti jaam") },
  { name: "locker-sign-in", of: "/stations/$station", act: both(button(/Hold a door/), seen("Send me a code")), after: closed },
  { name: "locker-unknown", of: "/stations/$station", at: `${url}/stations/0198f000-0000-7000-8000-000000000009` },
  { name: "messages-sign-in", of: "/messages", at: `${url}/messages?fewer=${"0".repeat(52)}`, act: seen("Stop reminders") },
  {
    name: "parcel-sign-in",
    of: "/parcels/$parcel",
    at: `${url}/parcels/0198f000-0000-7000-8000-000000000009`,
    act: seen("Send me a code"),
  },
  { name: "sign-in", of: "/sign-in", at: `${url}/sign-in` },
  { name: "collect-for-somebody", of: "/collect", at: `${url}/collect#${token}`, act: seen("Your code") },
  { name: "collect-nothing", of: "/collect", at: `${url}/collect#php_nothing`, act: heading("This link opens nothing") },
  { name: "consent", of: "/consent", at: `${url}/consent#${consent}`, act: heading("May your parcel come to Viru") },
  { name: "consent-nothing", of: "/consent", at: `${url}/consent#nothing`, act: heading("This link asks nothing") },
  { name: "verify", of: "/verify", at: `${url}/verify` },
  { name: "inbox", of: "/inbox", at: `${url}/inbox`, act: seen("Your parcel is in the locker") },
  { name: "no-page", of: "*", at: `${url}/nowhere` },
];

/** What a customer sees whose parcels are in every state. */
export const customersScenes = ({ url, stations: [here] }: World, life: Life): readonly Scene[] => {
  const parcel = (id: string) => `${url}/parcels/${id}`;
  return [
    { name: "parcels", of: "/parcels", at: `${url}/parcels`, act: seen("Ready to collect") },
    { name: "parcel-ready", of: "/parcels/$parcel", at: parcel(life.stored), act: seen(/Your code: (\d ?){8}/) },
    { name: "parcel-new-code", of: "/parcels/$parcel", act: button("New code"), after: closed },
    { name: "parcel-somebody-else", of: "/parcels/$parcel", act: button("Let somebody else collect it"), after: closed },
    {
      name: "parcel-what-is-wrong",
      of: "/parcels/$parcel",
      act: (page) => page.locator("summary").filter({ hasText: /wrong/i }).first().click(),
    },
    { name: "parcel-leaving", of: "/parcels/$parcel", at: parcel(life.leaving), act: seen(/Goes to Viru|On its way to Viru/) },
    { name: "parcel-proposed", of: "/parcels/$parcel", at: parcel(life.proposed), act: seen("May your parcel go to Viru") },
    { name: "parcel-collected", of: "/parcels/$parcel", at: parcel(life.collected), act: heading("Collected") },
    { name: "parcel-missing", of: "/parcels/$parcel", at: parcel(life.missing), act: heading(/Not found|being looked/i) },
    { name: "parcel-not-mine", of: "/parcels/$parcel", at: parcel("nonsense"), act: heading("No such parcel") },
    { name: "receipts", of: "/verify", at: `${url}/verify?parcel=${life.collected}`, act: heading("Everything is in order") },
    {
      name: "hold",
      of: "/holds/$reservation",
      at: `${url}/stations/${here!.id}?size=small`,
      act: both(button(/Hold a door/), heading("A door is held for you")),
      after: (page) => page.goBack(),
    },
    { name: "history", of: "/history", at: `${url}/history`, act: seen("Collected") },
    {
      name: "history-not-found",
      of: "/history",
      act: (page) =>
        page
          .getByLabel("Number or order")
          .fill("zzz")
          .then(() => seen("No past parcel begins like this")(page)),
    },
    { name: "returns", of: "/returns", at: `${url}/returns`, act: heading("Returns and sendings") },
    { name: "return", of: "/returns/$return", at: `${url}/returns/${life.sending}`, act: heading(/./) },
    { name: "return-new", of: "/returns/new", at: `${url}/returns/new?parcel=${life.collected}`, act: heading("Send it back") },
    { name: "send", of: "/send", at: `${url}/send`, act: heading("Send something to somebody") },
    { name: "away", of: "/away", at: `${url}/away` },
    { name: "people", of: "/people", at: `${url}/people`, act: seen("Ben") },
    { name: "messages", of: "/messages", at: `${url}/messages`, act: button("Save") },
    { name: "my-data", of: "/my-data", at: `${url}/my-data`, act: seen("This has to end first") },
  ];
};

/** What a customer sees who has just come. */
export const newcomersScenes = ({ url }: World): readonly Scene[] => [
  { name: "parcels-none", of: "/parcels", at: `${url}/parcels`, act: seen("No parcels yet") },
  { name: "people-none", of: "/people", at: `${url}/people`, act: seen("Nobody yet") },
  { name: "delete-me", of: "/my-data", at: `${url}/my-data`, act: button("Delete at once"), after: closed },
];
