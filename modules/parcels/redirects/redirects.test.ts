import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "kysely";
import { redirectMoves, redirectStates, type Redirect } from "./contract.ts";
import { isOver, redirectTable, tries } from "./domain.ts";
import { bob, openDatabase, other, shop, startWorld, support, viewer, type World } from "./testing.ts";

const database = await openDatabase();
after(() => database[Symbol.asyncDispose]());

const stateOf = (redirect: Redirect | string): string => (typeof redirect === "string" ? redirect : redirect.state);
const newest = async (w: World, id: string): Promise<Redirect> => (await w.redirects(id))[0]!;
const facts = async (w: World, type: string): Promise<number> =>
  (await sql<{ n: number }>`select count(*)::int as n from kit.outbox where type = ${type}`.execute(w.db)).rows[0]!.n;
/** A parcel of Ann's that lies in North, door 1. */
async function inside(w: World): Promise<string> {
  const id = await w.order(w.north);
  await w.deposit(w.north, 1, id);
  assert.match(await w.code(id), /^\d{8}$/);
  return id;
}
/** Lets the job do what is due, as often as it takes at most. */
async function later(w: World): Promise<void> {
  for (let round = 0; round <= tries.most; round++) {
    w.pass(0.3);
    await w.job("parcels.redirects");
  }
}

test("the table says what the contract's does; every state ends, waits for what has a deadline, or has a step (I-60)", () => {
  for (const state of redirectStates) {
    const reached = [...new Set(Object.values(redirectTable[state]).map(({ to }) => to))];
    for (const to of reached) assert.ok(redirectMoves[state].includes(to), `${state} → ${to}`);
    assert.equal(isOver(state), redirectMoves[state].length === 0, state);
  }
  for (const from of ["agreed", "claimed", "undoing"] as const) assert.ok(redirectTable[from].failed, `${from} gives up some day`);
  for (const from of ["claimed", "leaving"] as const) assert.ok(redirectTable[from].lapsed, `${from} waits no longer than its compartment`);
});

test("N6: before the deposit the customer chooses another station, and everything follows at once; nobody else may, goods that perish never", async () => {
  await using w = await startWorld(database);
  const id = await w.order(w.north);
  assert.equal(await w.redirect(id, w.south, bob), "not_found");
  assert.equal(await w.redirect(id, w.south, other), "not_found");
  assert.equal(await w.redirect(id, w.north), "wrong_state", "it goes there already");
  assert.equal(stateOf(await w.redirect(id, w.south)), "done");
  const parcel = await w.parcel(id);
  assert.deepEqual([parcel.state, parcel.station], ["reserved", w.south]);
  assert.deepEqual([await w.states(w.north), await w.states(w.south)], [["available"], ["reserved"]]);
  await w.deposit(w.south, 1, id);
  assert.match(await w.code(id), /^\d{8}$/);
  const fish = await w.order(w.north, { isPerishable: true });
  assert.equal(await w.redirect(fish, w.south), "perishable");
  assert.equal(await w.redirect(fish, w.south, support), "perishable", "nor by a proposal");
  const late = await w.order(await w.station("West", 59.45));
  assert.equal(await w.redirect(late, w.south), "station_full");
  assert.equal((await newest(w, late)).state, "refused", "and it is on record");
});

test("N6: from a locker to another one: the code is dead, the box stays taken, a courier brings it on, and the time to collect begins anew", async () => {
  await using w = await startWorld(database);
  const id = await inside(w);
  const before = await w.parcel(id);
  w.pass(40);
  const redirect = await w.redirect(id, w.south);
  assert.ok(typeof redirect !== "string");
  assert.deepEqual([redirect.state, redirect.isInside], ["leaving", true]);
  assert.equal(await w.redirect(id, w.north), "wrong_state", "one way at a time");
  assert.equal(await w.code(id), "over");
  assert.deepEqual([await w.states(w.north), await w.states(w.south)], [["occupied"], ["reserved"]]);
  assert.equal((await w.parcel(id)).recalledFor, "redirected", "a courier is asked for it");
  await w.retrieve(w.north, 1, id);
  const between = await w.parcel(id);
  assert.deepEqual([between.state, between.station, between.expiresAt, between.recalledFor], ["shipped", w.south, null, null]);
  assert.equal((await newest(w, id)).state, "travelling");
  assert.deepEqual([await w.states(w.north), await w.states(w.south)], [["available"], ["reserved"]]);
  w.pass(5);
  await w.deposit(w.south, 1, id);
  const after = await w.parcel(id);
  assert.deepEqual([after.state, after.station], ["stored", w.south]);
  assert.ok(Date.parse(after.expiresAt!) - Date.parse(before.expiresAt!) === 45 * 3_600_000, "three days from now, not from then");
  assert.deepEqual(
    after.timeline.map(({ state }) => state),
    ["reserved", "delivered", "stored", "shipped", "delivered", "stored"],
    "the same states once more, each with its own proof",
  );
  assert.equal((await newest(w, id)).state, "done");
  assert.match(await w.code(id), /^\d{8}$/);
  await w.collect(w.south, 1, id);
  assert.deepEqual([(await w.parcel(id)).state, await w.states(w.south)], ["collected", ["available"]]);
});

test("A3.2, I-60: broken before and after every call, on the way there and on the way back, it arrives or is as it was, each effect once", async () => {
  let broken = 0;
  for (const when of ["before", "after"] as const) {
    for (let at = 1; ; at++) {
      await using w = await startWorld(database);
      const id = await inside(w);
      Object.assign(w.cut, { at, when, calls: 0 });
      await w.redirect(id, w.south);
      const wasCut = w.cut.calls >= at;
      await later(w);
      assert.equal((await newest(w, id)).state, "leaving", `cut ${when} call ${at}`);
      assert.deepEqual([await w.states(w.north), await w.states(w.south)], [["occupied"], ["reserved"]]);
      assert.equal(await facts(w, "parcels.recalled"), 1);
      if (wasCut) broken++;
      // Back again, with the line cut at the same place of the way back.
      Object.assign(w.cut, { at, when, calls: 0 });
      await w.act("withdraw", (await newest(w, id)).id);
      const wasCutBack = w.cut.calls >= at;
      await later(w);
      assert.equal((await newest(w, id)).state, "undone", `back: cut ${when} call ${at}`);
      assert.deepEqual([await w.states(w.north), await w.states(w.south)], [["occupied"], ["available"]]);
      assert.match(await w.code(id), /^\d{8}$/);
      assert.equal(await facts(w, "parcels.stays"), 1);
      assert.equal((await w.parcel(id)).recalledFor, null);
      if (wasCutBack) broken++;
      if (!wasCut && !wasCutBack) break;
    }
  }
  assert.ok(broken >= 4, `only ${broken} calls were broken`);
});

test("A3.2: a line that stays dead parks it with an alarm; when somebody has mended it, it is undone as if nothing had been", async () => {
  await using w = await startWorld(database);
  const id = await inside(w);
  await w.redirect(id, w.south);
  const { id: redirect } = await newest(w, id);
  Object.defineProperty(w.cut, "at", { configurable: true, get: () => w.cut.calls });
  await w.act("withdraw", redirect);
  await later(w);
  assert.equal((await newest(w, id)).state, "parked");
  assert.ok(w.logged.some((line) => line.includes("somebody has to look") && line.includes('"level":50')));
  const parked = await w.api(viewer).redirects.$get({ query: { state: "parked" } });
  assert.deepEqual(parked.status === 200 && (await parked.json()).redirects.map((each) => each.id), [redirect]);
  assert.equal(await w.act("retry", redirect, viewer), "not_allowed");
  Object.defineProperty(w.cut, "at", { value: Number.POSITIVE_INFINITY });
  assert.equal(stateOf(await w.act("retry", redirect, support)), "undone");
  assert.match(await w.code(id), /^\d{8}$/);
});

test("no courier comes: the compartment is given back, the owner gets a fresh code, and the time without one is not theirs to lose", async () => {
  await using w = await startWorld(database);
  const id = await inside(w);
  const before = await w.parcel(id);
  await w.redirect(id, w.south);
  w.pass(72);
  await w.job("parcels.expire");
  await w.job("reservations.lapse");
  await w.job("parcels.redirects");
  const ended = await newest(w, id);
  assert.deepEqual([ended.state, ended.reason], ["undone", "no_courier"]);
  assert.match(await w.code(id), /^\d{8}$/);
  assert.equal(Date.parse((await w.parcel(id)).expiresAt!) - Date.parse(before.expiresAt!), 72 * 3_600_000);
});

test("its owner came first, to a station that had not heard of it: what happened stands, and nothing waits any more", async () => {
  await using w = await startWorld(database);
  const id = await inside(w);
  await w.redirect(id, w.south);
  await w.collect(w.north, 1, id);
  await w.job("parcels.redirects");
  const ended = await newest(w, id);
  assert.deepEqual([ended.state, ended.reason, (await w.parcel(id)).state], ["undone", "collected", "collected"]);
  assert.deepEqual([await w.states(w.north), await w.states(w.south)], [["available"], ["available"]]);
});

test("N6: somebody else's proposal needs the customer's word; no answer is no, and a late yes is none", async () => {
  await using w = await startWorld(database);
  const id = await inside(w);
  assert.equal(await w.redirect(id, w.south, viewer), "not_allowed");
  const asked = await w.redirect(id, w.south, shop);
  assert.ok(typeof asked !== "string");
  assert.deepEqual([asked.state, asked.by], ["proposed", "shop"]);
  assert.match(await w.code(id), /^\d{8}$/, "nothing has changed by asking");
  assert.equal(await w.redirect(id, w.south), "redirect_under_way");
  assert.equal(await w.act("agree", asked.id, bob), "not_found");
  assert.equal(await w.act("agree", asked.id, shop), "not_allowed", "nobody agrees with themselves");
  assert.equal(stateOf(await w.act("decline", asked.id)), "declined");
  const again = await w.redirect(id, w.south, support);
  assert.ok(typeof again !== "string");
  w.pass(24);
  assert.equal(await w.act("agree", again.id), "wrong_state", "half-open");
  await w.job("parcels.redirects");
  assert.equal((await newest(w, id)).state, "unanswered");
  const third = await w.redirect(id, w.south, shop);
  assert.ok(typeof third !== "string");
  assert.equal(await w.act("withdraw", third.id, other), "not_found");
  assert.equal(stateOf(await w.act("agree", third.id)), "leaving");
});

test("N6: one tap on the link in the message answers for its reader, without signing in: yes or no, once; opening it does nothing, and a link that was made up asks nothing", async () => {
  await using w = await startWorld(database);
  const id = await inside(w);
  const ask = async () => {
    const asked = await w.redirect(id, w.south, shop);
    assert.ok(typeof asked !== "string");
    return w.linkOf(asked.id);
  };
  const no = await ask();
  assert.deepEqual([await w.press(no), await w.press(no), (await newest(w, id)).state], ["proposed", "proposed", "proposed"]);
  assert.equal(await w.press(no, "decline"), "declined");
  assert.deepEqual([await w.press(no, "agree"), await w.press(no)], ["wrong_state", "declined"], "a word that was given is not given anew");
  assert.match(await w.code(id), /^\d{8}$/);
  const yes = await ask();
  const madeUp = (yes.startsWith("0") ? "1" : "0") + yes.slice(1);
  assert.deepEqual([await w.press(madeUp, "agree"), await w.press("x", "agree")], ["not_found", "malformed"]);
  assert.equal(await w.press(no, "agree"), "wrong_state", "nor by the link of another question");
  assert.equal(await w.press(yes, "agree"), "leaving");
  assert.equal(await w.press(yes, "decline"), "wrong_state");
  assert.equal(await w.code(id), "over", "as if its customer had said so signed in");
});

test("redirected while offline: the courier still brought it to the old station: its owner gets a code for where it lies (conflict table)", async () => {
  await using w = await startWorld(database);
  const id = await w.order(w.north);
  await w.redirect(id, w.south);
  await w.deposit(w.north, 1, id);
  const parcel = await w.parcel(id);
  assert.deepEqual([parcel.state, parcel.station], ["stored", w.north]);
  assert.match(await w.code(id), /^\d{8}$/);
  assert.deepEqual([await w.states(w.north), await w.states(w.south)], [["occupied"], ["available"]]);
  await w.collect(w.north, 1, id);
  assert.equal((await w.parcel(id)).state, "collected");
});
