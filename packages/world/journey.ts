// The steps of a parcel's way as people take them, through the interfaces that they use. Tests, benchmarks and the demo share them.
import type { CourierApi, Scan } from "@pigeonhole/couriers/contract";
import type { Retrieval, RetrievalApi } from "@pigeonhole/couriers/retrievals/contract";
import type { IdentityApi } from "@pigeonhole/identity/contract";
import { client, type Client } from "@pigeonhole/kit/client";
import { systemNewId } from "@pigeonhole/kit/ids";
import type { Size } from "@pigeonhole/network/layout";
import type { NotificationApi } from "@pigeonhole/notifications/contract";
import type { ParcelApi, Parcel } from "@pigeonhole/parcels/contract";
import type { ConditionWishes } from "@pigeonhole/reservations/conditions/contract";
import type { Reservation, ReservationApi } from "@pigeonhole/reservations/contract";
import type { KioskApi, KioskState } from "@pigeonhole/station/kiosk/contract";
import { eventually, must } from "./ask.ts";
import { signIn } from "./found.ts";
import { people } from "./town.ts";
import type { World } from "./world.ts";

type Town = Pick<World, "url" | "memory" | "operatorCookie"> & {
  /** What day it is there; today, unless its clock was moved. */
  readonly day?: string;
};
const bearer = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });
const once = () => ({ "idempotency-key": systemNewId() });

/** The shop's checkout: a compartment is held and the order placed. */
export async function order(
  { url, memory }: Town,
  station: string,
  size: Size,
  recipient: { readonly name: string; readonly email: string; readonly phone?: string | null },
  asks: ConditionWishes = {},
): Promise<Reservation> {
  const shop = client<ReservationApi>(`${url}/api`, bearer(memory.shop!.key));
  const held = await must(
    "hold",
    shop.stations[":station"].holds.$post({ param: { station }, header: once(), json: { orderId: `W-${systemNewId().slice(-8)}`, size } }),
  );
  return must(
    "confirm",
    shop.reservations[":id"].confirm.$post({
      param: { id: held.id },
      header: once(),
      json: { recipient: { language: "en", ...recipient }, ...asks },
    }),
  );
}

interface Stop {
  readonly station: string;
  readonly parcels: readonly string[];
}

/** The carrier plans a route for its courier, who signs in and sets out. Returns what the courier needs at the doors. */
export async function setOut(
  { url, memory, day = new Date().toISOString().slice(0, 10) }: Omit<Town, "operatorCookie">,
  ...stops: readonly Stop[]
): Promise<{ readonly route: string; readonly courier: Client<CourierApi>; readonly cookie: string }> {
  const carrier = client<CourierApi>(`${url}/api`, bearer(memory.carrier!.key));
  const key = once();
  const json = {
    name: "Round",
    day,
    courier: memory.courier!,
    stops: stops.map(({ station, parcels }) => ({ station, parcels: [...parcels] })),
  };
  // A new parcel reaches the carrier as an event, a moment after its order.
  const route = await eventually("the route is accepted", () => must("create route", carrier.routes.$post({ header: key, json })));
  const cookie = await signIn(url, {
    kind: "courier",
    carrier: people.carrier.slug,
    username: people.courier.username,
    password: people.courier.password,
  });
  const courier = client<CourierApi>(`${url}/api`, { headers: { cookie } });
  // The route before ends when the station's word about its last parcel has come.
  await eventually("the route is started", () => must("start route", courier.routes[":id"].start.$post({ param: { id: route.id } })));
  return { route: route.id, courier, cookie };
}

/** The courier scans, the door opens, `closeDoor` closes it, the courier says that the parcel is in. */
export async function dropOff(
  { route, courier }: Pick<Awaited<ReturnType<typeof setOut>>, "route" | "courier">,
  station: string,
  barcode: string,
  closeDoor: (compartment: number) => unknown,
): Promise<Scan> {
  // A station that is coming back is unreachable for a moment, one that has opened a dozen doors in a minute waits: the courier tries again.
  const scan = await eventually(
    `the door for ${barcode}`,
    async () => {
      const tried = await must(
        "scan",
        courier.routes[":id"].scans.$post({ param: { id: route }, header: once(), json: { station, barcode } }),
      );
      if (tried.outcome === "refused") throw new Error(`refused, ${tried.reason}`);
      return tried;
    },
    { forMs: 90_000, everyMs: 500 },
  );
  // After "unknown" the courier looks at the door, and the station's log tells the rest.
  const seen = () => must("look at the scan", courier.scans[":id"].$get({ param: { id: scan.id } }));
  if (scan.outcome === "unknown")
    await eventually(`door ${scan.compartment} is known to be open`, async () => ((await seen()).outcome === "opened" ? true : undefined));
  await closeDoor(scan.compartment);
  return eventually(`parcel ${barcode} is in`, async () => {
    return (await seen()).doorClosed ? must("deposited", courier.scans[":id"].deposited.$post({ param: { id: scan.id } })) : undefined;
  });
}

/** The courier on the way takes out what is to come out at this station: opens, `closeDoor` closes, the courier says that it is out. */
export async function takeOut(
  { url }: Pick<Town, "url">,
  { courier, cookie }: Awaited<ReturnType<typeof setOut>>,
  parcel: string,
  closeDoor: (compartment: number) => unknown,
): Promise<Retrieval> {
  const tasks = client<RetrievalApi>(`${url}/api`, { headers: { cookie } });
  const seen = async () => {
    const route = await must("my route", courier.my.route.$get());
    return route.stops.flatMap((stop) => stop.retrievals).find((each) => each.parcel === parcel);
  };
  const opened = await eventually(
    `the door of ${parcel}`,
    async () => {
      const task = await seen();
      if (!task) return undefined;
      if (task.state !== "assigned") return task;
      const tried = await must("open", tasks.retrievals[":id"].open.$post({ param: { id: task.id }, header: once() }));
      if (tried.attempt?.outcome === "refused") throw new Error(`refused, ${tried.attempt.reason}`);
      return tried;
    },
    { forMs: 90_000, everyMs: 500 },
  );
  await eventually(`door ${opened.compartment} is known to be open`, async () =>
    (await seen())?.attempt?.outcome === "opened" ? true : undefined,
  );
  await closeDoor(opened.compartment);
  return eventually(`parcel ${parcel} is out`, () =>
    must("taken out", tasks.retrievals[":id"]["taken-out"].$post({ param: { id: opened.id } })),
  );
}

/** The parcel as operators see it, once it is in this state. */
export async function reaches({ url, operatorCookie }: Town, id: string, state: Parcel["state"]): Promise<Parcel> {
  const parcels = client<ParcelApi>(`${url}/api`, { headers: { cookie: operatorCookie } });
  return eventually(`parcel ${id} is ${state}`, async () => {
    const parcel = await must("get parcel", parcels.parcels[":id"].$get({ param: { id } }));
    return parcel.state === state ? parcel : undefined;
  });
}

/** The code in the newest message about a parcel, as the demo's inbox shows it. */
export async function codeFromInbox({ url }: Pick<Town, "url">, parcel: string): Promise<string> {
  const notifications = client<NotificationApi>(`${url}/api`);
  return eventually(`the message about ${parcel}`, async () => {
    const { messages } = await must("inbox", notifications.inbox.$get({ query: { parcel } }));
    const newest = messages.find(
      ({ channel, template }) => channel === "email" && (template === "pickup_ready" || template === "code_reissued"),
    );
    const code = newest && /Your code: (\d{4}) (\d{4})\n/.exec(newest.text);
    if (!code)
      throw new Error(
        `messages about it: ${messages.map(({ template, channel, state, error }) => `${template} by ${channel} ${state} ${error ?? ""}`).join(", ") || "none"}`,
      );
    return code.slice(1).join("");
  });
}

/** A customer signs in with the code that is sent to them. Returns the session's cookie. */
export async function signInAsCustomer({ url }: Pick<Town, "url">, email: string): Promise<string> {
  const identity = client<IdentityApi>(`${url}/api`);
  await must("ask for a sign-in code", identity["sign-in-codes"].$post({ json: { email } }));
  const code = await eventually("the sign-in code", async () => {
    const { messages } = await must("inbox", client<NotificationApi>(`${url}/api`).inbox.$get({ query: { to: email, limit: 5 } }));
    const text = messages.find(({ template }) => template === "sign_in_code")?.text ?? "";
    return /\b(\d{3}) ?(\d{3})\b/.exec(text)?.slice(1).join("");
  });
  return signIn(url, { kind: "customer", email, code });
}

/** Somebody types a code at the kiosk; resolves with the kiosk's state when the door is open. */
export const typeCode = (kiosk: string, code: string): Promise<KioskState> =>
  must("type the code", client<KioskApi>(`${kiosk}api`).kiosk.pickup.$post({ json: { code } }));

/** Waits until nobody is being served at the kiosk: it sees a door close a moment after it has closed. */
export async function untilFree(kiosk: string): Promise<void> {
  const api = client<KioskApi>(`${kiosk}api`);
  await eventually(
    "the kiosk is free",
    async () => {
      const { step } = await must("leave", api.kiosk.leave.$post());
      return step.step === "idle" ? true : undefined;
    },
    { everyMs: 20 },
  );
}

/** Somebody pushes a simulated door shut. */
export const closeDoor = (kiosk: string, compartment: number): Promise<KioskState> =>
  must(
    "close the door",
    client<KioskApi>(`${kiosk}api`).simulator.doors[":compartment"].$post({
      param: { compartment: String(compartment) },
      json: { door: "closed" },
    }),
  );
