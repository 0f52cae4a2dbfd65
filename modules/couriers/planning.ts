import type { IdentityApi } from "@pigeonhole/identity/contract";
import { problemOf, type Client } from "@pigeonhole/kit/client";
import type { Tx } from "@pigeonhole/kit/db";
import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import type { NetworkApi, Station } from "@pigeonhole/network/contract";
import { labelKey, type ParcelApi } from "@pigeonhole/parcels/contract";
import { maxParcels } from "./contract.ts";
import { meant, type Found } from "./domain.ts";
import { RouteStarted } from "./events.ts";
import * as plan from "./queries/plan.ts";
import { assignTo } from "./retrievals/keeping.ts";
import { lockAlongside } from "./retrievals/queries.ts";
import type { Tables } from "./tables.ts";

/** Asked of a neighbour in one request, and requests at a time. */
const chunk = { labels: 50, ids: 200, requests: 8 } as const;
/** Names of parcels in a refusal. */
const namedInRefusal = 20;

export interface Neighbours {
  readonly identity: Client<IdentityApi>;
  readonly network: Client<NetworkApi>;
  readonly parcels: Client<ParcelApi>;
}
export interface StopWish {
  readonly station: string;
  readonly parcels: readonly string[];
}
/** A stop with everything that was asked of the neighbours. */
export interface PlannedStop {
  readonly station: Station;
  readonly parcels: readonly ParcelFound[];
}
type ParcelFound = Found & { readonly barcode: string; readonly compartment: number; readonly size: Tables["couriers.drop"]["size"] };

const unknown = (parcels: readonly string[], why: string): Refused =>
  new Refused("unknown_parcel", why, { parcels: parcels.slice(0, namedInRefusal) });

/** Throws Refused `not_found` unless the courier works for this carrier. */
export async function requireCourier({ identity }: Neighbours, courier: string, tenant: string): Promise<void> {
  const answer = await identity.internal.couriers[":id"].$get({ param: { id: courier } });
  if (answer.status !== 200 && answer.status !== 404) throw new Error(`courier ${courier}: ${(await problemOf(answer)).code}`);
  if (answer.status === 404 || (await answer.json()).tenant !== tenant) throw new Refused("not_found", "You have no such courier.");
}

/** Asks `ask` about each item, a few at a time, in order. */
async function inTurn<T, R>(items: readonly T[], ask: (item: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  for (let i = 0; i < items.length; i += chunk.requests) answers.push(...(await Promise.all(items.slice(i, i + chunk.requests).map(ask))));
  return answers;
}

const slices = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Looks up stations and parcels of the stops. Throws Refused `unknown_parcel` naming each one that is not this carrier's, not for that station or not to be delivered any more. */
export async function lookUp(neighbours: Neighbours, carrier: string, wishes: readonly StopWish[]): Promise<PlannedStop[]> {
  const merged = [...Map.groupBy(wishes, (wish) => wish.station)].map(([station, same]) => ({
    station,
    parcels: [...new Set(same.flatMap((wish) => wish.parcels.map((text) => text.trim())))],
  }));
  const texts = merged.flatMap((wish) => wish.parcels);
  if (texts.length > maxParcels) throw new Refused("malformed", `A route has at most ${maxParcels} parcels.`);
  const questions = [
    ...slices(
      texts.filter((text) => uuid.test(text)),
      chunk.ids,
    ).map((ids) => ({ ids: ids.join(","), carrier })),
    ...slices(
      texts.filter((text) => !uuid.test(text)),
      chunk.labels,
    ).map((barcodes) => ({ barcodes, carrier })),
  ];
  const [stations, answers] = await Promise.all([
    inTurn(merged, (wish) => stationOf(neighbours, wish)),
    inTurn(questions, async (query) => {
      const answer = await neighbours.parcels.internal.parcels.$get({ query });
      if (answer.status !== 200) throw new Error(`parcels of a route: ${(await problemOf(answer)).code}`);
      return (await answer.json()).parcels;
    }),
  ]);
  const found: ParcelFound[] = [
    ...new Map(answers.flat().map((parcel) => [parcel.id, { ...parcel, labelKey: labelKey(parcel.barcode) }])).values(),
  ];
  const missing: string[] = [];
  const stops = merged.map((wish, i) => {
    const parcels = wish.parcels.flatMap((text) => {
      const parcel = meant(found, text, labelKey(text), carrier, wish.station);
      if (!parcel) missing.push(text);
      return parcel ?? [];
    });
    return { station: stations[i]!, parcels: [...new Map(parcels.map((parcel) => [parcel.id, parcel])).values()] };
  });
  if (missing.length > 0) throw unknown(missing, "These parcels are not yours, not for that station, or no longer to be delivered.");
  return stops;
}

async function stationOf({ network }: Neighbours, { station, parcels }: StopWish): Promise<Station> {
  const answer = await network.stations[":station"].$get({ param: { station } });
  if (answer.status === 404) throw unknown(parcels, `There is no station ${station}.`);
  if (answer.status !== 200) throw new Error(`station ${station}: ${(await problemOf(answer)).code}`);
  return answer.json();
}

/**
 * Puts stops and parcels onto a route. A parcel that waits on another route of the carrier, planned or of an earlier day, moves to this one;
 * one that is being delivered elsewhere is refused. On an active route the new parcels have set out.
 */
export async function addStops(tx: Tx<Tables>, route: plan.Route, stops: readonly PlannedStop[], at: Date): Promise<void> {
  const ids = stops.flatMap((stop) => stop.parcels.map((parcel) => parcel.id));
  const elsewhere = (await plan.underWay(tx, ids)).filter((drop) => drop.route !== route.id);
  const busy = elsewhere.filter(
    (drop) => drop.tenant !== route.tenant || drop.state !== "open" || (drop.route_state === "active" && drop.day >= route.day),
  );
  if (busy.length > 0)
    throw unknown(
      busy.map((drop) => drop.number),
      "These parcels are being delivered on another route.",
    );
  for (const drop of elsewhere) await plan.skip(tx, drop.route, drop.parcel, "moved");
  for (const other of new Set(elsewhere.map((drop) => drop.route))) await plan.changed(tx, other, at);
  const added: string[] = [];
  for (const {
    station: { id: station, name, address, lat, lon },
    parcels,
  } of stops) {
    await plan.addStop(tx, { route: route.id, station, name, address, lat, lon });
    added.push(
      ...(await plan.addDrops(
        tx,
        parcels.map(({ id, number, barcode, labelKey: label_key, compartment, size }) => ({
          route: route.id,
          parcel: id,
          station,
          number,
          barcode,
          label_key,
          compartment,
          size,
          state: "open" as const,
          scan: null,
          skip_reason: null,
        })),
      )),
    );
  }
  if (route.state === "active" && added.length > 0)
    await publish(tx, at, RouteStarted, { route: route.id, courier: route.courier, tenant: route.tenant, parcels: added });
  if (route.state === "active") await assignTo(tx, at, route, await lockAlongside(tx, route));
  await plan.changed(tx, route.id, at);
}

/** The courier sets out: everything still open on the route is on its way, and what waits at its stations to be taken out is theirs too. */
export async function setOut(tx: Tx<Tables>, route: plan.Route, open: readonly string[], at: Date): Promise<void> {
  await plan.setActive(tx, route.id, at);
  await publish(tx, at, RouteStarted, { route: route.id, courier: route.courier, tenant: route.tenant, parcels: [...open] });
  await assignTo(tx, at, route, await lockAlongside(tx, route));
  await plan.changed(tx, route.id, at);
}
