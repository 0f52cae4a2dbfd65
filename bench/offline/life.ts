import { randomUUID } from "node:crypto";
import path from "node:path";
import { silentLog } from "@pigeonhole/kit/log";
import { systemRandom } from "@pigeonhole/kit/random";
import { Refused } from "@pigeonhole/kit/refused";
import { cu48 } from "@pigeonhole/lock-boards/cu48/driver";
import { Cu48Simulator } from "@pigeonhole/lock-boards/cu48/simulator";
import { duplex } from "@pigeonhole/lock-boards/transport";
import type { Wire } from "@pigeonhole/station/link/wire";
import { createStation, type Station } from "@pigeonhole/station/station";
import { setImmediate as turn } from "node:timers/promises";
import type { Plan, Planned } from "./plan.ts";
import { virtualTime } from "./virtual-time.ts";

const hours = 72;
/** A parcel lies so many visits before it is collected. */
const dwell = 24;

export interface Lived {
  readonly valid: number;
  readonly served: number;
  readonly secondUse: number;
  readonly deadOpened: number;
  readonly restarts: number;
  readonly events: number;
}

/** Numbers that look random and are the same for the same seed (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Three days of one station without its network: the real software on its real store, its board answering in bytes, time virtual. Couriers put
 * parcels in, owners type their codes, each code and its QR code is tried a second time after the two minutes of grace, dead rights are held
 * up, the station starts again at random, also while a door stands open, and somebody sets its wall clock a day ahead and back.
 */
export async function live(plan: Plan, knocks = 0): Promise<Lived> {
  const random = numbers(plan.seed);
  const time = virtualTime(new Date());
  const [near, far] = duplex();
  let line = { near, far };
  let simulator = new Cu48Simulator(line.far, { boards: [0] });
  let deliver = (): void => {};
  /** A wire on which the document comes once, and then nothing goes any more. */
  const wire: Wire = {
    start: (on) => {
      deliver = () => on.message("desired", structuredClone(plan.desired));
    },
    publish: () => Promise.reject(new Error("no network")),
    stop: () => Promise.resolve(),
  };
  const make = async (): Promise<Station> => {
    const station = createStation({
      identity: plan.identity,
      storeFile: path.join(plan.folder, "station.sqlite"),
      board: cu48({ transport: line.near, boards: [0], replyTimeoutMs: 5_000, minIntervalMs: 0 }),
      wire: () => wire,
      firmware: "bench",
      now: time.now,
      monotonic: time.monotonic,
      newId: randomUUID,
      random: systemRandom,
      timers: time.timers,
      log: silentLog,
    });
    let isStarted = false;
    const started = station.start().then(() => (isStarted = true));
    await time.until(() => isStarted, "the station starts");
    await started;
    return station;
  };
  let station = await make();
  deliver();
  await time.until(
    () => station.doors.views().length > 0 && station.doors.views().every(({ door }) => door === "closed"),
    "its doors are read",
  );

  let restarts = 0;
  /** Why the last visitor was refused. */
  let refusal: unknown;
  async function restart(): Promise<void> {
    restarts++;
    await station.stop();
    const [open, fired] = [station.doors.openDoors(), simulator.fired];
    const [newNear, newFar] = duplex();
    line = { near: newNear, far: newFar };
    simulator = new Cu48Simulator(line.far, { boards: [0] });
    simulator.fired.push(...fired);
    for (const door of open) simulator.forceOpen(door);
    station = await make();
    await time.until(() => station.doors.views().every(({ door }) => door !== "unknown"), "its doors are read again");
  }
  /** Somebody presents something: whether its door opened. */
  async function opens(present: () => Promise<void>): Promise<boolean> {
    const before = simulator.fired.length;
    let answer: "open" | "refused" | undefined;
    let failure: unknown;
    present().then(
      () => (answer = "open"),
      (error: unknown) => {
        answer = "refused";
        refusal = error;
        if (!(error instanceof Refused)) failure = error;
      },
    );
    await time.until(() => answer !== undefined, "the visitor is answered");
    if (failure !== undefined) throw failure;
    return simulator.fired.length > before;
  }
  async function shut(compartment: number): Promise<void> {
    time.pass(3_000 + random() * 20_000);
    await turn();
    if (random() < 0.005) await restart();
    simulator.closeDoor(compartment);
    await time.until(() => station.doors.isClosed(compartment), "the door is seen closed");
  }
  const lived = { valid: 0, served: 0, secondUse: 0, deadOpened: 0 };
  async function putIn({ dropOff, compartment }: Planned): Promise<void> {
    if (!(await opens(() => station.pickups.byQr(dropOff))))
      throw new Error(`a courier's right did not open door ${compartment}`, { cause: refusal });
    await shut(compartment);
    station.deposits.answer(true);
  }
  async function takeOut({ code, pickup, compartment }: Planned): Promise<void> {
    lived.valid++;
    // Every eighth owner holds up the QR code.
    const isOpen = await opens(() => (random() < 0.125 ? station.pickups.byQr(pickup) : station.pickups.byCode(code)));
    if (!isOpen) return;
    lived.served++;
    await shut(compartment);
    time.pass(121_000);
    await turn();
    if (await opens(() => station.pickups.byQr(pickup))) lived.secondUse++;
    // At the keypad each wrong attempt is counted against the limit: a sample, few enough that the next owner is not made to wait.
    if (random() < 0.004 && (await opens(() => station.pickups.byCode(code)))) lived.secondUse++;
  }

  const visits = plan.parcels.length + dwell;
  const pauseMs = (hours * 3_600_000) / visits - 150_000;
  for (let n = 0; n < visits; n++) {
    time.pass(Math.max(0, pauseMs) * (0.5 + random()));
    await turn();
    if (random() < 0.01) await restart();
    if (random() < 0.01) time.jump(random() < 0.5 ? 86_400_000 : -86_400_000);
    const [coming, going] = [plan.parcels[n], plan.parcels[n - dwell]];
    if (coming) await putIn(coming);
    if (going) await takeOut(going);
    const dead = plan.dead[n % plan.dead.length];
    if (n % 7 === 0 && dead !== undefined && (await opens(() => station.pickups.byQr(dead)))) lived.deadOpened++;
  }
  for (let n = 0; n < knocks; n++) {
    const door = (n % 48) + 1;
    simulator.forceOpen(door);
    await time.until(() => !station.doors.isClosed(door), "the forced door is seen");
    simulator.closeDoor(door);
    await time.until(() => station.doors.isClosed(door), "it is seen closed");
  }
  const events = station.store.journal.lastSeq();
  await station.stop();
  return { ...lived, restarts, events };
}
