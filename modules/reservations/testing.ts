// What the tests of this module share: stations, a clock that moves, typed clients of several people, facts in and out.
import { randomUUID } from "node:crypto";
import { Connected, Disconnected, Reported } from "@pigeonhole/devices/events";
import type { Actor, Scope, Who } from "@pigeonhole/identity/contract";
import { client } from "@pigeonhole/kit/client";
import { connect, type Db } from "@pigeonhole/kit/db";
import { systemNewId } from "@pigeonhole/kit/ids";
import { silentLog } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import { testPersonal } from "@pigeonhole/kit/personal/testing";
import { drain, type TestDatabase } from "@pigeonhole/kit/testing";
import { StationChanged } from "@pigeonhole/network/events";
import { standardInnerMm, type Layout, type Size } from "@pigeonhole/network/layout";
import { ParcelMoved } from "@pigeonhole/parcels/events";
import { sql } from "kysely";
import type { z } from "zod";
import type { ConditionWishes } from "./conditions/contract.ts";
import type { ParcelDimensions, ReservationApi } from "./contract.ts";
import { reservations } from "./module.ts";
import type { Tables } from "./tables.ts";

const tenant = "00000000-0000-7000-8000-00000000000a";
const other = "00000000-0000-7000-8000-00000000000b";
export const owners = { shop: `shop:${tenant}`, other: `shop:${other}` };

/** The header `x-as` says who asks. */
export const actors: Readonly<Record<string, Actor>> = {
  shop: { kind: "shop", tenant, slug: "a", keyId: tenant, scopes: ["reservations"] },
  other: { kind: "shop", tenant: other, slug: "b", keyId: other, scopes: ["reservations"] },
  unscoped: { kind: "shop", tenant, slug: "a", keyId: tenant, scopes: ["parcels"] satisfies Scope[] },
  customer: { kind: "customer", id: tenant, email: "ann@example.org" },
  courier: { kind: "courier", id: tenant, tenant, carrier: "post" },
  operator: { kind: "operator", id: tenant, role: "viewer" },
  support: { kind: "operator", id: tenant, role: "support" },
  module: { kind: "module", name: "parcels" },
};
const who = (async (c, ...kinds) => {
  const actor = actors[c.req.header("x-as") ?? ""];
  if (!actor) throw new Refused("not_signed_in", "Sign in.");
  if (!(kinds as readonly string[]).includes(actor.kind)) throw new Refused("not_allowed", "Not for you.");
  return actor as never;
}) as Who;

export const layoutOf = (doors: readonly Size[]): Layout => ({
  floorMm: 100,
  columns: [{ doors: doors.map((size, i) => ({ number: i + 1, size, ...standardInnerMm[size] })) }],
});
const wide = (doors: readonly Size[]): Layout => ({
  floorMm: 100,
  columns: doors
    .map((size, i) => ({ number: i + 1, size, ...standardInnerMm[size] }))
    .flatMap((_, i, all) => (i % 2 === 0 ? { doors: all.slice(i, i + 2) } : [])),
});

/** What an order may say besides. */
interface Order {
  together?: boolean;
  dimensions?: ParcelDimensions;
  carrier?: string;
  recipient?: { name: string; email: string };
}
type Changes = Partial<z.input<(typeof StationChanged)["payload"]>>;
type Report = z.input<(typeof Reported)["payload"]>["event"];

/** A world with its own database; `newId` of the module gives UUIDs. */
export async function startWorld(database: TestDatabase) {
  const db = connect<Tables>(await database.fresh(), { connections: 40 });
  let time = new Date("2026-01-05T12:00:00Z");
  const now = () => time;
  const { personal } = testPersonal(db as never, () => now());
  await personal.ready();
  const module = reservations({ db, who, now, newId: systemNewId, log: silentLog, personal, defaultCarrier: "post" });
  const as = (name: string, more: Record<string, string> = {}) =>
    client<ReservationApi>("http://test", {
      fetch: (url, init) => module.routes.request(url as string, init),
      headers: { "x-as": name, ...more },
    });
  const settle = () => drain(db as unknown as Db<never>, module.consumers, now);
  let sequence = 0;

  const tell = (what: (tx: Parameters<Parameters<ReturnType<typeof db.transaction>["execute"]>[0]>[0]) => Promise<void>) =>
    db.transaction().execute(what);
  const stationFact = (station: string, doors: readonly Size[], more: Changes = {}) => ({
    station,
    name: "Viru",
    address: "Viru väljak 4",
    lat: 59.4363,
    lon: 24.7552,
    country: "EE",
    timeZone: "Europe/Tallinn",
    openingHours: null,
    stepFree: false,
    status: "active" as const,
    supportPhone: null,
    layout: doors.length > 40 ? wide(doors) : layoutOf(doors),
    walkUp: [],
    maintenance: [],
    ...more,
  });
  /** Tells of a station; new ones are connected unless asked otherwise. */
  const station = async (
    doors: readonly Size[],
    { id = randomUUID(), connected = true, ...more }: Changes & { id?: string; connected?: boolean } = {},
  ) => {
    await tell(async (tx) => {
      await publish(tx, time, StationChanged, stationFact(id, doors, more));
      await publish(tx, time, connected ? Connected : Disconnected, { station: id });
    });
    await settle();
    return id;
  };
  const report = async (station: string, event: Report, parcel: string | null = null) => {
    await tell((tx) => publish(tx, time, Reported, { station, epoch: 1, seq: ++sequence, at: time.toISOString(), parcel, event }));
    return settle();
  };
  const parcelMoved = async (parcel: string, reservation: string, to: "expired" | "returned") => {
    const common = {
      parcel,
      reservation,
      station: randomUUID(),
      compartment: 1,
      owner: owners.shop,
      carrier: null,
      number: "1",
      from: null,
      expiresAt: null,
    };
    await tell((tx) => publish(tx, time, ParcelMoved, { ...common, to }));
    return settle();
  };
  const hold = (
    station: string,
    {
      key = randomUUID(),
      by = "shop",
      size,
      dimensions,
      ...more
    }: { key?: string; by?: string; size?: Size; dimensions?: ParcelDimensions; holdMinutes?: number } = {},
  ) =>
    as(by).stations[":station"].holds.$post({
      param: { station },
      header: { "idempotency-key": key },
      json: { orderId: "o-1", ...(dimensions ? { dimensions } : { size: size ?? "small" }), ...more },
    });
  const recipient = { name: "Ann Tamm", email: "ann@example.org" };
  const confirm = (
    id: string,
    {
      key = randomUUID(),
      by = "shop",
      ...more
    }: {
      key?: string;
      by?: string;
      barcode?: string;
      service?: "prime";
      deliverWithinDays?: number;
      isPerishable?: boolean;
    } & ConditionWishes &
      Order = {},
  ) => as(by).reservations[":id"].confirm.$post({ param: { id }, header: { "idempotency-key": key }, json: { recipient, ...more } });
  /** Holds and confirms; returns the reservation with its parcel. */
  const order = async (at: string, size: Size = "small") => {
    const held = await hold(at, { size });
    if (held.status !== 201) throw new Error(`hold: ${held.status}`);
    const confirmed = await confirm((await held.json()).id);
    if (confirmed.status !== 200) throw new Error(`confirm: ${confirmed.status}`);
    const reservation = await confirmed.json();
    return { ...reservation, parcel: reservation.parcel! };
  };
  const doors = async (at: string) => {
    const answer = await as("operator").stations[":station"].compartments.$get({ param: { station: at } });
    if (answer.status !== 200) throw new Error(`compartments: ${answer.status}`);
    return (await answer.json()).compartments;
  };
  const facts = async (type?: string) =>
    (
      await sql<{ type: string; payload: Record<string, unknown> }>`select type, payload from kit.outbox
    where type like 'reservations.%' and (${type ?? null}::text is null or type = ${type ?? null}) order by seq`.execute(db)
    ).rows;
  const contradictions = async () =>
    (await db.selectFrom("reservations.inspection").select("what").where("what", "<>", "").orderBy("at").execute()).map((row) => row.what);
  return {
    db,
    as,
    personal,
    station,
    report,
    parcelMoved,
    hold,
    confirm,
    order,
    doors,
    facts,
    contradictions,
    settle,
    tell,
    stationFact,
    routes: module.routes,
    jobs: module.jobs,
    consumer: module.consumers,
    states: async (at: string) => (await doors(at)).map(({ state }) => state),
    /** The state of a reservation as its owner sees it. */
    state: async (id: string) => {
      const answer = await as("shop").reservations[":id"].$get({ param: { id } });
      if (answer.status !== 200) throw new Error(`get: ${answer.status}`);
      const { state, endReason } = await answer.json();
      return endReason ?? state;
    },
    pass: (ms: number) => {
      time = new Date(time.getTime() + ms);
    },
    now,
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}
