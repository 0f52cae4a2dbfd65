import assert from "node:assert/strict";
import { after, test } from "node:test";
import { made, openDatabase, startWorld, toldOf } from "./testing.ts";

const database = await openDatabase();
after(() => database[Symbol.asyncDispose]());

test("A3.2: broken before and after every call, on the way there, at the door, on the way out and on the way back: it goes on, each effect once", async () => {
  await using w = await startWorld(database);
  await w.open();
  let broken = 0;
  for (const when of ["before", "after"] as const) {
    for (let at = 1; ; at++) {
      const later = async () => {
        for (let round = 0; round < 3; round++) {
          w.pass(0.01);
          await w.job("returns.steps");
        }
      };
      const cut = () => Object.assign(w.cut, { at, when, calls: 0 });
      const wasCut = () => {
        const is = w.cut.calls >= at;
        if (is) broken++;
        w.cut.at = Number.POSITIVE_INFINITY;
        return is;
      };
      const where = `cut ${when} call ${at}`;
      // There and out.
      cut();
      const begun = made(await w.start(await w.collected()));
      await later();
      let any = wasCut();
      assert.equal((await w.get(begun.id)).state, "ready", where);
      assert.deepEqual((await w.states(w.north)).filter((state) => state === "reserved").length, 1, where);
      cut();
      await w.report(w.north, {
        type: "deposit_abandoned",
        compartment: (await w.get(begun.id)).compartment!,
        parcel: begun.id,
        actor: "kiosk",
        reason: "does_not_fit",
      });
      await later();
      any = wasCut() || any;
      assert.equal((await w.get(begun.id)).compartment, 4, where);
      cut();
      await w.putIn(begun.id);
      await later();
      any = wasCut() || any;
      assert.equal((await w.retrievals(begun.id)).length, 1, where);
      await w.takeOut(begun.id);
      assert.deepEqual(await toldOf(w, begun.id), ["claiming", "ready", "dropped_off", "retrieved"], where);
      // And back.
      const second = made(await w.start(await w.collected()));
      cut();
      await w.act("cancel", second.id);
      await later();
      any = wasCut() || any;
      assert.deepEqual([(await w.get(second.id)).state, await w.states(w.north)], ["cancelled", Array(4).fill("available")], where);
      if (!any) break;
    }
  }
  assert.ok(broken >= 8, `only ${broken} calls were broken`);
});

test("A3.2: a line that stays dead: binding is given up and nothing stays bound; a courier is asked for until there is one", async () => {
  await using w = await startWorld(database);
  await w.open();
  const dead = (is: boolean) =>
    Object.defineProperty(w.cut, "at", { configurable: true, get: () => (is ? w.cut.calls : Number.POSITIVE_INFINITY), set: () => {} });
  const rounds = async (count: number) => {
    for (let round = 0; round < count; round++) {
      w.pass(0.3);
      await w.job("returns.steps");
    }
  };
  dead(true);
  const begun = made(await w.start(await w.collected()));
  assert.equal(begun.state, "claiming");
  assert.equal(await w.code(begun.id), "not_ready");
  assert.equal(await w.act("cancel", begun.id), "wrong_state");
  await rounds(8);
  assert.equal((await w.get(begun.id)).state, "cancelling");
  dead(false);
  await rounds(1);
  const over = await w.get(begun.id);
  assert.deepEqual([over.state, over.ending], ["cancelled", "failed"]);
  const again = made(await w.start(begun.parcel!));
  dead(true);
  await w.putIn(again.id);
  await rounds(12);
  assert.deepEqual([(await w.get(again.id)).state, await w.retrievals(again.id)], ["dropped_off", []]);
  dead(false);
  await rounds(1);
  assert.equal((await w.retrievals(again.id)).length, 1);
});
