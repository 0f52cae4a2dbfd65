// A11.3, I-46, with real processes: what the launcher does with images that end, hang, or never show their health.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { systemMonotonic } from "@pigeonhole/kit/clock";
import { silentLog } from "@pigeonhole/kit/log";
import { systemTimers } from "@pigeonhole/kit/timers";
import { buildImage } from "@pigeonhole/releases/image";
import { nodeDisk } from "./disk.ts";
import { cannotStartCode, launchLimits, launcher, restartCode } from "./launcher.ts";
import { confirmed, slots as openSlots, type SlotState } from "./slots.ts";
import { unpack } from "./unpack.ts";

const note = `import { appendFileSync } from "node:fs";
appendFileSync(process.env.TEST_LOG, process.env.FIRMWARE_RELEASE + "\\n");
const alive = () => setInterval(() => process.send({ alive: true }), 20);
process.on("SIGTERM", () => process.exit(0));
process.on("disconnect", () => process.exit(0));
`;
const programs = {
  works: `${note} alive();`,
  ends: `${note} process.exit(3);`,
  hangs: `${note} process.removeAllListeners("SIGTERM"); setInterval(() => {}, 1_000);`,
  "wants another": `${note} process.exit(${restartCode});`,
  "cannot start": `${note} process.exit(${cannotStartCode});`,
} as const;
type Program = keyof typeof programs;

/** Release 1 in slot a, confirmed; release 2 in slot b, on trial or confirmed. */
async function computer(first: Program, second: Program | undefined, isTrial = true) {
  const folder = mkdtempSync(path.join(tmpdir(), "pigeonhole-launcher-"));
  const disk = { ...nodeDisk, sync: () => {}, syncFolder: () => {} };
  const slots = openSlots(disk, folder, undefined);
  const put = async (slot: "a" | "b", release: number, program: Program) => {
    const about = { model: "m", release, version: "1", floor: 0, node: 24, main: "main.mjs", notes: "", builtAt: "2026-01-01T00:00:00Z" };
    const image = await buildImage(about, new Map([["main.mjs", { bytes: Buffer.from(programs[program]) }]]));
    const { hash } = await unpack(disk, image.archive, path.join(folder, "slots", slot), image.note);
    return { slot, release, manifest: hash, floor: 0 };
  };
  slots.write({ ...slots.read(), current: await put("a", 1, first) });
  if (second) {
    const trial = { ...(await put("b", 2, second)), attempt: 1, bootsLeft: 3, baseline: { unknownDoors: 0, backend: false } };
    slots.write({ ...slots.read(), trial });
    if (!isTrial) slots.write(confirmed(slots.read()));
  }
  const logFile = path.join(folder, "log");
  writeFileSync(logFile, "");
  const running = launcher({
    slots,
    environment: { TEST_LOG: logFile },
    args: [],
    monotonic: systemMonotonic,
    timers: systemTimers,
    log: silentLog,
    limits: { ...launchLimits, silentMs: 2_000, trialMs: 6_000, pauseMs: 1, hopelessMs: 1, crashes: 3 },
  });
  const ended = running.run();
  const started = (): number[] => readFileSync(logFile, "utf8").trim().split("\n").map(Number);
  const until = async (what: string, look: (state: SlotState) => boolean): Promise<void> => {
    const deadline = performance.now() + 40_000;
    while (!look(slots.read())) {
      assert.ok(performance.now() < deadline, `${what}: ${JSON.stringify([started(), slots.read()])}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  return {
    slots,
    until,
    started,
    running,
    ended,
    async [Symbol.asyncDispose]() {
      running.stop();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

test(
  "post-install failure: a new image that ends at once gets three starts, then the former one runs again",
  { timeout: 60_000 },
  async () => {
    await using it = await computer("works", "ends");
    await it.until("the former one runs", () => it.started().at(-1) === 1);
    assert.deepEqual(it.started(), [2, 2, 2, 1]);
    const state = it.slots.read();
    assert.deepEqual([state.current?.release, state.trial, state.failures[0]?.release], [1, null, 2]);
    assert.match(state.failures[0]!.reason, /not healthy after 3 starts/);
  },
);

test("watchdog: a new image that says nothing is killed, each time, and then the former one runs again", { timeout: 60_000 }, async () => {
  await using it = await computer("works", "hangs");
  await it.until("the former one runs", () => it.started().at(-1) === 1);
  assert.deepEqual(it.started(), [2, 2, 2, 1]);
});

test("a new image that lives and is never confirmed goes back after its time", { timeout: 60_000 }, async () => {
  await using it = await computer("works", "works");
  await it.until("the former one runs", () => it.started().at(-1) === 1);
  assert.deepEqual(it.started(), [2, 1]);
  assert.match(it.slots.read().failures[0]!.reason, /not healthy in time/);
});

test("boot loop of a confirmed image: after three crashes the other one runs, and says so once", { timeout: 60_000 }, async () => {
  await using it = await computer("works", "ends", false);
  await it.until("the other one runs", () => it.started().at(-1) === 1);
  assert.deepEqual(it.started(), [2, 2, 2, 1]);
  assert.match(it.slots.read().failures[0]!.reason, /ended 3 times/);
  assert.equal(it.slots.read().current?.release, 1);
});

test("an image that cannot start for reasons of its surroundings is not blamed", { timeout: 60_000 }, async () => {
  await using it = await computer("works", "cannot start", false);
  await it.until("many starts", () => it.started().length > 5);
  assert.ok(it.started().every((release) => release === 2));
  assert.deepEqual(it.slots.read().failures, []);
});

test("a station that wants another image is started again at once; stopping ends both", { timeout: 60_000 }, async () => {
  await using it = await computer("wants another", undefined);
  await it.until("several starts", () => it.started().length >= 3);
  it.running.stop();
  assert.equal(await it.ended, 0);
});

test("a damaged image is not started: one flipped byte in the slot, and the other one runs", { timeout: 60_000 }, async () => {
  await using it = await computer("works", "works", false);
  await it.until("the new one runs", () => it.started().at(-1) === 2);
  it.running.stop();
  await it.ended;
  const file = path.join(it.slots.folderOf("b")!, "main.mjs");
  writeFileSync(file, readFileSync(file, "utf8").replace("alive()", "evil_()"));
  const { choose } = await import("./slots.ts");
  assert.equal(choose(it.slots.read(), it.slots.inspect).run, "a");
});
