import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { WindowExtended } from "@pigeonhole/access/events";
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
  // What was called off, or not brought in time, is told too; what has been collected or handed back has words of its own.
  for (const [compartment, reason] of [
    [4, "lapsed"],
    [5, "cancelled"],
    [6, "returned"],
  ] as const)
    await w.happen(Ended, { reservation: randomUUID(), station: old, compartment, parcel: randomUUID(), reason });
  await w.tick();
  assert.deepEqual((await w.ended()).toSorted(), [
    "cancelled email sent",
    "moved email sent",
    "moved sms sent",
    "not_delivered email sent",
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

test("who has taken more time, and who is sent elsewhere by a wish, hears just that; another door of the same station is no news (N6, N8)", async () => {
  await using w = await start(database, { channels: { sms: null, push: null } });
  const parcel = randomUUID();
  const expiresAt = "2026-01-15T12:00:00.000Z";
  w.told.expiresAt = expiresAt;
  await w.happen(WindowExtended, { parcel, station: w.station, actor: "customer:1", expiresAt, left: 1 });
  const to = { station: w.station, compartment: 3, size: "small" as const, name: "x", address: null, lat: 59.4, lon: 24.7 };
  const common = { reservation: randomUUID(), parcel, deliverBy: expiresAt };
  await w.happen(Moved, { ...common, why: "redirected", from: { station: randomUUID(), compartment: 1 }, to });
  await w.happen(Moved, { ...common, why: "unusable", from: { station: w.station, compartment: 1 }, to });
  await w.tick();
  assert.deepEqual((await w.ended()).toSorted(), ["more_time email sent", "redirected email sent"]);
  const texts = w.mail.mails.map(textPart);
  assert.ok(
    texts.some((text) => text.includes("15. jaanuar 2026")),
    "the new end",
  );
  assert.ok(
    texts.some((text) => text.includes("Vana Turg") && text.includes("Kaubamaja")),
    "from where and where to",
  );
  assert.ok(!texts.some((text) => text.includes("kõrvaldatud")), "no station was given up");
});
