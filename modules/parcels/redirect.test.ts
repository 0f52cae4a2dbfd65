import assert from "node:assert/strict";
import { after, test } from "node:test";
import { systemNewId } from "@pigeonhole/kit/ids";
import { testDatabase } from "@pigeonhole/kit/testing";
import { Moved } from "@pigeonhole/reservations/events";
import { sql } from "kysely";
import { Redirected } from "./events.ts";
import { parcelsMigrations } from "./migrations.ts";
import { start, station } from "./testing.ts";

const database = await testDatabase([parcelsMigrations]);
after(() => database[Symbol.asyncDispose]());

test("a parcel whose station was given up is expected at the new one, on its way too; one that lies inside stays where it lies (A10.3)", async () => {
  await using w = await start(database);
  const [next, deliverBy] = [systemNewId(), "2026-03-06T12:00:00.000Z"];
  const to = { station: next, compartment: 3, size: "large" as const, name: "South", address: null, lat: 59.4, lon: 24.7 };
  const move = async (parcel: string) => {
    const { reservation } = await w.get(parcel);
    await w.say(Moved, { reservation: reservation!, parcel, deliverBy, from: { station, compartment: 14 }, to });
  };
  const [ordered, shipped, inside] = [await w.confirm(), await w.confirm(), await w.confirm()];
  await w.shipped(shipped);
  await w.report(inside, "parcel_deposited");
  for (const parcel of [ordered, shipped, inside]) await move(parcel);
  const seen = await Promise.all([ordered, shipped, inside].map((parcel) => w.get(parcel)));
  assert.deepEqual(
    seen.map((parcel) => [parcel.state, parcel.station, parcel.compartment, parcel.size]),
    [
      ["reserved", next, 3, "large"],
      ["shipped", next, 3, "large"],
      ["delivered", station, 14, "medium"],
    ],
  );
  const { rows } = await sql<{
    parcel: string;
  }>`select aggregateid as parcel from kit.outbox where type = ${Redirected.type} order by seq`.execute(w.db);
  assert.deepEqual(
    rows.map(({ parcel }) => parcel),
    [ordered, shipped],
    "whoever looks at them is told that something changed",
  );
  await w.report(ordered, "parcel_deposited", undefined, next);
  assert.equal((await w.get(ordered)).state, "delivered", "the new station's word counts");
});
