// needs: socat
// G-31: a real station process is ended as by kill -9 at every step, and started again: no lock fires twice for one command, no outcome and no deposit is lost or doubled.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { KillPoint } from "./crashing-station.ts";
import { eventually, town } from "./testing-process.ts";

/** Whether the lock had been fired, and what the station tells of the command by itself afterwards; null: it does not know it, so a copy is carried out as if it were the first. */
const commandSteps = [
  ["command_received", 0, null],
  ["intent_not_durable", 0, null],
  // The lock has not been fired: but who knows? Its door will tell, or nobody.
  ["intent_durable", 0, "unknown"],
  ["after_lock", 1, "opened"],
  ["result_not_durable", 1, "opened"],
  ["result_durable", 1, "opened"],
  ["report_not_noted", 1, "opened"],
  ["report_noted", 1, "opened"],
] as const satisfies readonly (readonly [KillPoint, number, string | null])[];

for (const [crashAt, fired, outcome] of commandSteps) {
  test(
    `G-31: killed at ${crashAt}: at most one opening, its outcome is ${outcome ?? "that of the next copy"}`,
    { timeout: 60_000 },
    async () => {
      await using world = await town(() => ({}));
      const { backend } = world;
      const station = await world.start(crashAt);
      const { command, envelope } = backend.command(new Date());
      backend.deliver("command", envelope);
      assert.equal(await station.exited, "SIGKILL");
      assert.equal(world.fired().length, fired);
      await world.start();
      if (outcome !== null) assert.equal((await backend.result(command.id)).outcome, outcome);
      const before = backend.results.length;
      const copies = outcome === null ? 1 : 3;
      for (let copy = 0; copy < copies; copy++) backend.deliver("command", envelope);
      await backend.until(() => backend.results.length >= before + copies, "the same answer to each copy");
      const wanted = outcome ?? "opened";
      assert.deepEqual(new Set(backend.results.map((r) => r.outcome)), new Set([wanted]));
      const facts = () => backend.facts.filter((f) => "cause" in f && f.cause.kind === "command" && f.cause.command === command.id);
      await backend.until(() => facts().length > 0, "the log to tell of it");
      assert.deepEqual(
        [facts().map((f) => f.type), world.fired().length],
        [[wanted === "opened" ? "compartment_opened" : "open_failed"], wanted === "opened" ? 1 : 0],
      );
    },
  );
}

/** Whether the depositor's word is on record. */
const depositSteps = [
  ["closing_not_durable", false],
  ["closing_durable", false],
  ["word_not_durable", false],
  ["word_durable", true],
] as const satisfies readonly (readonly [KillPoint, boolean])[];

for (const [crashAt, isRecorded] of depositSteps) {
  test(
    `G-31: a deposit, killed at ${crashAt}: it is in once, ${isRecorded ? "on record" : "and the question is asked again"}`,
    { timeout: 60_000 },
    async () => {
      await using world = await town(() => ({ walkUp: [1] }));
      const { backend, simulator } = world;
      const station = await world.start(crashAt);
      const brought = station.api.kiosk.deposits.$post({ json: { size: "small" } }).catch(() => undefined);
      await backend.until(() => simulator.isOpen(1), "the door to open");
      assert.equal((await brought)?.status, 200);
      simulator.closeDoor(1);
      if (crashAt.startsWith("word")) {
        await eventually(async () => (await stepOf(station.api)) === "ask_parcel_in");
        await station.api.kiosk.answer.$post({ json: { isParcelIn: true } }).catch(() => undefined);
      }
      assert.equal(await station.exited, "SIGKILL");
      const again = await world.start();
      if (!isRecorded) await eventually(async () => (await stepOf(again.api)) === "ask_parcel_in");
      // Killed between the deposit and "thank you": whoever stands there still gets the code, and once read it is shown no more.
      if (isRecorded) await eventually(async () => /^9\d{7}$/.test((await codeShownBy(again.api)) ?? ""));
      const answered = await again.api.kiosk.answer.$post({ json: { isParcelIn: true } });
      assert.equal(answered.status, isRecorded ? 409 : 200);
      const deposits = () => backend.facts.filter((f) => f.type === "walk_up_deposited").length;
      await backend.until(() => deposits() > 0, "the deposit");
      // And once more, after "thank you".
      const isAgain = crashAt === "word_not_durable";
      if (isAgain) await again.kill();
      const state = await (isAgain ? await world.start() : again).api.kiosk.state.$get();
      assert.ok(state.status === 200);
      assert.deepEqual(
        (await state.json()).free.filter(({ size, count }) => size === "small" && count > 0),
        [],
        "the compartment is taken",
      );
      assert.deepEqual([deposits(), world.fired()], [1, [1]]);
    },
  );
}

/** The courier's word from the app: whether it is on record when the station dies. */
for (const [crashAt, isRecorded] of [
  ["attested_not_durable", false],
  ["attested_durable", true],
] as const satisfies readonly (readonly [KillPoint, boolean])[]) {
  test(
    `G-31: a courier's deposit, killed at ${crashAt}: it is in once, and the word said again is ${isRecorded ? "known" : "taken"}`,
    { timeout: 60_000 },
    async () => {
      await using world = await town(() => ({}));
      const { backend, simulator } = world;
      const station = await world.start(crashAt);
      const { command, envelope } = backend.command(new Date());
      backend.deliver("command", envelope);
      assert.equal((await backend.result(command.id)).outcome, "opened");
      simulator.closeDoor(1);
      await eventually(async () => (await stepOf(station.api)) === "ask_parcel_in");
      const word = backend.command(new Date(), { action: "attest_deposit", parcel: command.parcel });
      backend.deliver("command", word.envelope);
      assert.equal(await station.exited, "SIGKILL");
      await world.start();
      const deposits = () => backend.facts.filter((f) => f.type === "parcel_deposited").length;
      if (isRecorded) await backend.until(() => deposits() === 1, "the deposit of the former run");
      // The backend has heard no answer: it says the same again, and a new word of the same deposit is as good.
      const newer = backend.command(new Date(), { action: "attest_deposit", parcel: command.parcel });
      for (const each of [word, newer]) {
        backend.deliver("command", each.envelope);
        assert.equal((await backend.result(each.command.id)).outcome, "done");
      }
      await backend.until(() => deposits() > 0, "the deposit");
      assert.deepEqual([deposits(), world.fired()], [1, [1]]);
    },
  );
}

async function codeShownBy(api: Awaited<ReturnType<Awaited<ReturnType<typeof town>>["start"]>>["api"]): Promise<string | undefined> {
  const state = await api.kiosk.state.$get();
  const step = state.status === 200 ? (await state.json()).step : undefined;
  return step?.step === "done" ? step.code : undefined;
}
async function stepOf(api: Awaited<ReturnType<Awaited<ReturnType<typeof town>>["start"]>>["api"]): Promise<string | undefined> {
  const state = await api.kiosk.state.$get();
  return state.status === 200 ? (await state.json()).step.step : undefined;
}
