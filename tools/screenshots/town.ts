// A town for pictures: three stations of one city, what people sold and carried there, and one customer with a parcel in every state.
import type { CourierApi } from "@pigeonhole/couriers/contract";
import { client } from "@pigeonhole/kit/client";
import { standardInnerMm, type Layout, type Size } from "@pigeonhole/network/layout";
import { eventually, must } from "@pigeonhole/world/ask";
import { signIn } from "@pigeonhole/world/found";
import { closeDoor, codeFromInbox, dropOff, order, reaches, typeCode } from "@pigeonhole/world/journey";
import { people, stationPlans, type StationPlan } from "@pigeonhole/world/town";
import type { World } from "@pigeonhole/world/world";

/** Columns that are full from the lowest door to the highest one, as cabinets are built, by the letter of their doors from top to bottom. */
const columns = { s: "sssssssss", m: "smmmmm", l: "lllll", x: "xxxx" } as const;
const letters: Readonly<Record<string, Size>> = { s: "small", m: "medium", l: "large", x: "oversized" };

function cabinet(plan: string): Layout {
  let number = 0;
  const door = (letter: string) => ({ number: ++number, size: letters[letter]!, ...standardInnerMm[letters[letter]!] });
  return { floorMm: 150, columns: [...plan].map((letter) => ({ doors: [...columns[letter as keyof typeof columns]].map(door) })) };
}

const tallinn = { ...stationPlans.find(({ key }) => key === "tallinn")!, layout: cabinet("smmlx"), walkUp: [9, 15, 26] };
export const plans: readonly StationPlan[] = [
  tallinn,
  {
    ...tallinn,
    key: "viru",
    name: "Viru väljak",
    address: "Viru väljak 4, Tallinn",
    lat: 59.4364,
    lon: 24.7546,
    layout: cabinet("ssmmlx"),
    walkUp: [17, 18, 24],
  },
  {
    ...tallinn,
    key: "kadriorg",
    name: "Kadriorg",
    address: "Narva maantee 80, Tallinn",
    lat: 59.4384,
    lon: 24.7833,
    openingHours: "Mo-Su 06:00-23:00",
    stepFree: false,
    layout: cabinet("ssmmmllx"),
    walkUp: [17, 18, 36],
  },
];

/** What was sold, in this order; `until` says how far it has come when the pictures begin. */
const sold: readonly {
  readonly station: string;
  readonly size: Size;
  readonly customer: 0 | 1 | 2;
  readonly until: "collected" | "stored" | "shipped";
}[] = [
  { station: "tallinn", size: "small", customer: 0, until: "collected" },
  { station: "tallinn", size: "medium", customer: 0, until: "stored" },
  { station: "tallinn", size: "medium", customer: 1, until: "stored" },
  { station: "tallinn", size: "large", customer: 2, until: "stored" },
  { station: "tallinn", size: "small", customer: 1, until: "stored" },
  { station: "tallinn", size: "medium", customer: 2, until: "shipped" },
  { station: "tallinn", size: "small", customer: 2, until: "shipped" },
  { station: "viru", size: "small", customer: 1, until: "shipped" },
  { station: "viru", size: "medium", customer: 0, until: "shipped" },
  { station: "viru", size: "large", customer: 2, until: "shipped" },
  { station: "kadriorg", size: "small", customer: 2, until: "shipped" },
  { station: "kadriorg", size: "oversized", customer: 1, until: "shipped" },
];

/** What the pictures need to know of the story so far. */
export interface Story {
  /** The first customer's parcel that waits in the first station. */
  readonly ready: string;
  /** The code of somebody else's parcel that waits there too. */
  readonly code: string;
  /** The number of the parcel that the courier brings next. */
  readonly next: string;
}

/** Plays the morning: orders, a route, the first deposits, one parcel collected. */
export async function playMorning(world: World): Promise<Story> {
  const station = (key: string) => world.station(key);
  const parcels: { readonly id: string; readonly barcode: string }[] = [];
  for (const { station: key, size, customer } of sold) {
    const { parcel } = await order(world, station(key).id, size, people.customers[customer]);
    parcels.push({ id: parcel!, barcode: (await reaches(world, parcel!, "reserved")).barcode });
  }
  const carrier = client<CourierApi>(`${world.url}/api`, { headers: { authorization: `Bearer ${world.memory.carrier!.key}` } });
  const stops = plans.map(({ key }) => ({
    station: station(key).id,
    parcels: parcels.filter((_, i) => sold[i]!.station === key).map(({ id }) => id),
  }));
  const day = new Date().toISOString().slice(0, 10);
  const route = await eventually("the route", () =>
    must(
      "create route",
      carrier.routes.$post({
        header: { "idempotency-key": crypto.randomUUID() },
        json: { name: "Morning round", day, courier: world.memory.courier!, stops },
      }),
    ),
  );
  const cookie = await signIn(world.url, {
    kind: "courier",
    carrier: people.carrier.slug,
    username: people.courier.username,
    password: people.courier.password,
  });
  const courier = client<CourierApi>(`${world.url}/api`, { headers: { cookie } });
  await must("start route", courier.routes[":id"].start.$post({ param: { id: route.id } }));
  for (const [i, { station: key, until }] of sold.entries()) {
    if (until === "shipped") continue;
    const at = station(key);
    await dropOff({ route: route.id, courier }, at.id, parcels[i]!.barcode, (compartment) => closeDoor(at.kiosk, compartment));
    await reaches(world, parcels[i]!.id, "stored");
    if (until === "collected") {
      await collect(world, at.kiosk, parcels[i]!.id);
      await reaches(world, parcels[i]!.id, "collected");
    }
  }
  const numberOf = async (id: string) => (await reaches(world, id, "shipped")).number;
  return { ready: parcels[1]!.id, code: await codeFromInbox(world, parcels[2]!.id), next: await numberOf(parcels[5]!.id) };
}

async function collect(world: World, kiosk: string, parcel: string): Promise<void> {
  const { step } = await typeCode(kiosk, await codeFromInbox(world, parcel));
  if (step.step !== "open") throw new Error(`the kiosk shows ${step.step} instead of an open door`);
  await closeDoor(kiosk, step.compartment);
}
