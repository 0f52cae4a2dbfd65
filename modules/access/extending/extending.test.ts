import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Refused } from "@pigeonhole/kit/refused";
import { client } from "@pigeonhole/kit/client";
import { testDatabase } from "@pigeonhole/kit/testing";
import { ParcelMoved, Recalled, VacationSet } from "@pigeonhole/parcels/events";
import { RetrievalMoved } from "@pigeonhole/couriers/events";
import fc from "fast-check";
import { vacationOf, fairWindow } from "../fair-clock/domain.ts";
import { windowEnd } from "../domain.ts";
import { accessMigrations } from "../migrations.ts";
import { ann, bob, start } from "../testing.ts";
import type { ExtensionApi } from "./contract.ts";
import { extended } from "./domain.ts";

const database = await testDatabase([accessMigrations]);
after(() => database[Symbol.asyncDispose]());

const day = 86_400_000;
const windows = { collectionDays: 5, extensions: 2, extensionDays: 2, mostDays: 8, vacationDays: 10 };
type World = Awaited<ReturnType<typeof start>>;
let keys = 0;
const extend = (w: World, parcel: string, { by = ann, key = `more-${++keys}` } = {}) =>
  client<ExtensionApi>("http://access", {
    headers: { "x-actor": JSON.stringify(by) },
    fetch: (input, init) => w.built.routes.request(String(input), init),
  }).parcels[":parcel"].extension.$post({ param: { parcel }, header: { "idempotency-key": key } });
const told = async (w: World, parcel: string) =>
  (await w.known()).grants.find((each) => each.kind === "pickup" && each.parcel === parcel)?.expiresAt;
const codeOf = async (answer: { json(): Promise<unknown> }) => ((await answer.json()) as { code: string }).code;

test("A6.4, N8: the order's own window; one tap more time, once per key, never past a limit; the station hears the new end", async () => {
  await using w = await start(database);
  const { parcel } = await w.confirm(1, "standard", null, windows);
  const began = w.now().getTime();
  assert.equal(await codeOf(await extend(w, parcel)), "not_ready");
  await w.deposit(parcel);
  const at = (days: number) => new Date(began + days * day).toISOString();
  assert.equal(await told(w, parcel), at(5));
  assert.equal((await extend(w, parcel, { by: bob })).status, 404);
  for (let twice = 0; twice < 2; twice++) {
    const answer = await extend(w, parcel, { key: "same" });
    assert.deepEqual([answer.status, await answer.json()], [200, { expiresAt: at(7), left: 1 }]);
  }
  assert.equal(await told(w, parcel), at(7));
  assert.deepEqual(await (await extend(w, parcel)).json(), { expiresAt: at(8), left: 0 }, "eight days are the most");
  const refused = await extend(w, parcel);
  assert.equal(await codeOf(refused), "no_more_time");
  const moved = await w.facts("access.window_moved");
  assert.deepEqual(
    moved.map(({ expiresAt }) => expiresAt),
    [at(7), at(8)],
  );
  assert.equal((await w.facts("access.window_extended")).length, 2);
  const shown = await w.pickup(ann, parcel);
  assert.ok(shown.status === 200);
  assert.equal((await shown.json()).expiresAt, at(8));
});

test("A6.4: as often as the shop gives and not once more, however long it might still wait", () => {
  const waiting = {
    state: "active",
    beganAt: new Date("2026-03-01"),
    promisedUntil: new Date("2026-03-06"),
    expiresAt: new Date("2026-03-06"),
    isStopped: false,
    windows: { ...windows, mostDays: 30 },
  } as const;
  const at = new Date("2026-03-05");
  assert.deepEqual(extended({ ...waiting, extended: 1 }, false, at), new Date("2026-03-08"));
  assert.throws(
    () => extended({ ...waiting, extended: 2 }, false, at),
    (error) => error instanceof Refused && error.code === "no_more_time",
  );
});

test("too late: the last minute, after the end, once a courier has been asked for it, and what was called back", async () => {
  await using w = await start(database);
  const [late, gone, recalled] = [
    await w.confirm(1, "standard", null, windows),
    await w.confirm(2, "standard", null, windows),
    await w.confirm(3, "standard", null, windows),
  ];
  for (const [i, { parcel }] of [late, gone, recalled].entries()) await w.deposit(parcel, i + 1);
  const of = (parcel: string, compartment: number) => ({
    parcel,
    reservation: null,
    station: w.station,
    compartment,
    owner: "shop:1",
    carrier: null,
    number: "100000000001",
  });
  await w.happen(Recalled, { ...of(recalled.parcel, 3), reason: "recalled" });
  assert.equal(await codeOf(await extend(w, recalled.parcel)), "too_late");
  w.pass(5 * 24 - 1 / 60);
  assert.equal(await codeOf(await extend(w, late.parcel)), "too_late");
  w.pass(1 / 60);
  await w.happen(ParcelMoved, { ...of(gone.parcel, 2), from: "stored", to: "expired", expiresAt: null });
  await w.happen(RetrievalMoved, {
    ...of(gone.parcel, 2),
    retrieval: gone.parcel,
    reason: "expired",
    from: null,
    to: "open",
    route: null,
    courier: null,
    problem: null,
    byHand: false,
  });
  const answer = await extend(w, gone.parcel);
  assert.match(((await answer.json()) as { detail: string }).detail, /courier/);
});

test("N8: while its recipient is away the clock stands still, as long as the shop lets it; who comes home early gets what it stood still", async () => {
  await using w = await start(database);
  const { parcel } = await w.confirm(1, "standard", null, windows);
  await w.deposit(parcel);
  const began = w.now().getTime();
  const at = (days: number) => new Date(began + days * day).toISOString();
  await w.happen(VacationSet, { parcel, from: at(2), to: at(6) });
  assert.equal(await told(w, parcel), at(9));
  assert.deepEqual((await w.facts("access.window_moved")).at(-1)!["pauses"], [{ from: at(2), to: at(6), cause: "vacation" }]);
  await w.happen(VacationSet, { parcel, from: at(2), to: at(30) });
  assert.equal(await told(w, parcel), at(15), "ten days at most");
  await w.happen(VacationSet, { parcel, from: at(2), to: at(3) });
  assert.equal(await told(w, parcel), at(6));
  await w.happen(VacationSet, { parcel, from: null, to: null });
  assert.equal(await told(w, parcel), at(5));
  const coming = await w.confirm(2, "standard", null, windows);
  await w.happen(VacationSet, { parcel: coming.parcel, from: at(-1), to: at(3) });
  await w.deposit(coming.parcel, 2);
  assert.equal(await told(w, coming.parcel), at(8), "deposited while away: its time begins when they are back");
});

test("I-67: across every change of the clocks a window is never shorter than promised, and more time only ever adds", () => {
  const instant = fc.date({ min: new Date("2026-01-01T00:00:00Z"), max: new Date("2027-12-31T00:00:00Z"), noInvalidDate: true });
  const wall = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Tallinn", dateStyle: "short", timeStyle: "medium" });
  fc.assert(
    fc.property(
      instant,
      fc.constantFrom(3, 7, 14),
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 0, max: 30 }),
      (began, days, taken, away) => {
        const end = windowEnd(began, began, days);
        assert.equal(end.getTime() - began.getTime(), days * day);
        const waiting = {
          state: "active",
          beganAt: began,
          promisedUntil: end,
          expiresAt: end,
          isStopped: false,
          extended: taken,
          windows,
        } as const;
        try {
          const later = extended(waiting, false, began);
          assert.ok(later > end && later.getTime() <= began.getTime() + windows.mostDays * day, wall.format(later));
        } catch (error) {
          assert.ok(error instanceof Refused && (taken >= windows.extensions || days >= windows.mostDays));
        }
        const vacation = vacationOf({ from: new Date(began.getTime() + day), to: new Date(began.getTime() + (1 + away) * day) }, began, 14);
        const { until } = fairWindow(began, end, vacation);
        assert.equal(until.getTime() - end.getTime(), Math.min(away, 14) * day);
      },
    ),
  );
  // The night in which Tallinn's clocks go forward: three days are 72 hours, and on the wall one hour more.
  const saturday = new Date("2026-03-28T10:00:00Z");
  assert.deepEqual(
    [wall.format(saturday), wall.format(windowEnd(saturday, saturday, 3))],
    ["28/03/2026, 12:00:00", "31/03/2026, 13:00:00"],
  );
});
