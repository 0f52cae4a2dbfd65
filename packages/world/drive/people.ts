// Synthetic people: shops that sell, couriers that drive, customers that collect. All of it through the routes that everybody has.
import type { CourierApi, Route } from "@pigeonhole/couriers/contract";
import type { IdentityApi } from "@pigeonhole/identity/contract";
import { client, problemOf } from "@pigeonhole/kit/client";
import { systemNewId } from "@pigeonhole/kit/ids";
import type { ReservationApi } from "@pigeonhole/reservations/contract";
import type { KioskApi } from "@pigeonhole/station/kiosk/contract";
import { eventually, must } from "../ask.ts";
import { signIn } from "../found.ts";
import { closeDoor, codeFromInbox, untilFree } from "../journey.ts";
import { tenants, type Cabinet } from "./cabinets.ts";
import type { Tally } from "./tally.ts";

interface Drive {
  readonly url: string;
  readonly shopKey: string;
  readonly carrierKey: string;
  readonly tally: Tally;
}

export interface Sold {
  readonly cabinet: Cabinet;
  readonly parcel: string;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const password = "pigeonhole-drive";
/** Of a hundred parcels; the rest is oversized. */
const shares = [
  ["small", 45],
  ["medium", 35],
  ["large", 17],
] as const;

/** A customer orders: search near the station, hold, confirm. Undefined when it was refused. */
export async function order(
  { url, shopKey, tally }: Drive,
  cabinet: Cabinet,
  place: { lat: number; lon: number },
  number: number,
): Promise<Sold | undefined> {
  const shop = client<ReservationApi>(`${url}/api`, { headers: { authorization: `Bearer ${shopKey}` } });
  const draw = (number * 37) % 100;
  let sum = 0;
  const size = shares.find(([, share]) => draw < (sum += share))?.[0] ?? "oversized";
  await tally.time("search", () => must("search", shop.search.$get({ query: { lat: String(place.lat), lon: String(place.lon), size } })));
  const held = await tally.time("hold", () =>
    shop.stations[":station"].holds.$post({
      param: { station: cabinet.id },
      header: { "idempotency-key": systemNewId() },
      json: { orderId: `D-${number}`, size },
    }),
  );
  if (held.status !== 201) return void tally.refuse("hold", (await problemOf(held)).code);
  const { id } = await held.json();
  const json = {
    carrier: tenants.carrier.slug,
    recipient: { name: `Customer ${number}`, email: `drive-${id.slice(-12)}@example.org`, language: "en" as const },
  };
  const confirmed = await tally.time("confirm", () =>
    shop.reservations[":id"].confirm.$post({ param: { id }, header: { "idempotency-key": systemNewId() }, json }),
  );
  if (confirmed.status !== 200) return void tally.refuse("confirm", (await problemOf(confirmed)).code);
  tally.count("ordered");
  return { cabinet, parcel: (await confirmed.json()).parcel! };
}

/** Hires a courier of the carrier for this drive: one of an earlier drive may still be on a round that was broken off. */
export async function hire({ url, carrierKey }: Drive): Promise<{ id: string; cookie: string }> {
  const carrier = client<IdentityApi>(`${url}/api`, { headers: { authorization: `Bearer ${carrierKey}` } });
  const username = `drive-${systemNewId().slice(-12)}`;
  const { id } = await must("create courier", carrier.couriers.$post({ json: { username, name: "Synthetic Courier", password } }));
  return { id, cookie: await signIn(url, { kind: "courier", carrier: tenants.carrier.slug, username, password }) };
}

/** One courier drives one round; `arrived` is told of each parcel that is in. */
export async function deliver(
  drive: Drive,
  number: number,
  day: string,
  sold: readonly Sold[],
  arrived: (sold: Sold) => void,
): Promise<void> {
  const { url, carrierKey, tally } = drive;
  const courier = await hire(drive);
  const carrier = client<CourierApi>(`${url}/api`, { headers: { authorization: `Bearer ${carrierKey}` } });
  const app = client<CourierApi>(`${url}/api`, { headers: { cookie: courier.cookie } });
  const stations = [...new Set(sold.map(({ cabinet }) => cabinet.id))];
  const stops = stations.map((station) => ({
    station,
    parcels: sold.filter(({ cabinet }) => cabinet.id === station).map(({ parcel }) => parcel),
  }));
  const key = systemNewId();
  const plan = () =>
    must(
      "create route",
      carrier.routes.$post({ header: { "idempotency-key": key }, json: { name: `Drive ${number}`, day, courier: courier.id, stops } }),
    );
  // The orders of a rush reach the modules that plan with them one after the other.
  const planned = await tally.time("ordered until its route can be planned", () =>
    eventually("a route", plan, { forMs: 300_000, everyMs: 2_000 }),
  );
  const route: Route = await must("start route", app.routes[":id"].start.$post({ param: { id: planned.id } }));
  for (const drop of route.stops.flatMap((stop) => stop.drops.map((d) => ({ ...d, station: stop.station })))) {
    const mine = sold.find(({ parcel }) => parcel === drop.parcel)!;
    const done = await mine.cabinet.inTurn(() => dropOff(drive, app, route.id, drop, mine.cabinet));
    if (!done) continue;
    tally.count("delivered");
    arrived(mine);
  }
}

/** So often somebody who finds a door open, or cannot tell, closes it and tries again. */
const attempts = 3;

async function dropOff(drive: Drive, ...rest: DropOff): Promise<boolean> {
  for (let left = attempts; left > 1; left--) {
    const done = await tryDropOff(drive, ...rest);
    if (done !== "again") return done;
    await closeOpenDoors(rest[3]);
  }
  return (await tryDropOff(drive, ...rest)) === true;
}

type DropOff = [app: ReturnType<typeof client<CourierApi>>, route: string, drop: { station: string; barcode: string }, cabinet: Cabinet];

async function tryDropOff({ tally }: Drive, ...[app, route, { station, barcode }, cabinet]: DropOff): Promise<boolean | "again"> {
  const answer = await tally.time("scan until the door is open", () =>
    app.routes[":id"].scans.$post({ param: { id: route }, header: { "idempotency-key": systemNewId() }, json: { station, barcode } }),
  );
  if (answer.status !== 200) return (tally.refuse("scan", (await problemOf(answer)).code), false);
  const scan = await answer.json();
  if (scan.outcome !== "opened")
    return (tally.refuse("scan", scan.reason ?? scan.outcome), scan.outcome === "unknown" || scan.reason === "door_open" ? "again" : false);
  await closeDoor(cabinet.kiosk, scan.compartment);
  // The courier taps "parcel is in" as soon as the screen says that the door is closed.
  for (let tries = 0; tries < 100; tries++) {
    const deposited = await tally.time("parcel is in", () => app.scans[":id"].deposited.$post({ param: { id: scan.id } }));
    if (deposited.status === 200) return true;
    const { code } = await problemOf(deposited);
    if (code !== "door_open") return (tally.refuse("deposited", code), false);
    await pause(200);
  }
  return (tally.refuse("deposited", "the door stays open"), false);
}

/** Who stands before the cabinet sees which doors are open. */
async function closeOpenDoors(cabinet: Cabinet): Promise<void> {
  await pause(1_000); // what was on its way has happened by then
  const { doors } = await must("kiosk", client<KioskApi>(`${cabinet.kiosk}api`).kiosk.state.$get());
  for (const { compartment, door } of doors) if (door === "open") await closeDoor(cabinet.kiosk, compartment);
  await pause(500);
}

/** The owner waits for the message, types the code, takes the parcel, closes the door. Every twentieth mistypes first. */
export async function collect({ url, tally }: Drive, { cabinet, parcel }: Sold, number: number): Promise<void> {
  const code = await tally.time("parcel is in until the code is there", () => codeFromInbox({ url }, parcel)).catch(() => undefined);
  if (code === undefined) return tally.refuse("message", "no code within a minute");
  await cabinet.inTurn(async () => {
    const kiosk = client<KioskApi>(`${cabinet.kiosk}api`).kiosk;
    if (number % 20 === 0) {
      const wrong = await kiosk.pickup.$post({ json: { code: code === "12345678" ? "87654321" : "12345678" } });
      if (wrong.status !== 200) tally.refuse("a mistyped code", (await problemOf(wrong)).code);
    }
    let answer = await tally.time("code until the door is open", () => kiosk.pickup.$post({ json: { code } }));
    for (let left = attempts; answer.status !== 200 && left > 1; left--) {
      const { code: reason } = await problemOf(answer);
      tally.refuse("code", reason);
      if (reason !== "door_open" && reason !== "door_unknown") return;
      await closeOpenDoors(cabinet);
      answer = await kiosk.pickup.$post({ json: { code } });
    }
    if (answer.status !== 200) return tally.refuse("code", (await problemOf(answer)).code);
    const { step } = await answer.json();
    if (step.step !== "open") return tally.refuse("code", step.step);
    await closeDoor(cabinet.kiosk, step.compartment);
    await untilFree(cabinet.kiosk);
    tally.count("collected");
  });
}
