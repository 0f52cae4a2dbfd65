// A town in which every screen has something to show: each list a row, each thing that can go wrong one that has.
import type { ProxyApi } from "@pigeonhole/access/proxies/contract";
import type { PhoneApi } from "@pigeonhole/access/phone/contract";
import type { StaffApi } from "@pigeonhole/access/staff/contract";
import type { CourierApi } from "@pigeonhole/couriers/contract";
import type { RetrievalApi } from "@pigeonhole/couriers/retrievals/contract";
import { createOperator } from "@pigeonhole/identity/operators";
import { client } from "@pigeonhole/kit/client";
import { systemNow } from "@pigeonhole/kit/clock";
import { connect } from "@pigeonhole/kit/db";
import { systemNewId } from "@pigeonhole/kit/ids";
import { systemRandom } from "@pigeonhole/kit/random";
import { createSeal } from "@pigeonhole/kit/seal";
import type { AccessApi } from "@pigeonhole/access/contract";
import type { NetworkApi } from "@pigeonhole/network/contract";
import type { ParcelApi } from "@pigeonhole/parcels/contract";
import type { RedirectApi } from "@pigeonhole/parcels/redirects/contract";
import { rulesVersion, type ReturnApi } from "@pigeonhole/returns/contract";
import { localSecrets } from "@pigeonhole/server/local";
import type { KioskApi } from "@pigeonhole/station/kiosk/contract";
import { eventually, must } from "@pigeonhole/world/ask";
import { signInCode } from "@pigeonhole/world/stories/town";
import { signIn } from "@pigeonhole/world/found";
import { closeDoor, codeFromInbox, dropOff, order, reaches, setOut, typeCode, untilFree } from "@pigeonhole/world/journey";
import { people, stationPlans, type StationPlan } from "@pigeonhole/world/town";
import type { World, WorldStation } from "@pigeonhole/world/world";

/** Two cabinets of one town: what does not go into the one goes into the other. */
export const plans: readonly StationPlan[] = [
  stationPlans[0]!,
  { ...stationPlans[0]!, key: "viru", name: "Viru väljak", address: "Viru väljak 4, Tallinn", lat: 59.4364, lon: 24.7546 },
];

/** Who waits for parcels; the screens are seen with these eyes. */
const anna = people.customers[0];
/** A colleague of the demo's operator: what needs two people needs them. */
const colleague = { email: "colleague@example.org", password: "pigeonhole-demo" };

/** What the scenes need to know of the town. */
export interface Life {
  /** Wait in the first station; the second is on its way out of it, to the second station. */
  readonly stored: string;
  readonly leaving: string;
  /** Ordered, and its shop asks whether it may go elsewhere. */
  readonly proposed: string;
  readonly collected: string;
  /** Collected, said its owner, but nothing was in it. */
  readonly missing: string;
  /** The number of the parcel that the courier brings next. */
  readonly next: string;
  /** The code of another one that waits, and the squares that a phone shows at the kiosk: of a new right, of a parcel that a courier takes out. */
  readonly code: string;
  readonly carried: string;
  readonly square: string;
  /** What somebody else was handed for `stored`. */
  readonly token: string;
  /** What Anna sends to somebody, not put in yet. */
  readonly sending: string;
  /** What the link of the message about `proposed` ends with. */
  readonly consent: string;
  readonly customer: string;
  readonly courier: string;
  readonly emptyHanded: string;
}

/** The session's cookie of a customer, by the code that comes into the demo's inbox for it. */
export async function customerCookie(world: World, email: string): Promise<string> {
  const wish = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ email }) };
  const code = await signInCode(world, email, () => fetch(`${world.url}/api/sign-in-codes`, wish));
  return signIn(world.url, { kind: "customer", email, code });
}

/** Plays what has to have happened. `before`: parcels that Anna has collected from the first station within the last half an hour, if there are any. */
export async function live(world: World, before: readonly string[] = []): Promise<Life> {
  const { url, memory, operatorCookie } = world;
  const [here, there] = world.stations as [WorldStation, WorldStation];
  const shop = { headers: { authorization: `Bearer ${memory.shop!.key}` } };
  const carrier = { headers: { authorization: `Bearer ${memory.carrier!.key}` } };
  const ordered = async (station: WorldStation, size: "small" | "medium", who: { name: string; email: string } = anna): Promise<string> => {
    const { parcel } = await order(world, station.id, size, who);
    await reaches(world, parcel!, "reserved");
    return parcel!;
  };
  const fresh = Array.from({ length: Math.max(0, 2 - before.length) }, () => ordered(here, "small"));
  const [stored, leaving, recalled, staying, waiting, next, proposed, turnedAway, ...others] = await Promise.all([
    ordered(here, "small"),
    ordered(here, "medium"),
    ordered(here, "small", people.customers[2]),
    ordered(here, "small", people.customers[2]),
    ordered(here, "small", people.customers[2]),
    ordered(here, "small", people.customers[1]),
    ordered(here, "medium"),
    ordered(there, "small"),
    ...fresh,
  ]);
  const [collected, missing] = [...others, ...before] as [string, string];
  const [customer, emptyHanded] = await Promise.all([customerCookie(world, anna.email), customerCookie(world, "nobody@example.org")]);
  const mine = { headers: { cookie: customer } };

  const round = await setOut(
    world,
    { station: here.id, parcels: [...others, stored, leaving, recalled, staying, waiting, next] },
    { station: there.id, parcels: [turnedAway] },
  );
  const shut = (door: number) => closeDoor(here.kiosk, door);
  for (const parcel of [...others, leaving, recalled, staying, waiting, stored]) {
    const { barcode } = await reaches(world, parcel, "shipped");
    await dropOff(round, here.id, barcode, shut);
  }
  for (const parcel of others) {
    const { step } = await typeCode(here.kiosk, await codeFromInbox(world, parcel));
    if (step.step !== "open") throw new Error(`the kiosk shows ${step.step} instead of an open door`);
    await shut(step.compartment);
    await untilFree(here.kiosk);
  }
  await Promise.all([collected, missing].map((parcel) => reaches(world, parcel, "collected")));

  const courier = client<CourierApi>(`${url}/api`, { headers: { cookie: round.cookie } });
  const redirects = (whose: { headers: Record<string, string> }) => client<RedirectApi>(`${url}/api`, whose);
  const [{ token }] = await Promise.all([
    must(
      "name a proxy",
      client<ProxyApi>(`${url}/api`, mine).parcels[":parcel"].proxies.$post({ param: { parcel: stored }, json: { name: "Ben" } }),
    ),
    must("keep a person", client<ProxyApi>(`${url}/api`, mine).people.$post({ json: { name: "Ben" } })),
    must("redirect", redirects(mine).parcels[":id"].redirects.$post({ param: { id: leaving }, json: { station: there.id, note: null } })),
    must("recall", client<ParcelApi>(`${url}/api`, shop).parcels[":id"].recall.$post({ param: { id: recalled } })),
    must(
      "propose",
      redirects(shop).parcels[":id"].redirects.$post({ param: { id: proposed }, json: { station: there.id, note: "Nearer to your work" } }),
    ),
    must(
      "report",
      client<PhoneApi>(`${url}/api`, mine).parcels[":parcel"].pickup.problem.$post({
        param: { parcel: missing },
        json: { reason: "empty" },
      }),
    ),
    must(
      "give the stop up",
      courier.routes[":id"].stops[":station"]["give-up"].$post({
        param: { id: round.route, station: there.id },
        json: { reason: "nobody_there" },
      }),
    ),
    askToOpen(world, here),
    deadLetter(world),
  ]);
  await eventually("what is to be taken out", () =>
    must(
      "assign",
      client<RetrievalApi>(`${url}/api`, carrier).routes[":id"].retrievals.$post({
        param: { id: round.route },
        json: { station: here.id },
      }),
    ).then(({ retrievals }) => (retrievals.length > 1 ? true : undefined)),
  );
  const { id: sending } = await must(
    "send",
    client<ReturnApi>(`${url}/api`, mine).sendings.$post({
      header: { "idempotency-key": systemNewId() },
      json: {
        station: here.id,
        to: there.id,
        size: "small",
        sender: { name: anna.name },
        recipient: { name: people.customers[1].name, email: people.customers[1].email },
        acceptsRules: rulesVersion,
      },
    }),
  );
  // On no route: somebody may hand it to another carrier.
  await must("recall", client<ParcelApi>(`${url}/api`, shop).parcels[":id"].recall.$post({ param: { id: staying } }));
  await must(
    "a door out of service",
    client<NetworkApi>(`${url}/api`, { headers: { cookie: operatorCookie } }).stations[":station"].compartments[":compartment"].state.$put({
      param: { station: there.id, compartment: "2" },
      json: { state: "maintenance", reason: "Hinge" },
    }),
  );
  // The last thing that happens: the second cabinet is shaken, and serves nobody until somebody has looked.
  await must("shake", client<KioskApi>(`${there.kiosk}api`).simulator.sensors.$post({ json: { isTampered: true } }));
  await reaches(world, missing, "missing");
  const consent = await eventually("the question by message", async () => {
    const answer = await fetch(`${url}/api/inbox?${new URLSearchParams({ parcel: proposed })}`);
    const { messages } = (await answer.json()) as { messages: { text: string }[] };
    return messages.map(({ text }) => /\/consent#([0-9a-f]{52})/.exec(text)?.[1]).find((found) => found !== undefined);
  });
  const pickup = await must("pickup", client<AccessApi>(`${url}/api`, mine).parcels[":parcel"].pickup.$get({ param: { parcel: stored } }));
  const { rights } = await must("rights", courier.my.route.rights.$get());
  return {
    stored,
    leaving,
    proposed,
    collected,
    missing,
    next: (await reaches(world, next, "shipped")).number,
    code: await codeFromInbox(world, waiting),
    carried: pickup.carried ?? "",
    square: rights.find(({ parcel }) => parcel === recalled)!.qr,
    token: token!,
    consent,
    sending,
    customer,
    courier: round.cookie,
    emptyHanded,
  };
}

/** A colleague wants a door opened: it waits for a second person. */
async function askToOpen(world: World, { id: station }: WorldStation): Promise<void> {
  const db = connect<never>(world.databaseUrl, { connections: 1 });
  const seal = createSeal(
    localSecrets(world.folder)
      .SECRET_KEYS.split(",")
      .map((key) => Buffer.from(key, "hex")),
    systemRandom,
  );
  try {
    await createOperator(
      db as never,
      { ...colleague, role: "support" },
      { now: systemNow, newId: systemNewId, seal, random: systemRandom },
    );
  } finally {
    await db.destroy();
  }
  const cookie = await signIn(world.url, { kind: "operator", ...colleague });
  const doors = client<StaffApi>(`${world.url}/api`, { headers: { cookie } });
  await must(
    "ask to open",
    doors.stations[":station"].compartments[":compartment"].openings.$post({
      param: { station, compartment: "5" },
      json: { parcel: null, reason: "A customer says that the hinge squeaks" },
    }),
  );
}

/** A fact that no module can read: it is parked. */
async function deadLetter(world: World): Promise<void> {
  await world.sql(`insert into kit.outbox (aggregatetype, aggregateid, type, occurred_at, payload)
    values ('parcel', '0198f000-0000-7000-8000-000000000001', 'parcels.moved', '2026-03-01T09:00:00Z', '{"parcel":"nonsense"}')`);
  await eventually("the dead letter", async () => ((await world.sql(`select 1 from kit.delivery`)).rows.length > 0 ? true : undefined));
}
