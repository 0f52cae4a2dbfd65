// What has to be so when all has been healed and has come to rest.
import { invariants } from "@pigeonhole/server/invariants";
import { withoutOwner } from "@pigeonhole/world/owners";
import { sql, type RawBuilder } from "kysely";
import type { Orders } from "../people/shops.ts";
import { objectOf } from "../people/world.ts";
import type { ChaosTown } from "../processes/town.ts";
import type { History } from "./history.ts";

interface What {
  readonly what: string;
}
type Rows = RawBuilder<What>;

/** Nothing is doubled: each row is something that there is more than once. */
const once: readonly (readonly [says: string, query: Rows])[] = [
  [
    "a message about one thing is written once per way (I-57)",
    sql`select event || ' by ' || channel as what from notifications.message group by event, channel, template having count(*) > 1`,
  ],
  [
    "the code of a parcel is sent once per way (I-26)",
    sql`select parcel || ' by ' || channel as what from notifications.message where template = 'pickup_ready' group by parcel, channel having count(*) > 1`,
  ],
  [
    "a person is told once of one thing",
    sql`select event || ' ' || template as what from notifications.notice group by event, template, parcel having count(*) > 1`,
  ],
  [
    "a hand-over has one receipt (I-05)",
    sql`select parcel || ': ' || giver || ' to ' || taker as what from custody.hand_over where giver is not null group by parcel, giver, taker having count(*) > 1`,
  ],
  [
    "a reservation is confirmed, and ends, once (I-09)",
    sql`select type || ' ' || aggregateid as what from kit.outbox where type in ('reservations.confirmed', 'reservations.ended') group by type, aggregateid having count(*) > 1`,
  ],
  ["a claim becomes one parcel", sql`select reservation::text as what from parcels.parcel group by reservation having count(*) > 1`],
  [
    "a parcel is collected once (I-27)",
    sql`select parcel::text as what from parcels.timeline where state = 'collected' group by parcel having count(*) > 1`,
  ],
  [
    "a command opens a door once (I-13)",
    sql`select body::jsonb #>> '{event,cause,command}' as what from devices.station_event where type = 'compartment_opened'
      and body::jsonb #>> '{event,cause,command}' is not null group by 1 having count(*) > 1`,
  ],
  [
    "a deposit is recorded once (I-25)",
    sql`select body::jsonb #>> '{event,parcel}' as what from devices.station_event where type = 'parcel_deposited' group by 1 having count(*) > 1`,
  ],
];

/** Everything that is otherwise than promised, in words. Also tells the history how each object was found in the end. */
export async function judge(town: ChaosTown, orders: Orders, history: History, clock: () => number): Promise<readonly string[]> {
  const { db } = town;
  const rows = async <Row>(query: RawBuilder<Row>): Promise<readonly Row[]> => (await query.execute(db)).rows;
  const wrong: string[] = [];
  const at = { now: new Date(), since: new Date(0) };
  for (const { id, says, breaches } of invariants)
    for (const { what } of await rows(breaches(at) as Rows)) wrong.push(`${id}: ${says}, but ${what}`);
  for (const { what, id, state, why } of await withoutOwner(db, new Date())) wrong.push(`I-60: ${what} ${id} (${state}): ${why}`);
  for (const [says, query] of once) for (const { what } of await rows(query)) wrong.push(`${says}, but not ${what}`);
  wrong.push(...(await lost(town, orders, rows)));
  await lookAtAll(town, orders, history, clock, rows);
  return [...wrong, ...history.judged()];
}

type Ask = <Row>(query: RawBuilder<Row>) => Promise<readonly Row[]>;

/** What was answered and is not there, and gaps in what stations have told. */
async function lost({ stations }: ChaosTown, orders: Orders, rows: Ask): Promise<readonly string[]> {
  const wrong: string[] = [];
  const parcels = new Map(
    (await rows(sql<{ id: string; state: string }>`select id, state from parcels.parcel`)).map(({ id, state }) => [id, state]),
  );
  for (const { parcel, station, compartment } of orders.confirmed) {
    const state = parcels.get(parcel);
    if (state !== "collected")
      wrong.push(
        `I-58: parcel ${parcel} was ordered for ${objectOf(station, compartment)}, brought and taken, and is ${state ?? "not known"}`,
      );
  }
  for (const { id, name } of stations) {
    const [log] = await rows(
      sql<{
        seq: number;
        count: number;
      }>`select coalesce(max(seq), 0) as seq, count(*) as count from devices.station_event where station = ${id}`,
    );
    if (log!.count !== log!.seq) wrong.push(`I-57: of ${log!.seq} entries of ${name} ${log!.count} are known`);
  }
  return wrong;
}

/** The last look at every compartment, right and key; and the holds of which nobody heard get the compartment that they took, if they took one. */
async function lookAtAll(town: ChaosTown, orders: Orders, history: History, clock: () => number, rows: Ask): Promise<void> {
  const nameOf = new Map(town.stations.map((station) => [station.id, station]));
  const from = clock();
  const claims = await rows(
    sql<{
      id: string;
      station: string;
      compartment: number;
      order_id: string;
    }>`select id, station, compartment, order_id from reservations.reservation`,
  );
  for (const { orderId, from: since, by } of orders.left)
    for (const { id, station, compartment } of claims.filter((claim) => claim.order_id === orderId))
      history.compartment(objectOf(nameOf.get(station)!, compartment), {
        by,
        call: { do: "claim", who: id },
        from: since,
        to: null,
        answer: null,
      });
  const boxes = await rows(
    sql<{
      station: string;
      compartment: number;
      state: string;
      reservation: string | null;
      parcel: string | null;
    }>`select station, compartment, state, reservation, parcel from reservations.compartment`,
  );
  const to = clock();
  for (const { station, compartment, state, reservation } of boxes) {
    const answer =
      state === "available"
        ? "free"
        : reservation === null
          ? null
          : state === "reserved"
            ? (`claimed by ${reservation}` as const)
            : (`holds ${reservation}` as const);
    // What a passer-by has left has no reservation: it has no name here.
    if (answer !== null)
      history.compartment(objectOf(nameOf.get(station)!, compartment), { by: "the last look", call: { do: "look" }, from, to, answer });
  }
  const counted = (key: string, effects: number): void =>
    history.key(key, {
      by: "the last look",
      call: { do: "count" },
      from,
      to,
      answer: effects === 0 ? "no effect" : effects === 1 ? "one effect" : `${effects} effects`,
    });
  for (const { orderId, key } of orders.holds) counted(key, claims.filter(({ order_id }) => order_id === orderId).length);
  const confirmed = await rows(
    sql<{
      id: string;
      count: number;
    }>`select aggregateid as id, count(*) as count from kit.outbox where type = 'reservations.confirmed' group by 1`,
  );
  for (const { reservation, key } of orders.confirms) counted(key, confirmed.find(({ id }) => id === reservation)?.count ?? 0);
  const rights = await rows(
    sql<{ parcel: string; state: string }>`select parcel, state from access.grant where kind = 'pickup' and parcel is not null`,
  );
  for (const { parcel } of orders.confirmed)
    for (const { state } of rights.filter((right) => right.parcel === parcel))
      history.right(parcel, {
        by: "the last look",
        call: { do: "look" },
        from,
        to,
        answer: state === "issued" || state === "active" ? "still_good" : "over",
      });
}
