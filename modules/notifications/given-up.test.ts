import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { Ended, Moved } from "@pigeonhole/reservations/events";
import { openDatabase, start, textPart } from "./testing.ts";

const database = await openDatabase();
after(() => database[Symbol.asyncDispose]());

test("a station is given up: whoever waits for a parcel is told the new place with its address, or with regret that there is none (A10.3)", async () => {
  await using w = await start(database, { channels: { push: null } });
  const [moved, gone, old] = [randomUUID(), randomUUID(), randomUUID()];
  const to = { station: w.station, compartment: 3, size: "small" as const, name: "x", address: null, lat: 59.4, lon: 24.7 };
  const common = { reservation: randomUUID(), deliverBy: "2026-01-15T12:00:00.000Z" };
  await w.happen(Moved, { ...common, parcel: moved, from: { station: old, compartment: 1 }, to });
  await w.happen(Ended, { reservation: randomUUID(), station: old, compartment: 2, parcel: gone, reason: "station_gone" });
  await w.happen(Ended, { reservation: randomUUID(), station: old, compartment: 3, parcel: null, reason: "station_gone" });
  await w.happen(Ended, { reservation: randomUUID(), station: old, compartment: 4, parcel: randomUUID(), reason: "lapsed" });
  await w.tick();
  assert.deepEqual((await w.ended()).toSorted(), [
    "moved email sent",
    "moved sms sent",
    "station_gone email sent",
    "station_gone sms sent",
  ]);
  const texts = w.mail.mails.map(textPart);
  const of = (parcel: string): string => texts.find((text) => text.includes(parcel)) ?? assert.fail(`no mail about ${parcel}`);
  for (const part of ["Tere, Ann!", "Vana Turg", "Kaubamaja, Gonsiori 2, Tallinn", "1234 5678 9012"])
    assert.ok(of(moved).includes(part), part);
  for (const part of ["meil on kahju", "Vana Turg", "1234 5678 9012"]) assert.ok(of(gone).includes(part), part);
  assert.ok(!of(gone).includes("Gonsiori"), "no place is named where nothing will be");
});
