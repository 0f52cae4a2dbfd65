// What the tests of couriers share: people, and the neighbours as far as couriers asks them.
import assert from "node:assert/strict";
import * as access from "@pigeonhole/access/contract";
import type { Actor } from "@pigeonhole/identity/contract";
import * as identity from "@pigeonhole/identity/contract";
import { client } from "@pigeonhole/kit/client";
import { router } from "@pigeonhole/kit/http";
import { systemNewId } from "@pigeonhole/kit/ids";
import { silentLog } from "@pigeonhole/kit/log";
import { Refused } from "@pigeonhole/kit/refused";
import * as network from "@pigeonhole/network/contract";
import * as parcels from "@pigeonhole/parcels/contract";
import type { z } from "zod";
import * as reservations from "@pigeonhole/reservations/contract";

const carrier = (slug: string) => ({
  kind: "carrier" as const,
  tenant: systemNewId(),
  slug,
  keyId: systemNewId(),
  scopes: ["routes" as const],
});
export const [red, blue] = [carrier("red"), carrier("blue")];
const courier = (of: typeof red) => ({ kind: "courier" as const, id: systemNewId(), tenant: of.tenant, carrier: of.slug });
export const [kim, lee, pat] = [courier(red), courier(red), courier(blue)];
export const support: Actor = { kind: "operator", id: systemNewId(), role: "support" };
export const customer: Actor = { kind: "customer", id: systemNewId(), email: "ann@example.org" };
export const [north, south] = [systemNewId(), systemNewId()];

interface Spot {
  readonly station: string;
  readonly compartment: number;
}
const never = (): never => assert.fail("couriers does not ask this");
export type FakeParcel = z.output<typeof parcels.Found>;

/** What `access.command` answers next; `silent` breaks the line after the command. */
export type Scripted =
  | { readonly outcome: "opened" | "done" | "refused" | "unknown"; readonly reason?: string }
  | "silent"
  | "no_right"
  | "not_found"
  | "station_unreachable"
  | "broken";

/** The neighbours as far as couriers asks them. */
export function neighbours(known: Map<string, FakeParcel>) {
  const commands: { action: string; purpose: string; parcel: string; actor: string; id: string; reason?: string }[] = [];
  const follows: { parcel: string; reservation: string | null; from: Spot; to: Spot | null }[] = [];
  /** What `reservations.reassign` answers next; without an entry, the compartment with the next higher number. */
  const reassigned: (reservations.Reassigned | "broken")[] = [];
  const asked: { parcel: string; from: Spot; reason: string; to: string | null }[] = [];
  const script: Scripted[] = [];
  const identityRoutes = identity.mount(router(identity.refusals, silentLog), {
    requestCode: never,
    signIn: never,
    session: never,
    signOut: never,
    createTenant: never,
    listTenants: never,
    createKey: never,
    revokeKey: never,
    createCourier: never,
    listCouriers: never,
    person: never,
    getCourier: (c) => {
      const found = [kim, lee, pat].find(({ id }) => id === c.req.valid("param").id);
      if (!found) throw new Refused("not_found", "none");
      return c.json({ id: found.id, tenant: found.tenant, username: "x", name: "X" }, 200);
    },
  });
  const networkRoutes = network.mount(router(network.refusals, silentLog), {
    list: never,
    create: never,
    change: never,
    setCompartment: never,
    move: never,
    suspend: never,
    get: (c) => {
      const { station } = c.req.valid("param");
      if (station !== north && station !== south) throw new Refused("not_found", "none");
      return c.json(
        {
          id: station,
          name: station === north ? "North" : "South",
          lat: 59.4,
          lon: 24.7,
          status: "active" as const,
          suspendedFor: null,
          carrier: null,
          address: "1 Street",
          country: "EE",
          timeZone: "Europe/Tallinn",
          openingHours: null,
          stepFree: true,
          supportPhone: null,
          layout: { floorMm: 300, columns: [] },
          walkUp: [],
          maintenance: [],
        },
        200,
      );
    },
  });
  const parcelRoutes = parcels.mount(router(parcels.refusals, silentLog), {
    create: never,
    get: never,
    list: never,
    label: never,
    lookUp: never,
    person: never,
    recipient: never,
    recall: never,
    find: (c) => {
      const { barcode, barcodes, ids, carrier } = c.req.valid("query");
      const keys = [barcode, barcodes]
        .flat()
        .filter((text) => text !== undefined)
        .map(parcels.labelKey);
      const found = [...known.values()].filter(
        (one) =>
          (carrier === undefined || one.carrier === carrier) &&
          (keys.includes(parcels.labelKey(one.barcode)) || keys.includes(parcels.labelKey(one.number)) || ids?.split(",").includes(one.id)),
      );
      return c.json({ parcels: found }, 200);
    },
  });
  const accessRoutes = access.mount(router(access.refusals, silentLog), {
    pickup: never,
    sign: never,
    signDesired: never,
    keys: never,
    reissue: never,
    follow: (c) => {
      follows.push({ parcel: c.req.valid("param").parcel, ...c.req.valid("json") });
      return c.json({}, 200);
    },
    courierRights: (c) =>
      c.json(
        {
          rights: c.req.valid("json").wanted.map((wanted) => ({
            ...wanted,
            station: north,
            compartment: 1,
            qr: `PH1.${wanted.parcel}`,
            carried: [] as string[],
            expiresAt: "2026-03-02T08:00:00.000Z",
          })),
        },
        200,
      ),
    grantsOf: never,
    decide: never,
    command: (c) => {
      const { action, purpose, parcel, actor, reason } = c.req.valid("json");
      const id = systemNewId();
      commands.push({ action, purpose, parcel, actor, id, ...(reason && { reason }) });
      const next = script.shift() ?? { outcome: action === "open" ? ("opened" as const) : ("done" as const) };
      if (next === "silent") throw new TypeError("fetch failed");
      if (next === "broken") throw new Error("broken");
      if (typeof next === "string") throw new Refused(next, "no");
      return c.json({ command: id, outcome: next.outcome, reason: next.reason ?? null }, 200);
    },
  });
  const reservationRoutes = reservations.mount(router(reservations.refusals, silentLog), {
    search: never,
    hold: never,
    confirm: never,
    cancel: never,
    get: never,
    listAtStation: never,
    compartments: never,
    inspections: never,
    resolve: never,
    reassign: (c) => {
      const wish = c.req.valid("json");
      asked.push(wish);
      const { from, to } = wish;
      const station = to ?? from.station;
      const place = { reservation: wish.parcel, station, compartment: from.compartment + 100, size: "large" as const };
      const answer = reassigned.shift() ?? {
        outcome: "moved" as const,
        to: { ...place, name: "There", address: null, lat: 59.4, lon: 24.7 },
      };
      if (answer === "broken") throw new TypeError("fetch failed");
      return c.json(answer, 200);
    },
  });
  const reach = (routes: { request: (url: string, init?: RequestInit) => Response | Promise<Response> }, silent = false) => ({
    fetch: (url: string | URL | Request, init?: RequestInit) => {
      if (silent && script[0] === "silent") {
        commands.push({ action: "lost", purpose: "", parcel: "", actor: "", id: "" });
        script.shift();
        throw new TypeError("fetch failed");
      }
      return routes.request(url as string, init);
    },
  });
  return {
    commands,
    follows,
    reassigned,
    asked,
    script,
    clients: {
      reservations: client<reservations.ReservationApi>("http://r", reach(reservationRoutes)),
      identity: client<identity.IdentityApi>("http://i", reach(identityRoutes)),
      network: client<network.NetworkApi>("http://n", reach(networkRoutes)),
      parcels: client<parcels.ParcelApi>("http://p", reach(parcelRoutes)),
      access: client<access.AccessApi>("http://a", reach(accessRoutes, true)),
    },
  };
}
