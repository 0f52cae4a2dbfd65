// When a station changes over, and when not (A11.3, I-47); what it tells.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { silentLog } from "@pigeonhole/kit/log";
import type { FirmwareEvent, WantedFirmware } from "@pigeonhole/protocol/firmware";
import { testTime } from "../time/testing.ts";
import { checkHealth } from "./health.ts";
import { mayRestart } from "./may-restart.ts";
import { isQuiet } from "./quiet-hours.ts";
import { RefusedImage } from "./refused-image.ts";
import { slots as openSlots, type SlotState } from "./slots.ts";
import { SimulatedDisk } from "./testing-disk.ts";
import { updater } from "./updater.ts";

const hash = "a".repeat(64);
const followed: { stop(): void }[] = [];
after(() => followed.forEach((follow) => follow.stop()));

function station(more: Partial<WantedFirmware> = {}) {
  const time = testTime();
  const slots = openSlots(new SimulatedDisk(), "/f", undefined);
  slots.write({ ...slots.read(), current: { slot: "a", release: 1, manifest: hash, floor: 1 } });
  const wish: WantedFirmware = { release: 2, url: "https://example.org/firmware", quietHours: null, attempt: 1, ...more };
  const told: string[] = [];
  const it = {
    time,
    slots,
    told,
    obstacle: null as string | null,
    wish: wish as WantedFirmware | undefined,
    restarts: 0,
    installs: 0,
    fail: undefined as Error | undefined,
    onFarewell: (): void => {},
    /** Lets what is under way come to its end. */
    async settle(): Promise<void> {
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    },
  };
  const follow = updater({
    slots,
    model: "m",
    release: 1,
    install: async ({ release, attempt }): Promise<SlotState> => {
      it.installs++;
      if (it.fail) throw it.fail;
      const state = { ...slots.read(), ready: { slot: "b" as const, release, attempt, manifest: hash, floor: 1 } };
      slots.write(state);
      return state;
    },
    wanted: () => it.wish && { firmware: it.wish, timeZone: "Europe/Tallinn" },
    mayRestart: () => it.obstacle,
    baseline: () => ({ unknownDoors: 0, backend: true }),
    record: ({ release, stage }: Omit<FirmwareEvent, "type" | "model">) => void told.push(`${release} ${stage}`),
    farewell: async () => it.onFarewell(),
    restart: () => void it.restarts++,
    now: time.now,
    timers: time.timers,
    log: silentLog,
  });
  followed.push(follow);
  return Object.assign(it, { follow, check: async () => (follow.check(), it.settle()) });
}

test("loaded at any time, told, and tried when nobody is there", async () => {
  const it = station();
  it.follow.start();
  await it.settle();
  assert.deepEqual(it.told, ["1 running", "2 ready", "2 switching"]);
  assert.deepEqual([it.restarts, it.slots.read().trial?.release], [1, 2]);
});

test("G-12: an update during an open door waits, and also one that opens in the last moment", async () => {
  const it = station();
  it.obstacle = "door 3 is open";
  it.follow.start();
  for (let look = 0; look < 5; look++) await it.check();
  assert.deepEqual([it.restarts, it.slots.read().trial, it.told], [0, null, ["1 running", "2 ready"]]);
  it.obstacle = null;
  it.onFarewell = () => (it.obstacle = "a lock is being fired");
  await it.check();
  assert.deepEqual([it.restarts, it.slots.read().trial], [0, null], "the door that opened meanwhile came first");
  it.obstacle = null;
  it.onFarewell = () => {};
  await it.check();
  assert.equal(it.restarts, 1);
});

test("quiet hours are those of the station's own clock", async () => {
  // 12:00 UTC is 14:00 or 15:00 in Tallinn.
  const day = station({ quietHours: { from: "01:00", until: "05:00" } });
  day.follow.start();
  await day.check();
  await day.check();
  assert.deepEqual([day.restarts, day.told.at(-1)], [0, "2 ready"]);
  const at = (text: string) => new Date(text);
  const night = { from: "23:00", until: "05:00" };
  assert.ok(isQuiet(night, "Europe/Tallinn", at("2026-01-10T22:30:00Z")) && isQuiet(night, "Europe/Tallinn", at("2026-01-10T02:59:00Z")));
  assert.ok(!isQuiet(night, "Europe/Tallinn", at("2026-01-10T03:00:00Z")) && !isQuiet(night, "Europe/Tallinn", at("2026-01-10T20:59:00Z")));
  // In July the same zone is an hour further.
  assert.ok(isQuiet({ from: "01:00", until: "05:00" }, "Europe/Tallinn", at("2026-07-10T22:30:00Z")));
  assert.ok(!isQuiet({ from: "01:00", until: "05:00" }, "America/Chicago", at("2026-07-10T22:30:00Z")));
});

test("what is refused is told once and not asked for again, until an operator lets it retry; what is only away is", async () => {
  const it = station();
  it.fail = new RefusedImage("wrong_model", "it is for another one");
  it.follow.start();
  await it.check();
  await it.check();
  assert.deepEqual([it.installs, it.told], [1, ["1 running", "2 refused"]]);
  it.wish = { ...it.wish!, attempt: 2 };
  it.fail = undefined;
  await it.check();
  assert.deepEqual(it.told.slice(2), ["2 ready", "2 switching"]);

  const away = station();
  away.fail = new Error("fetch failed");
  away.follow.start();
  for (let hour = 0; hour < 5; hour++) {
    await away.settle();
    away.time.pass(3_600_000);
  }
  await away.settle();
  assert.ok(away.installs > 3);
  assert.deepEqual(away.told, ["1 running"]);
});

test("a captive portal is no attack: metadata that are not right are asked for three times before they count", async () => {
  const it = station();
  it.fail = new RefusedImage("metadata", "Unexpected token '<'");
  it.follow.start();
  await it.settle();
  assert.deepEqual(it.told, ["1 running"]);
  it.fail = undefined;
  it.time.pass(600_000);
  await it.settle();
  assert.ok(it.told.includes("2 ready"));
});

test("below the floor nothing is loaded", async () => {
  const it = station({ release: 2 });
  it.slots.write({ ...it.slots.read(), floor: 5 });
  it.follow.start();
  await it.settle();
  assert.deepEqual([it.installs, it.told], [0, ["1 running", "2 refused"]]);
});

test("I-47: a station is not restarted while a door is open, a lock fires, somebody stands there, a visit is open, or on battery", () => {
  const idle = {
    doors: { openDoors: () => [] as number[], isBusy: () => false },
    screen: { step: { step: "idle" } },
    store: { intents: { pending: () => [] as object[] }, contents: { all: () => [] as { state: string }[] } },
    mains: () => true as boolean | null,
  };
  const ask = (more: object): string | null => mayRestart({ ...idle, ...more } as never);
  assert.equal(ask({}), null);
  assert.equal(ask({ mains: () => null }), null, "a cabinet without a battery cannot tell");
  assert.match(ask({ doors: { ...idle.doors, openDoors: () => [7] } })!, /door 7/);
  assert.match(ask({ doors: { ...idle.doors, isBusy: () => true } })!, /lock/);
  assert.match(ask({ store: { ...idle.store, intents: { pending: () => [{}] } } })!, /lock/);
  assert.match(ask({ screen: { step: { step: "open" } } })!, /somebody/);
  for (const state of ["reserved", "collecting"])
    assert.match(ask({ store: { ...idle.store, contents: { all: () => [{ state }] } } })!, /visit/);
  assert.match(ask({ mains: () => false })!, /battery/);
});

test("I-46: health is what worked before, for a while; a network that is away is not the image's fault, a silent board is", async () => {
  const limits = { patience: 10_000, steady: 1_000, look: 100 };
  const judge = async (more: { vitals?: object; baseline?: object; brokerAnswers?: boolean; storeIsProven?: boolean }) => {
    let at = 0;
    return checkHealth({
      baseline: { unknownDoors: 0, backend: true, ...more.baseline },
      vitals: async () => ({ unknownDoors: 0, kiosk: true, backend: true, ...more.vitals }),
      brokerAnswers: async () => more.brokerAnswers ?? false,
      storeIsProven: () => more.storeIsProven ?? true,
      isStopped: () => false,
      monotonic: () => at,
      timers: { after: (ms, run) => ((at += ms), queueMicrotask(run), () => {}), every: () => () => {} },
      limits,
    });
  };
  assert.equal((await judge({})).healthy, true);
  assert.match((await judge({ vitals: { kiosk: false } })).reason, /kiosk/);
  assert.match((await judge({ vitals: { unknownDoors: 2 } })).reason, /2 doors cannot be read/);
  assert.equal((await judge({ vitals: { unknownDoors: 2 }, baseline: { unknownDoors: 2 } })).healthy, true);
  assert.match((await judge({ vitals: { backend: false }, brokerAnswers: true })).reason, /does not reach the backend/);
  assert.equal((await judge({ vitals: { backend: false } })).healthy, true, "the network is away, the store is proof");
  assert.match((await judge({ vitals: { backend: false }, storeIsProven: false })).reason, /store/);
});
