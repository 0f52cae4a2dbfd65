import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLog } from "@pigeonhole/kit/log";
import type { Signal } from "@pigeonhole/lock-boards/lock-board";
import type { Step } from "../kiosk/contract.ts";
import { testTime } from "../time/testing.ts";
import { signalling } from "./signals.ts";

/** Signals that note what they were given, and a screen that the test turns. */
function cabinet(broken = false) {
  const given: string[] = [];
  const signal = (name: string, kind: Signal["kind"], ...doors: number[]): Signal => ({
    kind,
    doors,
    give: async (ms) => {
      if (broken) throw new Error("the line is gone");
      given.push(`${name} ${ms}`);
    },
  });
  const { timers, pass } = testTime();
  const watchers = new Set<() => void>();
  const screen = {
    step: { step: "idle" } as Step,
    watch: (watcher: () => void) => (watchers.add(watcher), () => watchers.delete(watcher)),
  };
  const signals = signalling({
    signals: [signal("left", "light", 1, 2), signal("right", "light", 3), signal("all", "light"), signal("buzzer", "buzzer")],
    screen,
    timers,
    log: silentLog,
  });
  signals.start();
  return {
    signals,
    pass,
    show(step: Step): void {
      screen.step = step;
      for (const watcher of watchers) watcher();
    },
    /** What was given since the last look. */
    told: () => given.splice(0),
  };
}
const open = (compartment: number, isLeftOpen = false): Step => ({
  step: "open",
  purpose: "collect",
  compartment,
  openedAt: "2026-03-01T08:00:00.000Z",
  isLeftOpen,
  said: null,
  parcels: 1,
});

test("the light at the open door blinks until it is shut, one tone when it opens, no other door's light", () => {
  const { show, pass, told, signals } = cabinet();
  show({ step: "working" });
  assert.deepEqual(told(), []);
  show(open(2));
  assert.deepEqual(told(), ["left 500", "all 500", "buzzer 200"]);
  pass(1_000);
  pass(1_000);
  assert.deepEqual(told(), ["left 500", "all 500", "left 500", "all 500"]);
  show({ step: "done", purpose: "collect", compartment: 2, isStored: false, reopenUntil: null, isStillInside: false, parcels: 1 });
  pass(5_000);
  assert.deepEqual(told(), []);
  show(open(3));
  assert.deepEqual(told(), ["right 500", "all 500", "buzzer 200"]);
  signals.stop();
});

test("a door that stays open calls again and again, and is given up after ten minutes", () => {
  const { show, pass, told, signals } = cabinet();
  show(open(3));
  for (let n = 0; n < 60; n++) pass(1_000);
  assert.equal(told().filter((each) => each.startsWith("buzzer")).length, 1);
  show(open(3, true));
  for (let n = 0; n < 20; n++) pass(1_000);
  assert.equal(told().filter((each) => each.startsWith("buzzer")).length, 4, "every five seconds");
  for (let n = 0; n < 600; n++) pass(1_000);
  told();
  pass(10_000);
  assert.deepEqual(told(), []);
  signals.stop();
  show(open(1));
  assert.deepEqual(told(), []);
});

test("a board that carries no signal keeps nobody from a door", () => {
  const { show, pass } = cabinet(true);
  show(open(1));
  pass(3_000);
  show({ step: "idle" });
});
