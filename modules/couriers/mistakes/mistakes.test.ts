import assert from "node:assert/strict";
import { after, test } from "node:test";
import { depositReasons, type DepositReason } from "@pigeonhole/protocol/reasons";
import { couriersMigrations } from "../migrations.ts";
import { start } from "../testing.ts";
import { kim, lee, north, red, south, support } from "../testing-neighbours.ts";
import { testDatabase } from "@pigeonhole/kit/testing";
import { ownerOf, problemMoves, problemStates } from "./contract.ts";
import { propose, wayOf } from "./domain.ts";

const database = await testDatabase([couriersMigrations]);
after(() => database[Symbol.asyncDispose]());
type World = Awaited<ReturnType<typeof start>>;

const tell = async (w: World, id: string, reason: DepositReason) => {
  const answer = await w.as(kim).scans[":id"].abandon.$post({ param: { id }, json: { reason } });
  assert.ok(answer.status === 200, JSON.stringify(await answer.clone().json()));
  return answer.json();
};
const problems = async (w: World, all: "true" | "false" = "false") => {
  const answer = await w.as(support)["delivery-problems"].$get({ query: { all } });
  assert.ok(answer.status === 200);
  return (await answer.json()).problems;
};
const alternative = (station: string, distanceMetres: number) => ({
  station,
  name: station === south ? "South" : "West",
  address: null,
  lat: 59.4,
  lon: 24.7,
  distanceMetres,
  timeZone: "Europe/Tallinn",
  openNow: true,
  openingHours: null,
  stepFree: true,
  freeCompartments: 1,
  size: "large" as const,
});
/** One parcel whose door has been opened and shut; `isShut: false` leaves it open. */
async function atDoor(w: World, isShut = true) {
  const a = w.parcel("RED-1");
  const b = w.parcel("RED-2", { station: south });
  const { id: route } = await w.setOut([
    { station: north, parcels: [a.id] },
    { station: south, parcels: [b.id] },
  ]);
  const scan = await w.scanned(route, "RED-1");
  await w.opened(a);
  if (isShut) await w.closed(a);
  return { a, route, scan };
}

/** What goes wrong between the tap and the end: each is a place at which somebody or something dies. */
const crashes: Readonly<Record<string, (w: World) => void>> = {
  nowhere: () => {},
  "the station hears it, and its answer is lost": (w) => w.script.push("silent"),
  "the station is out of reach": (w) => w.script.push("station_unreachable"),
  "the answer is nonsense": (w) => w.script.push("broken"),
  "no other compartment can be asked for": (w) => w.reassigned.push("broken"),
};
test("every reason × every place to die: nothing is left without an owner and a next step, and the parcel has a place in the end (A2.10, N3, I-29)", async () => {
  for (const reason of depositReasons.filter((each) => each !== "wrong_parcel"))
    for (const [crash, arrange] of Object.entries(crashes)) {
      await using w = await start(database);
      const { a, route, scan } = await atDoor(w);
      arrange(w);
      const told = await tell(w, scan.id, reason);
      const said = `${reason}, ${crash}`;
      assert.equal(told.problem, reason, said);
      for (const open of await problems(w)) assert.ok(open.owner !== null && open.owner === ownerOf[open.state], said);
      // The phone is dead from here on: the network brings it to an end by itself.
      for (let i = 0; i < 3; i++) await w.passJobs(6);
      const [problem] = await problems(w, "true");
      const { drop } = await w.dropOf(route, a);
      if (wayOf(reason) === "elsewhere") {
        assert.deepEqual([problem!.state, problem!.outcome], ["settled", "another_box"], said);
        assert.deepEqual([drop.state, drop.compartment, drop.scan], ["open", a.compartment + 100, null], said);
        assert.deepEqual(
          w.follows.at(-1)!.to,
          { station: north, compartment: a.compartment + 100 },
          "the right is there before the next scan",
        );
        const again = await w.scanned(route, "RED-1");
        assert.deepEqual([again.outcome, again.compartment], ["opened", a.compartment + 100], said);
      } else {
        assert.deepEqual([problem!.state, problem!.owner, drop.state], ["taken_back", "carrier", "skipped"], said);
      }
      const releases = w.commands.filter(({ action }) => action === "release");
      assert.ok(releases.length > 0 && releases.every((each) => each.reason === reason), "the station hears why");
    }
});

test("told while the door stands open: written down at once, and it goes on when the door has been shut; a door that will not shut needs not wait", async () => {
  await using w = await start(database);
  const { a, route, scan } = await atDoor(w, false);
  const early = await tell(w, scan.id, "not_empty");
  assert.deepEqual([early.next, w.asked.length], [{ kind: "shut_the_door" }, 0]);
  await w.closed(a);
  const shut = await tell(w, scan.id, "not_empty");
  assert.deepEqual(shut.next, { kind: "another_box", compartment: a.compartment + 100, size: "large" });
  assert.deepEqual(w.asked, [{ parcel: a.id, from: { station: north, compartment: a.compartment }, reason: "not_empty", to: null }]);
  assert.deepEqual(await tell(w, scan.id, "not_empty"), shut, "said twice is said once");
  assert.equal(w.asked.length, 1);
  const next = await w.scanned(route, "RED-1");
  const jammed = await tell(w, next.id, "will_not_close");
  assert.equal(jammed.next?.kind, "another_box");
  assert.deepEqual(
    (await w.facts("couriers.problem_settled")).map((fact) => [fact["reason"], fact["outcome"]]),
    [
      ["not_empty", "another_box"],
      ["will_not_close", "another_box"],
    ],
  );
});

test("N6: who has said once for all that they do not want another station is asked for none; who has agreed is not told that they were not asked", async () => {
  for (const said of ["never", "near", null] as const) {
    await using w = await start(database);
    const { a, route, scan } = await atDoor(w);
    a.diversion = said;
    w.reassigned.push({ outcome: "none", alternatives: [alternative(south, 4_000)] });
    const told = await tell(w, scan.id, "does_not_fit");
    if (said === "never") {
      assert.equal(told.next?.kind, "take_back");
      assert.equal((await w.dropOf(route, a)).drop.state, "skipped", "it is brought again");
    } else assert.ok(told.next?.kind === "another_station" && told.next.isAgreed === (said === "near"));
  }
});

test("no compartment here: a station on the route is proposed, the courier says yes or no, and silence is a no (N6)", async () => {
  for (const reply of ["yes", "no", "silence"] as const) {
    await using w = await start(database);
    const { a, route, scan } = await atDoor(w);
    w.reassigned.push({
      outcome: "none",
      alternatives: [alternative("01900000-0000-7000-8000-000000000001", 300), alternative(south, 4_000)],
    });
    const told = await tell(w, scan.id, "does_not_fit");
    assert.ok(told.next?.kind === "another_station" && told.next.station === south && told.next.isOnRoute);
    assert.equal((await problems(w))[0]!.owner, "courier");
    const divert = (station: string | null, by = kim) => w.as(by).scans[":id"].divert.$post({ param: { id: scan.id }, json: { station } });
    assert.equal((await divert(south, lee)).status, 404, "another courier's is nobody's");
    assert.equal((await divert(north)).status, 409, "only to the one that was proposed");
    if (reply === "silence") await w.passJobs(16);
    else assert.equal((await divert(reply === "yes" ? south : null)).status, 200);
    const { drop } = await w.dropOf(route, a);
    const [problem] = await problems(w, "true");
    if (reply === "yes") {
      assert.deepEqual([problem!.outcome, w.asked.at(-1)!.to], ["another_station", south]);
      assert.equal((await w.scanned(route, "RED-1", { station: south })).outcome, "opened");
    } else assert.deepEqual([problem!.state, drop.state], ["taken_back", "skipped"]);
  }
});

test("what may be proposed: the next stop ahead however far, else the nearest within a walk, else nothing", () => {
  const west = "01900000-0000-7000-8000-000000000001";
  assert.equal(propose([alternative(west, 500), alternative(south, 9_000)], [south], null)?.station, south);
  assert.equal(propose([alternative(west, 500)], [south], null)?.station, west);
  assert.equal(propose([alternative(west, 2_001)], [], null), undefined);
});

test("the wrong parcel went in: the word is taken back at the station, the same compartment opens again, also when the route was done (I-28)", async () => {
  await using w = await start(database);
  const a = w.parcel("RED-1");
  const { id: route } = await w.setOut([{ station: north, parcels: [a.id] }]);
  const scan = await w.scanned(route, "RED-1");
  await w.opened(a);
  await w.closed(a);
  assert.equal((await w.as(kim).scans[":id"].deposited.$post({ param: { id: scan.id } })).status, 200);
  assert.equal((await w.dropOf(route, a)).state, "done");
  const told = await tell(w, scan.id, "wrong_parcel");
  assert.deepEqual(told.next, { kind: "same_box", compartment: a.compartment });
  assert.deepEqual([w.commands.at(-1)!.reason, w.follows.at(-1)!.to], ["wrong_parcel", null]);
  assert.deepEqual([(await w.dropOf(route, a)).state, (await w.dropOf(route, a)).drop.state], ["active", "open"]);
  // What the station says of the time before comes late: it is in no more.
  const box = { compartment: a.compartment, parcel: a.id, actor: "courier:1" };
  await w.report({ type: "parcel_deposited", ...box, evidence: "depositor" });
  assert.equal((await w.dropOf(route, a)).drop.state, "open");
  await w.report({ type: "deposit_abandoned", ...box, reason: "wrong_parcel" });
  assert.equal((await w.scanned(route, "RED-1")).compartment, a.compartment);
  await w.report({ type: "parcel_deposited", ...box, evidence: "depositor" });
  assert.equal((await w.dropOf(route, a)).drop.state, "deposited", "and now it is, also by the kiosk's word");
});

test("the wrong parcel went in, and the station's word of it comes after the courier's: it does not end the problem", async () => {
  await using w = await start(database);
  const a = w.parcel("RED-1");
  const { id: route } = await w.setOut([{ station: north, parcels: [a.id] }]);
  const scan = await w.scanned(route, "RED-1");
  await w.opened(a);
  await w.closed(a);
  assert.equal((await w.as(kim).scans[":id"].deposited.$post({ param: { id: scan.id } })).status, 200);
  w.script.push("station_unreachable");
  assert.deepEqual((await tell(w, scan.id, "wrong_parcel")).next, { kind: "wait" });
  await w.report({ type: "parcel_deposited", compartment: a.compartment, parcel: a.id, actor: "courier:1", evidence: "depositor" });
  assert.deepEqual((await tell(w, scan.id, "wrong_parcel")).next, { kind: "same_box", compartment: a.compartment });
});

test("told at the station's own screen: the problem is known, its own compartment is believed, and what the app has told is not told twice", async () => {
  await using w = await start(database);
  const { a, route } = await atDoor(w);
  await w.report({
    type: "deposit_abandoned",
    compartment: a.compartment,
    parcel: a.id,
    actor: "kiosk",
    reason: "does_not_fit",
    instead: 77,
  });
  assert.deepEqual([(await w.dropOf(route, a)).drop.compartment, (await problems(w)).length], [77, 0]);
  await w.report({ type: "deposit_abandoned", compartment: 77, parcel: a.id, actor: "kiosk", reason: "not_empty" });
  assert.equal((await problems(w))[0]!.state, "released");
  await w.passJobs();
  assert.deepEqual(w.asked.at(-1)!.from, { station: north, compartment: 77 });
  const later = await w.scanned(route, "RED-1");
  await w.opened({ ...a, compartment: 177 });
  await w.closed({ ...a, compartment: 177 });
  await tell(w, later.id, "not_empty");
  const before = (await problems(w, "true")).length;
  await w.report({ type: "deposit_abandoned", compartment: 177, parcel: a.id, actor: "kiosk", reason: "not_empty" });
  assert.equal((await problems(w, "true")).length, before);
});

test("a stop at which nothing can be put in: its parcels go back, who waits is told, and bringing them again or in ends it", async () => {
  await using w = await start(database);
  const [a, b] = [w.parcel("RED-1"), w.parcel("RED-2")];
  const { id } = await w.setOut([{ station: north, parcels: [a.id, b.id] }]);
  const giveUp = (by = kim) =>
    w.as(by).routes[":id"].stops[":station"]["give-up"].$post({ param: { id, station: north }, json: { reason: "station_closed" } });
  assert.equal((await giveUp(lee)).status, 404);
  const given = await giveUp();
  assert.ok(given.status === 200 && (await given.json()).parcels === 2);
  assert.deepEqual(
    (await problems(w)).map(({ reason, owner }) => [reason, owner]),
    [
      ["station_closed", "carrier"],
      ["station_closed", "carrier"],
    ],
  );
  const mine = await w.as(red)["delivery-problems"].$get({ query: {} });
  assert.ok(mine.status === 200 && (await mine.json()).problems.length === 2);
  await w.report({ type: "parcel_deposited", compartment: b.compartment, parcel: b.id, evidence: "depositor", actor: "kiosk" });
  const next = await w.setOut([{ station: north, parcels: [a.id] }]);
  await w.scanned(next.id, "RED-1");
  assert.deepEqual((await problems(w, "true")).map(({ outcome }) => outcome).toSorted(), ["put_in", "tried_again"]);
});

test("the table: every state that is not an end has an owner, and every one can be left", () => {
  for (const state of problemStates) {
    assert.equal(ownerOf[state] === null, problemMoves[state].length === 0, state);
    for (const to of problemMoves[state]) assert.ok(problemStates.includes(to));
  }
});
