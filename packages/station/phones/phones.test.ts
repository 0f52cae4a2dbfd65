import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { Refused } from "@pigeonhole/kit/refused";
import { writeCarried, type Carried } from "@pigeonhole/protocol/carried";
import { open, publicKeyOf } from "@pigeonhole/protocol/envelope";
import { StationEvent, type Grant } from "@pigeonhole/protocol/messages";
import { readReceipts } from "@pigeonhole/protocol/receipts";
import { grantOf, kid } from "../link/testing.ts";
import { testStation } from "../testing.ts";

type World = Awaited<ReturnType<typeof testStation>>;
const code =
  (wanted: string) =>
  (error: unknown): boolean =>
    error instanceof Refused && error.code === wanted;
const at = (world: World, ms = 0): Date => new Date(world.time.now().getTime() + ms);
/** What the backend would sign about a grant now. */
const carried = (world: World, grant: Grant, more: Partial<Carried["grant"]> = {}, rest: Partial<Carried> = {}): string =>
  writeCarried(
    {
      station: world.test.identity.station,
      epoch: 1,
      grant: { ...grant, expiresAt: new Date("2026-04-01T00:00:00Z"), isWithdrawn: false, ...more },
      issuedAt: at(world),
      expiresAt: at(world, 72 * 3_600_000),
      ...rest,
    },
    { kid, key: world.test.backendKey },
  );

test("A5.1: deposits that the backend has not heard of are shown as receipts that it can verify, until it has", async () => {
  const [one, two] = [randomUUID(), randomUUID()];
  await using world = await testStation(["small", "small"], (t) => ({
    grants: [
      grantOf(t, null, { kind: "dropoff", compartment: 1, parcel: one }),
      grantOf(t, null, { kind: "dropoff", compartment: 2, parcel: two }),
    ],
  }));
  const { backend, station } = world;
  backend.disconnect();
  assert.equal(station.receipts.count(), 0);
  for (const [grant, compartment] of [
    [world.desired.grants[0]!, 1],
    [world.desired.grants[1]!, 2],
  ] as const) {
    await station.pickups.byQr(world.qr(grant));
    await world.close(compartment);
    await backend.until(() => station.screen.step.step === "ask_parcel_in", "the question");
    station.deposits.answer(true);
  }
  const pages = station.receipts.pages();
  assert.equal(pages.length, 1, "two deposits share a page");
  const entries = readReceipts(pages[0]!)!.entries.map((entry) =>
    open("event", entry, { station: publicKeyOf(world.test.stationKey) }, StationEvent),
  );
  assert.deepEqual(
    entries.map(({ event }) => event.type === "parcel_deposited" && event.parcel),
    [two, one],
    "the newest first",
  );
  await world.restart();
  assert.deepEqual(world.station.receipts.pages(), pages, "after a power cut too");
  backend.connect();
  await backend.until(() => world.station.receipts.count() === 0, "the acknowledgement");
  assert.deepEqual(world.station.receipts.pages(), []);
});

test("I-36: a fresh right that a phone carries works at once, offline; older codes and QR codes are dead; a power cut changes nothing", async () => {
  await using world = await testStation(["small"], (t) => ({ grants: [grantOf(t, "10000001")] }));
  const { backend } = world;
  const [grant] = world.desired.grants;
  backend.disconnect();
  const fresh = { ...grant!, generation: 2, codeHash: world.hash("10000002") };
  await assert.rejects(world.station.pickups.byCode("10000002"), code("wrong_code"));
  const text = carried(world, fresh);
  world.station.carrying.take(text);
  assert.deepEqual(world.station.screen.step, { step: "received", isWithdrawn: false });
  world.station.carrying.take(text);
  await world.restart();
  const { station } = world;
  assert.equal(station.cabinet.desired!.version, 1, "the document's version neither falls nor rises");
  await assert.rejects(station.pickups.byCode("10000001"), code("code_replaced"));
  await assert.rejects(station.pickups.byQr(world.qr(grant!)), code("code_replaced"));
  assert.throws(() => station.carrying.take(carried(world, grant!)), code("code_replaced"), "nobody brings the old one back");
  assert.deepEqual(world.fired(), []);
  await station.pickups.byCode("10000002");
  assert.deepEqual(world.fired(), [1]);
  await world.close(1);
  await backend.until(() => !station.cabinet.locker.isOccupied("1"), "the compartment to be free");
  const third = { ...fresh, generation: 3, codeHash: world.hash("10000003") };
  assert.throws(() => station.carrying.take(carried(world, third)), code("code_used"), "the parcel has left");
  backend.connect();
  await backend.until(() => backend.types().includes("parcel_collected"), "the log");
  assert.deepEqual(
    backend.facts.filter(({ type }) => type === "right_received"),
    [{ type: "right_received", compartment: 1, grant: grant!.id, generation: 2, isWithdrawn: false }],
    "recorded once, though it was shown twice",
  );
});

test("a withdrawal that a phone carries kills the right until the backend itself says otherwise", async () => {
  await using world = await testStation(["small"], (t) => ({ grants: [grantOf(t, "10000001")] }));
  const { backend, station } = world;
  const [grant] = world.desired.grants;
  backend.disconnect();
  station.carrying.take(carried(world, grant!, { isWithdrawn: true, codeHash: null }));
  await assert.rejects(station.pickups.byCode("10000001"), code("code_revoked"));
  await assert.rejects(station.pickups.byQr(world.qr(grant!)), code("code_revoked"));
  assert.throws(() => station.carrying.take(carried(world, grant!)), code("code_revoked"));
  backend.connect();
  // Built before the withdrawal, arrived after it.
  backend.desire({ ...world.desired, version: 2 });
  await backend.until(() => station.cabinet.desired!.version === 2, "the document");
  backend.disconnect();
  await assert.rejects(station.pickups.byCode("10000001"), code("code_revoked"));
  assert.deepEqual(world.fired(), []);
  const again = { ...grant!, generation: 2, codeHash: world.hash("10000002") };
  backend.connect();
  backend.desire({ ...world.desired, version: 3, grants: [again] });
  await backend.until(() => station.cabinet.desired!.version === 3, "the next document");
  assert.deepEqual(station.store.told.all(), [], "what a phone told is forgotten when the backend has said as much");
  backend.disconnect();
  await station.pickups.byCode("10000002");
  assert.deepEqual(world.fired(), [1]);
});

test("forged, foreign, expired, garbled and oversized documents change nothing, and the kiosk says why", async () => {
  await using world = await testStation(["small"], (t) => ({ grants: [grantOf(t, "10000001")] }));
  const { station, backend } = world;
  const fresh = { ...world.desired.grants[0]!, generation: 2, codeHash: world.hash("10000002") };
  backend.disconnect();
  const good = carried(world, fresh);
  const refusals: readonly (readonly [string, string])[] = [
    ["not_ours", carried(world, fresh, {}, { station: randomUUID() })],
    ["code_revoked", carried(world, fresh, {}, { epoch: 2 })],
    ["code_expired", carried(world, fresh, {}, { expiresAt: at(world, -121_000) })],
    ["wrong_code", carried(world, fresh, { compartment: 2 })],
    ["wrong_code", `PHC1${"A".repeat(3_000)}`],
    ["wrong_code", "PHC1"],
    ...Array.from({ length: good.length - 4 }, (_, i): readonly [string, string] => [
      "wrong_code",
      good.slice(0, i + 4) + (good[i + 4] === "A" ? "B" : "A") + good.slice(i + 5),
    ]),
  ];
  for (const [wanted, text] of refusals)
    assert.throws(
      () => station.carrying.take(text),
      (error) => code(wanted)(error) || code("not_ours")(error),
    );
  assert.deepEqual(station.store.told.all(), []);
  await assert.rejects(station.pickups.byCode("10000002"), code("wrong_code"));
  // Carried proof of time: what was signed later can not be in the future.
  world.time.pass(1_000);
  station.carrying.take(good);
  await station.pickups.byCode("10000002");
});

test("N11: a held code opens nothing, online or not; what ends it is signed, from the backend or a phone, and outlives a power cut", async () => {
  await using world = await testStation(["small", "small"], (t) => ({
    grants: [
      grantOf(t, "10000001", { held: ["age_check", "cash_on_delivery"] }),
      grantOf(t, "10000002", { compartment: 2, held: ["cash_on_delivery"] }),
    ],
  }));
  const { backend } = world;
  const [first, second] = world.desired.grants;
  const missing =
    (...wanted: string[]) =>
    (error: unknown) =>
      code("held")(error) && error instanceof Refused && assert.deepEqual(error.details["missing"], wanted) === undefined;
  const says = { outcome: "granted", grant: second! } as const;
  backend.answer = () => says;
  await assert.rejects(world.station.pickups.byCode("10000002"), missing("cash_on_delivery"));
  await assert.rejects(world.station.pickups.byQr(world.qr(second!)), missing("cash_on_delivery"));
  assert.equal(backend.asked.length, 0, "a yes that is not signed ends nothing, and would use the right up");
  assert.equal(world.station.screen.step.step, "idle");
  for (let tries = 0; tries < 12; tries++) await assert.rejects(world.station.pickups.byCode("10000002"), code("held"));
  assert.equal(world.station.pickups.keypadFreeAt(), null, "whoever has the right code guesses nothing");
  backend.desire({
    ...world.desired,
    version: 2,
    grants: [first!, { ...second!, held: undefined }].map(({ held, ...grant }) => (held ? { ...grant, held } : grant)),
  });
  await backend.until(() => world.station.cabinet.desired!.version === 2, "the document");
  await world.station.pickups.byCode("10000002");
  assert.deepEqual(world.fired(), [2]);
  await world.close(2);
  backend.disconnect();
  await world.restart();
  await assert.rejects(world.station.pickups.byCode("10000001"), missing("age_check", "cash_on_delivery"));
  const half = carried(world, first!, { held: ["age_check"] });
  world.station.carrying.take(half);
  await assert.rejects(world.station.pickups.byCode("10000001"), missing("age_check"));
  world.station.carrying.take(carried(world, { ...first!, held: undefined } as unknown as Grant));
  world.station.carrying.take(half);
  await world.restart();
  await world.station.pickups.byCode("10000001");
  assert.deepEqual(world.fired(), [2, 1]);
});
