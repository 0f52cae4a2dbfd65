import assert from "node:assert/strict";
import { after, test } from "node:test";
import { systemNewId } from "@pigeonhole/kit/ids";
import { testDatabase } from "@pigeonhole/kit/testing";
import { couriersMigrations } from "./migrations.ts";
import { start } from "./testing.ts";
import { kim, north, south } from "./testing-neighbours.ts";

const database = await testDatabase([couriersMigrations]);
after(() => database[Symbol.asyncDispose]());

const deposited = (w: Awaited<ReturnType<typeof start>>, id: string) => w.as(kim).scans[":id"].deposited.$post({ param: { id } });
const abandon = (w: Awaited<ReturnType<typeof start>>, id: string) =>
  w.as(kim).scans[":id"].abandon.$post({ param: { id }, json: { reason: "other" } });

test("scan, door opens, parcel in, door closes, the courier's word, route done; each change is told to the screen", async () => {
  await using w = await start(database);
  const a = w.parcel("RED-1");
  const { id: route } = await w.setOut([{ station: north, parcels: [a.id] }]);
  const told = (await w.facts("couriers.route_changed")).length;
  const scan = await w.scanned(route, "red 1");
  assert.deepEqual([scan.outcome, scan.compartment, scan.doorClosed, scan.state], ["opened", a.compartment, false, "opened"]);
  assert.deepEqual(
    w.commands.map(({ action, parcel, actor }) => [action, parcel, actor]),
    [["open", a.id, `courier:${kim.id}`]],
  );
  await w.opened(a);
  const early = await deposited(w, scan.id);
  assert.ok(early.status === 409 && (await early.json()).code === "door_open");
  await w.closed(a);
  assert.equal((await w.getScan(scan.id)).doorClosed, true);
  const done = await deposited(w, scan.id);
  assert.ok(done.status === 200 && (await done.json()).state === "deposited");
  assert.equal((await w.dropOf(route, a)).state, "done");
  assert.equal((await deposited(w, scan.id)).status, 200, "said twice is said once");
  await w.report({ type: "parcel_deposited", compartment: a.compartment, parcel: a.id, evidence: "depositor", actor: `courier:${kim.id}` });
  assert.deepEqual(
    w.commands.map(({ action }) => action),
    ["open", "attest_deposit"],
  );
  assert.equal((await w.facts("couriers.route_changed")).length - told, 4, "opened by answer, opened by log, closed, deposited");
  assert.deepEqual(
    (await w.facts("couriers.scanned")).map((fact) => [fact["parcel"], fact["outcome"]]),
    [[a.id, "opened"]],
  );
});

test("the last parcels are put in at the same moment, told by couriers and stations at once: nobody waits for ever, and the route is done", async () => {
  await using w = await start(database);
  for (let round = 0; round < 5; round++) {
    const all = Array.from({ length: 8 }, (_, i) => w.parcel(`RED-${round}-${i}`, { station: i % 2 ? north : south }));
    const { id: route } = await w.setOut([
      { station: north, parcels: all.filter((one) => one.station === north).map(({ id }) => id) },
      { station: south, parcels: all.filter((one) => one.station === south).map(({ id }) => id) },
    ]);
    const scans = [];
    for (const one of all) {
      scans.push((await w.scanned(route, one.barcode, { station: one.station })).id);
      await w.opened(one);
      await w.closed(one);
    }
    const answers = await Promise.all([
      ...scans.map(async (id) => (await deposited(w, id)).status),
      ...all.map(async ({ id: parcel, station, compartment }) => {
        await w.report({ type: "parcel_deposited", compartment, parcel, evidence: "depositor", actor: `courier:${kim.id}` }, { station });
        return 200;
      }),
    ]);
    assert.deepEqual(new Set(answers), new Set([200]));
    assert.equal((await w.dropOf(route, all[0]!)).state, "done");
  }
});

test("A4.1: tokens for stations without a network are for what is still open on the active route, and for nobody before it begins", async () => {
  await using w = await start(database);
  const [a, b] = [w.parcel("RED-1"), w.parcel("RED-2")];
  const rights = async () => {
    const answer = await w.as(kim).my.route.rights.$get();
    assert.ok(answer.status === 200, `answered ${answer.status}`);
    return (await answer.json()).rights.map(({ parcel }) => parcel).toSorted();
  };
  const { id } = await w.route([{ station: north, parcels: [a.id, b.id] }]);
  assert.deepEqual(await rights(), [], "planned is not begun");
  await w.as(kim).routes[":id"].start.$post({ param: { id } });
  assert.deepEqual(await rights(), [a.id, b.id].toSorted());
  await w.report({ type: "parcel_deposited", compartment: a.compartment, parcel: a.id, evidence: "depositor", actor: "kiosk" });
  assert.deepEqual(await rights(), [b.id]);
});

test("only what is on the active route at this stop: anything else is refused, recorded, and opens nothing", async () => {
  await using w = await start(database);
  const [a, b, c] = [w.parcel("RED-1"), w.parcel("RED-2", { station: south }), w.parcel("RED-3")];
  w.parcel("BLUE-1", { of: "blue" });
  const planned = await w.route([
    { station: north, parcels: [a.id] },
    { station: south, parcels: [b.id] },
  ]);
  const before = await w.scan(planned.id, "RED-1");
  assert.ok(before.status === 409 && (await before.json()).code === "wrong_state", "not started");
  await w.as(kim).routes[":id"].start.$post({ param: { id: planned.id } });
  const cases: [string, string, number, string, string | null][] = [
    ["RED-2", north, 403, "not_on_route", b.id],
    ["RED-3", north, 403, "not_on_route", c.id],
    ["RED-1", south, 403, "not_on_route", a.id],
    ["BLUE-1", north, 404, "unknown_barcode", null],
    ["never seen", north, 404, "unknown_barcode", null],
    ["RED-1", systemNewId(), 403, "not_on_route", a.id],
  ];
  for (const [barcode, station, status, code] of cases) {
    const answer = await w.scan(planned.id, barcode, { station });
    assert.equal(answer.status, status, barcode);
    assert.equal(((await answer.json()) as { code: string }).code, code);
  }
  assert.deepEqual(
    (await w.facts("couriers.scanned")).map((fact) => [fact["outcome"], fact["parcel"]]),
    cases.map(([, , , code, parcel]) => [code, parcel]),
  );
  assert.equal((await w.db.selectFrom("couriers.scan").selectAll().execute()).length, cases.length);
  assert.deepEqual(w.commands, []);
  assert.equal((await w.scan(systemNewId(), "RED-1")).status, 404);
});

test("labels are read as scanners and people give them; a label newer than the route is asked for", async () => {
  await using w = await start(database);
  const a = w.parcel("RED-0001");
  const { id: route } = await w.setOut([{ station: north, parcels: [a.id] }]);
  for (const text of [
    "red0001",
    " RED 0001 ",
    "*RED0001*",
    "]C1RED0001",
    "RED0001\r",
    "ＲＥＤ０００１",
    a.number,
    `${a.number.slice(0, 4)} ${a.number.slice(4)}`,
  ])
    assert.equal((await w.scanned(route, text)).parcel, a.id, text);
  w.known.set(a.id, { ...a, barcode: "NEW-77" });
  assert.equal((await w.scanned(route, "new77")).parcel, a.id);
});

test("one key opens one door: repeated, at the same moment, after a crash in between", async () => {
  await using w = await start(database);
  const a = w.parcel("RED-1");
  const { id: route } = await w.setOut([{ station: north, parcels: [a.id] }]);
  const answers = await Promise.all(Array.from({ length: 16 }, () => w.scanned(route, "RED-1", { key: "k" })));
  assert.equal(new Set(answers.map((scan) => scan.id)).size, 1);
  assert.equal(w.commands.length, 1);
  assert.equal((await w.scanned(route, "RED-1", { key: "k" })).outcome, "opened");
  const other = await w.scan(route, "RED-2", { key: "k" });
  assert.equal(other.status as number, 422);
  // The process died after the scan was written down: nobody knows whether the command went out, and it is not given again.
  await w.db
    .insertInto("couriers.scan")
    .values({
      ...(await w.db.selectFrom("couriers.scan").selectAll().executeTakeFirstOrThrow()),
      id: systemNewId(),
      key: "k2",
      outcome: "pending",
      command: null,
    })
    .execute();
  assert.equal((await w.scanned(route, "RED-1", { key: "k2" })).outcome, "unknown");
  assert.equal(w.commands.length, 1);
});

test("three outcomes, told as they are: refused with the station's reason, unknown when nobody knows, unreachable when nothing went out", async () => {
  await using w = await start(database);
  const a = w.parcel("RED-1");
  const { id: route } = await w.setOut([{ station: north, parcels: [a.id] }]);
  w.script.push({ outcome: "refused", reason: "busy" }, "no_right", "not_found", { outcome: "unknown" }, "silent", "broken");
  const told = [];
  for (let i = 0; i < 6; i++) {
    const { outcome, reason, state } = await w.scanned(route, "RED-1");
    told.push([outcome, reason, state]);
  }
  assert.deepEqual(told, [
    ["refused", "busy", "open"],
    ["refused", "no_right", "open"],
    ["refused", "not_found", "open"],
    ["unknown", null, "open"],
    ["unknown", null, "open"],
    ["unknown", null, "open"],
  ]);
  w.script.push("station_unreachable");
  const away = await w.scan(route, "RED-1", { key: "again" });
  assert.ok(away.status === 503 && (await away.json()).code === "station_unreachable");
  assert.equal((await w.scanned(route, "RED-1", { key: "again" })).outcome, "opened", "nothing had happened: the same key may try again");
});

test("an answer that was lost is made good by the station's log, whichever comes first", async () => {
  await using w = await start(database);
  const [a, b] = [w.parcel("RED-1"), w.parcel("RED-2")];
  const { id: route } = await w.setOut([{ station: north, parcels: [a.id, b.id] }]);
  w.script.push("silent");
  const lost = await w.scanned(route, "RED-1");
  assert.equal(lost.outcome, "unknown");
  await w.opened(a, systemNewId());
  const { drop } = await w.dropOf(route, a);
  assert.deepEqual([(await w.getScan(lost.id)).outcome, drop.state, drop.scan], ["opened", "opened", lost.id]);
  await w.closed(a);
  w.script.push({ outcome: "unknown" });
  const word = await deposited(w, lost.id);
  assert.ok(word.status === 503 && (await word.json()).code === "station_unreachable");
  assert.equal((await w.dropOf(route, a)).drop.state, "opened", "no deposit is claimed that the station has not recorded");
  await w.report({ type: "parcel_deposited", compartment: a.compartment, parcel: a.id, evidence: "depositor", actor: `courier:${kim.id}` });
  assert.equal((await w.dropOf(route, a)).drop.state, "deposited");
  // At the station's own screen, without a scan.
  await w.report({ type: "parcel_deposited", compartment: b.compartment, parcel: b.id, evidence: "depositor", actor: "kiosk" });
  assert.equal((await w.dropOf(route, b)).state, "done");
});

test("a failed opening that the log tells of later becomes a refusal", async () => {
  await using w = await start(database);
  const a = w.parcel("RED-1");
  const { id: route } = await w.setOut([{ station: north, parcels: [a.id] }]);
  w.script.push({ outcome: "unknown" });
  const scan = await w.scanned(route, "RED-1");
  await w.report({
    type: "open_failed",
    compartment: a.compartment,
    outcome: "refused",
    reason: "lock_stuck",
    cause: { kind: "command", command: w.commands.at(-1)!.id, purpose: "dropoff", actor: `courier:${kim.id}`, parcel: a.id },
  });
  const seen = await w.getScan(scan.id);
  assert.deepEqual([seen.outcome, seen.reason, seen.state], ["refused", "lock_stuck", "open"]);
});

test("a door counts as closed only by an entry after the opening of this very scan", async () => {
  await using w = await start(database);
  const a = w.parcel("RED-1");
  const { id: route } = await w.setOut([{ station: north, parcels: [a.id] }]);
  await w.closed(a, 10);
  const first = await w.scanned(route, "RED-1");
  const firstCommand = w.commands.at(-1)!.id;
  await w.closed(a, 11);
  assert.equal((await w.getScan(first.id)).doorClosed, false, "nothing is known of its opening yet");
  await w.opened(a, firstCommand, 12);
  const second = await w.scanned(route, "RED-1");
  await w.closed(a, 13);
  assert.equal((await w.getScan(second.id)).doorClosed, false, "that closing belongs to the first opening");
  await w.opened(a, undefined, 14);
  await w.report({ type: "compartment_closed", compartment: a.compartment + 1 }, { at: 15 });
  await w.report({ type: "compartment_closed", compartment: a.compartment }, { station: south, at: 15 });
  assert.equal((await w.getScan(second.id)).doorClosed, false, "another door");
  await w.closed(a, 16);
  assert.equal((await w.getScan(second.id)).doorClosed, true);
  const stale = await deposited(w, first.id);
  assert.ok(stale.status === 409 && (await stale.json())["scan"] === second.id);
  assert.equal((await deposited(w, second.id)).status, 200);
});

test("scanning again while the door is open does not take the visit away from the scan that opened it", async () => {
  await using w = await start(database);
  const a = w.parcel("RED-1");
  const { id: route } = await w.setOut([{ station: north, parcels: [a.id] }]);
  const first = await w.scanned(route, "RED-1");
  await w.opened(a);
  w.script.push({ outcome: "refused", reason: "door_open" });
  assert.equal((await w.scanned(route, "RED-1")).outcome, "refused");
  assert.equal((await w.dropOf(route, a)).drop.scan, first.id);
  await w.closed(a);
  assert.equal((await deposited(w, first.id)).status, 200);
});

test("the station's no to the courier's word is told: door open, or anything else", async () => {
  await using w = await start(database);
  const a = w.parcel("RED-1");
  const { id: route } = await w.setOut([{ station: north, parcels: [a.id] }]);
  const scan = await w.scanned(route, "RED-1");
  await w.opened(a);
  await w.closed(a);
  w.script.push(
    { outcome: "refused", reason: "door_open" },
    { outcome: "refused", reason: "unexpected_state" },
    "station_unreachable",
    "silent",
  );
  const told = [];
  for (let i = 0; i < 4; i++) told.push(((await (await deposited(w, scan.id)).json()) as { code: string }).code);
  assert.deepEqual(told, ["door_open", "wrong_state", "station_unreachable", "station_unreachable"]);
  assert.equal((await w.dropOf(route, a)).drop.state, "opened");
});

test("giving up: the box is released, the drop skipped with why, the route can end; what lies inside is a fact all the same", async () => {
  await using w = await start(database);
  const [a, b, c] = [w.parcel("RED-1"), w.parcel("RED-2"), w.parcel("RED-3")];
  const { id: route } = await w.setOut([{ station: north, parcels: [a.id, b.id, c.id] }]);
  const opened = await w.scanned(route, "RED-1");
  await w.opened(a);
  const early = await abandon(w, opened.id);
  assert.ok(early.status === 200 && (await early.json()).next?.kind === "shut_the_door", "written down, and goes on when it is shut");
  await w.closed(a);
  const gone = await abandon(w, opened.id);
  assert.ok(gone.status === 200 && (await gone.json()).state === "skipped");
  assert.equal((await abandon(w, opened.id)).status, 200, "said twice is said once");
  const word = await deposited(w, opened.id);
  assert.ok(word.status === 409 && (await word.json()).code === "wrong_state");
  const again = await w.scan(route, "RED-1");
  assert.ok(again.status === 409 && (await again.json()).code === "wrong_state");
  assert.deepEqual(
    w.commands.map(({ action }) => action),
    ["open", "release"],
  );

  w.script.push({ outcome: "refused", reason: "out_of_service" });
  const stuck = await w.scanned(route, "RED-2");
  assert.equal((await abandon(w, stuck.id)).status, 200);
  assert.equal(w.commands.at(-1)!.action, "open", "a door that never moved needs no release");
  w.script.push("silent", { outcome: "refused", reason: "unexpected_state" });
  const unsure = await w.scanned(route, "RED-3");
  assert.equal((await abandon(w, unsure.id)).status, 200);
  assert.equal(w.commands.at(-1)!.action, "release", "one that may have moved does");
  assert.equal((await w.dropOf(route, a)).state, "done");
  await w.report({ type: "parcel_deposited", compartment: a.compartment, parcel: a.id, evidence: "sensor", actor: "sensor" });
  assert.equal((await w.dropOf(route, a)).drop.state, "deposited");
});

test("a release whose answer was lost is made good by the log", async () => {
  await using w = await start(database);
  const a = w.parcel("RED-1");
  const { id: route } = await w.setOut([{ station: north, parcels: [a.id] }]);
  const scan = await w.scanned(route, "RED-1");
  await w.opened(a);
  await w.closed(a);
  w.script.push("silent");
  const lost = await abandon(w, scan.id);
  assert.ok(lost.status === 200 && (await lost.json()).next?.kind === "wait", "the network asks the station again");
  await w.report({ type: "deposit_abandoned", compartment: a.compartment, parcel: a.id, actor: `courier:${kim.id}` });
  await w.passJobs();
  assert.deepEqual([(await w.dropOf(route, a)).drop.state, (await w.dropOf(route, a)).state], ["skipped", "done"]);
});
