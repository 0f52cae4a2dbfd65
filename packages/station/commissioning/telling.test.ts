// What a commissioned cabinet tells its network of its acceptance (A11.4): once for each record, whatever is cut off between two steps.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { systemMonotonic, systemNow } from "@pigeonhole/kit/clock";
import { silentLog } from "@pigeonhole/kit/log";
import { systemRandom } from "@pigeonhole/kit/random";
import { systemTimers } from "@pigeonhole/kit/timers";
import { hasPassed, type AcceptanceRecord } from "@pigeonhole/protocol/acceptance";
import { acceptedWiring } from "@pigeonhole/protocol/acceptance-digest";
import { Events, StationEvent, maxEventsPerMessage, type StationFact } from "@pigeonhole/protocol/messages";
import { maxMessageBytes } from "@pigeonhole/protocol/topics";
import { testIdentity } from "../link/testing.ts";
import { openStore, type Store } from "../store/store.ts";
import { acceptanceToTell, wiringNow } from "./record.ts";
import { commissionSimulated, simulatedTechnician } from "./simulated.ts";
import { tellStart } from "./telling.ts";
import { readWiring } from "./wiring-file.ts";
import { createPrivateKey } from "node:crypto";

const folder = (): string => mkdtempSync(path.join(tmpdir(), "pigeonhole-telling-"));
const adapters = { now: systemNow, monotonic: systemMonotonic, timers: systemTimers, random: systemRandom, log: silentLog };
const { identity } = testIdentity();
const key = { kid: "station", key: createPrivateKey(identity.key) };
const open = (at: string, epoch = 1): Store =>
  openStore(path.join(at, "station.sqlite"), { station: identity.station, epoch, key }, new Date());
const facts = (store: Store): StationFact[] =>
  store.journal.after(0, maxEventsPerMessage).map(({ body }) => StationEvent.parse(JSON.parse(body)).event);
const types = (store: Store): string[] => facts(store).map(({ type }) => type);
const record = (doors: number, at = "2026-01-01T12:00:00.000Z"): AcceptanceRecord => ({
  v: 1,
  at,
  technician: "Ada Tester",
  isSimulated: false,
  firmware: "test",
  lines: [{ port: "serial:/dev/ttyTEST", baud: 19_200, boards: [{ name: "A", model: "cu48", address: 0, polarity: null }] }],
  doors: Array.from({ length: doors }, (_, n) => ({
    door: n + 1,
    board: "A",
    lock: n + 1,
    outcome: "opened",
    reason: null,
    tookMs: 140,
    isSeenClosed: true,
    isOccupied: null,
  })),
});
const run = { firmware: "test", bootId: "0198f000-0000-7000-8000-00000000b001" };

test("a simulated cabinet is commissioned by every step of a real one, in as many boards as it needs, and says that it is simulated", async () => {
  const at = folder();
  try {
    const doors = [...Array.from({ length: 50 }, (_, n) => n + 1), 101];
    await commissionSimulated(doors, { ...adapters, folder: at, firmware: "test" });
    const told = acceptanceToTell(at)!;
    assert.deepEqual([told.technician, told.isSimulated, told.lines[0]!.boards.length], [simulatedTechnician, true, 2]);
    assert.deepEqual(
      told.doors.filter(hasPassed).map(({ door }) => door),
      doors,
    );
    assert.equal(acceptedWiring(told), wiringNow(readWiring(at)!));
  } finally {
    rmSync(at, { recursive: true, force: true });
  }
});

test("A11.4: a record is told once, killed before or after the telling; a new one and a new epoch are told again", () => {
  const at = folder();
  try {
    let store = open(at);
    const say = (acceptance: AcceptanceRecord | undefined, epoch = 1) =>
      tellStart({ store, epoch, now: systemNow }, run, { wiring: "ab".repeat(32), acceptance });
    // The power fails inside the transaction: neither the entry nor the note that it was made.
    const { set } = store.meta;
    store.meta.set = () => {
      throw new Error("power cut");
    };
    assert.throws(() => say(record(2)), /power cut/);
    store.meta.set = set;
    store.close();
    store = open(at);
    assert.deepEqual(types(store), []);
    say(record(2));
    store.close();
    store = open(at);
    say(record(2));
    assert.deepEqual(types(store), ["acceptance_recorded", "station_started", "station_started"]);
    // Commissioned again after a repair.
    say(record(2, "2026-02-01T12:00:00.000Z"));
    assert.equal(types(store).filter((type) => type === "acceptance_recorded").length, 2);
    store.close();
    // Enrolled again: the backend knows nothing of the former log but what it confirmed.
    store = open(at, 2);
    say(record(2, "2026-02-01T12:00:00.000Z"), 2);
    say(record(2, "2026-02-01T12:00:00.000Z"), 2);
    assert.equal(types(store).filter((type) => type === "acceptance_recorded").length, 1);
    store.close();
  } finally {
    rmSync(at, { recursive: true, force: true });
  }
});

test("the largest cabinet's records fit into messages: one that does not fit any more goes with the next", () => {
  const at = folder();
  try {
    const store = open(at);
    for (const month of ["01", "02", "03"])
      tellStart({ store, epoch: 1, now: systemNow }, run, {
        wiring: "ab".repeat(32),
        acceptance: record(999, `2026-${month}-01T12:00:00.000Z`),
      });
    let [seq, messages] = [0, 0];
    while (seq < store.journal.lastSeq()) {
      const events = store.journal.after(seq, maxEventsPerMessage);
      assert.ok(events.length > 0, "it goes on");
      assert.ok(Buffer.byteLength(JSON.stringify(Events.parse({ events }))) <= maxMessageBytes);
      seq += events.length;
      messages++;
    }
    assert.ok(messages >= 3, `${messages}`);
    store.close();
  } finally {
    rmSync(at, { recursive: true, force: true });
  }
});
