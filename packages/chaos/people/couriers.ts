import { setTimeout as pause } from "node:timers/promises";
import type { CourierApi, Scan } from "@pigeonhole/couriers/contract";
import type { IdentityApi } from "@pigeonhole/identity/contract";
import type { Client } from "@pigeonhole/kit/client";
import { systemNewId } from "@pigeonhole/kit/ids";
import { must } from "@pigeonhole/world/ask";
import { signIn } from "@pigeonhole/world/found";
import { people } from "@pigeonhole/world/town";
import type { ChaosStation } from "../processes/town.ts";
import { anyOf, hear } from "./asking.ts";
import { lookAt, shut } from "./at-the-door.ts";
import { askKeyed } from "./keyed.ts";
import { GivenUp, objectOf, until, type Life, type Parcel } from "./world.ts";

/** Parcels of one round, at most. */
const roundMost = 3;
const password = "pigeonhole-chaos";

/** Somebody of the carrier who drives to one station; hired before anything goes wrong. */
export interface Courier {
  readonly id: string;
  readonly cookie: string;
  readonly name: string;
}

export async function hire(life: Pick<Life, "town" | "draw">, name: string): Promise<Courier> {
  const { town, draw } = life;
  const carrier = anyOf<IdentityApi>(town.http, draw, { authorization: `Bearer ${town.memory.carrier!.key}` });
  const username = `c-${systemNewId().slice(-12)}`;
  const { id } = await must("hire a courier", carrier.couriers.$post({ json: { username, name, password } }));
  const url = `http://127.0.0.1:${town.http[0]!.port}`;
  return { id, name, cookie: await signIn(url, { kind: "courier", carrier: people.carrier.slug, username, password }) };
}

interface Bringing {
  readonly life: Life;
  readonly app: Client<CourierApi>;
  readonly by: string;
}

/** Brings what was sold, until no more is to be expected; `brought` is told of each parcel that is in, and since when it may have been. */
export async function courier(
  life: Life,
  me: Courier,
  station: ChaosStation,
  waiting: Parcel[],
  isLast: () => boolean,
  brought: (parcel: Parcel, since: number) => void,
): Promise<void> {
  const { town, draw } = life;
  const by = me.name;
  const carrier = anyOf<CourierApi>(town.http, draw, { authorization: `Bearer ${town.memory.carrier!.key}` });
  const app = anyOf<CourierApi>(town.http, draw, { cookie: me.cookie });
  for (;;) {
    const round = waiting.splice(0, roundMost);
    if (round.length === 0) {
      if (isLast()) return;
      await pause(200);
      continue;
    }
    const json = {
      name: `Round ${systemNewId()}`,
      day: new Date().toISOString().slice(0, 10),
      courier: me.id,
      stops: [{ station: station.id, parcels: round.map(({ parcel }) => parcel) }],
    };
    // A new parcel reaches the carrier as an event, a moment after its order: a refusal is asked again.
    const route = await until(life, `${by} plans ${json.name}`, async () => {
      const planned = await askKeyed(life, {
        by: `carrier of ${by}`,
        wish: json.name,
        ask: (header) => hear(carrier.routes.$post({ header, json })),
        idOf: ({ id }) => id,
      });
      return planned.is === "done" ? planned.body : undefined;
    });
    const drops = await until(life, `${by} sets out`, async () => {
      const started = await hear(app.routes[":id"].start.$post({ param: { id: route.id } }));
      return started.is === "answered" ? started.body.stops.flatMap((stop) => stop.drops) : undefined;
    });
    for (const parcel of round) {
      const { barcode } = drops.find((drop) => drop.parcel === parcel.parcel)!;
      await life.inTurn(station, () => dropOff({ life, app, by }, route.id, parcel, barcode, brought));
    }
  }
}

async function dropOff(
  bringing: Bringing,
  route: string,
  parcel: Parcel,
  barcode: string,
  brought: (parcel: Parcel, since: number) => void,
) {
  const { life, by } = bringing;
  const { history, clock } = life;
  const { station, compartment, reservation } = parcel;
  const [box, call, from] = [objectOf(station, compartment), { do: "put in", who: reservation } as const, clock()];
  try {
    for (;;) {
      const scan = await openDoor(bringing, route, parcel, barcode);
      if (scan.compartment !== compartment)
        life.violation(`I-18: ${parcel.parcel} is expected in ${box}, and door ${scan.compartment} was opened for it`);
      if (scan.state === "deposited" || (await isTaken(bringing, scan, parcel))) break;
    }
    history.compartment(box, { by, call, from, to: clock(), answer: "in" });
    brought(parcel, from);
  } catch (error) {
    history.compartment(box, { by, call, from, to: null, answer: null });
    throw error;
  }
}

/** Scans until the door stands open, or the parcel is said to be in. */
async function openDoor({ life, app, by }: Bringing, route: string, { station, compartment }: Parcel, barcode: string): Promise<Scan> {
  return until(life, `${by} opens door ${compartment} of ${station.name} for ${barcode}`, async () => {
    const scanned = await askKeyed<Scan>(life, {
      by,
      wish: `scan ${barcode}`,
      ask: (header) => hear(app.routes[":id"].scans.$post({ param: { id: route }, header, json: { station: station.id, barcode } })),
      idOf: ({ id }) => id,
    });
    if (scanned.is !== "done") {
      life.note(`${by}: scan of ${barcode}: ${scanned.is === "refused" ? scanned.code : "left"}`);
      await pause(300);
      return undefined;
    }
    const scan = scanned.body;
    if (scan.outcome === "opened" || scan.state === "deposited") return scan;
    // Whoever stands there sees the door.
    const doors = await lookAt(station);
    if (scan.outcome === "unknown" && doors?.get(scan.compartment) === "open") return scan;
    if (scan.outcome === "refused") life.note(`${by}: door ${scan.compartment} of ${station.name} was refused, ${scan.reason}`);
    await pause(500);
    return undefined;
  });
}

/** Shuts the door and says that it is in, until that is answered; false: this scan leads nowhere, another one has to. */
async function isTaken({ life, app, by }: Bringing, { id, compartment }: Scan, { station, parcel }: Parcel): Promise<boolean> {
  const closed = await until(life, `${by} says that ${parcel} is in ${station.name}/${compartment}`, async () => {
    await shut(station, compartment);
    const heard = await hear(app.scans[":id"].deposited.$post({ param: { id } }));
    if (heard.is === "answered") return heard.body.state === "deposited";
    if (heard.is === "refused" && heard.code === "wrong_state") {
      const seen = await hear(app.scans[":id"].$get({ param: { id } }));
      life.note(`${by}: ${parcel} is in, says the courier; wrong_state, and the scan is ${JSON.stringify(seen)}`);
      if (seen.is !== "answered") return undefined;
      if (seen.body.state === "deposited") return true;
      return seen.body.outcome === "refused" || seen.body.state === "open" ? false : undefined;
    }
    return undefined;
  });
  if (!closed && life.isOver()) throw new GivenUp(`${by} gives up with ${parcel}`);
  return closed;
}
