// A whole station for tests: the real code on a simulated board, with a backend and a clock that the test holds in its hand.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { silentLog } from "@pigeonhole/kit/log";
import { systemRandom } from "@pigeonhole/kit/random";
import { cu48 } from "@pigeonhole/lock-boards/cu48/driver";
import { Cu48Simulator } from "@pigeonhole/lock-boards/cu48/simulator";
import type { Locks } from "@pigeonhole/lock-boards/lock-board";
import { duplex, type Transport } from "@pigeonhole/lock-boards/transport";
import type { Desired, Grant } from "@pigeonhole/protocol/messages";
import { writeQr } from "@pigeonhole/protocol/qr";
import { desiredOf, kid, TestBackend, testIdentity, type TestIdentity } from "./link/testing.ts";
import { createStation, type Station } from "./station.ts";
import { nothingSensed, type Readings } from "./telemetry/sensors.ts";
import { testTime } from "./time/testing.ts";

const boardOn = (transport: Transport) => cu48({ transport, boards: [0], replyTimeoutMs: 40, minIntervalMs: 0 });
type LockBoard = ReturnType<typeof boardOn>;

/** Starts a station on simulated boards. `restart` stops it and starts another one on the same data, with the same doors. */
export async function testStation(
  sizes: readonly Desired["compartments"][number]["size"][],
  more: (test: TestIdentity) => Partial<Desired> = () => ({}),
  {
    hasSensors = false,
    hasBolts = false,
    eventLimit,
    freesExpired = false,
    locks,
  }: {
    readonly hasSensors?: boolean;
    /** The bolts have sensors of their own. */
    readonly hasBolts?: boolean;
    readonly eventLimit?: number;
    readonly freesExpired?: boolean;
    /** Other locks than one simulated CU48; what moves their doors is the test's own. */
    readonly locks?: Locks;
  } = {},
) {
  /** What lies in the compartments, in truth, for a cabinet whose sensors see it. */
  const goods = new Set<number>();
  /** Doors whose bolt is not home, for a cabinet that sees its bolts. */
  const loose = new Set<number>();
  const seeing = (board: LockBoard): LockBoard => ({
    ...board,
    status: async (wanted) =>
      new Map(
        [...(await board.status(wanted))].map(([lock, reading]) => [
          lock,
          { ...reading, ...(hasSensors && { occupied: goods.has(lock) }), ...(hasBolts && { latched: !loose.has(lock) }) },
        ]),
      ),
  });
  const test = testIdentity();
  const folder = mkdtempSync(path.join(tmpdir(), "pigeonhole-station-"));
  const time = testTime();
  const backend = new TestBackend(test);
  let [near, far] = duplex();
  let simulator = new Cu48Simulator(far, { boards: [0] });
  /** What the cabinet's sensors say; the test changes it. */
  const readings: { -readonly [Name in keyof Readings]: Readings[Name] } = { ...nothingSensed };
  const desired = desiredOf(test, sizes, more(test));

  const make = async (): Promise<Station> => {
    const station = createStation({
      identity: test.identity,
      storeFile: path.join(folder, "station.sqlite"),
      board: locks ?? (hasSensors || hasBolts ? seeing(boardOn(near)) : boardOn(near)),
      ...(eventLimit !== undefined && { eventLimit }),
      freesExpired,
      wire: () => backend,
      sensors: { read: () => Promise.resolve({ ...readings }) },
      firmware: "test",
      now: time.now,
      monotonic: time.monotonic,
      newId: randomUUID,
      random: systemRandom,
      timers: time.timers,
      log: silentLog,
    });
    await station.start();
    return station;
  };
  const world = {
    test,
    goods,
    loose,
    time,
    backend,
    desired,
    readings,
    folder,
    station: await make(),
    get simulator() {
      return simulator;
    },
    hash: test.hash,
    /** A presented right while the door stays as it is: waits until the lock has been fired, then lets the time pass that it has to show. */
    async inVain(attempt: Promise<void>): Promise<void> {
      const before = simulator.fired.length;
      const answer = attempt.then(
        () => undefined,
        (error: unknown) => error,
      );
      await Promise.race([answer, backend.until(() => simulator.fired.length > before, "the lock to be fired")]);
      // In small steps, so that the station looks at its doors meanwhile.
      for (let step = 0; step < 17; step++) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        time.pass(100);
      }
      const error = await answer;
      if (error !== undefined) throw error;
    },
    fired: (): number[] => simulator.fired.map((f) => f.lock),
    /** Pushes a door shut and waits until the station has seen it. */
    async close(compartment: number): Promise<void> {
      simulator.closeDoor(compartment);
      await backend.until(() => world.station.doors.isClosed(compartment), `door ${compartment} to be seen closed`);
    },
    qr: (grant: Grant, right: Partial<Parameters<typeof writeQr>[0]> = {}): string =>
      writeQr(
        {
          station: test.identity.station,
          grant: grant.id,
          generation: grant.generation,
          compartment: grant.compartment,
          expiresAt: new Date(grant.expiresAt ?? "2026-04-01T00:00:00Z"),
          ...right,
        },
        { kid, key: test.backendKey },
      ),
    async restart(): Promise<void> {
      await world.station.stop();
      const open = desired.compartments.map((c) => c.compartment).filter((n) => simulator.isOpen(n));
      [near, far] = duplex();
      const before = simulator.fired;
      simulator = new Cu48Simulator(far, { boards: [0] });
      simulator.fired.push(...before);
      for (const compartment of open) simulator.forceOpen(compartment);
      world.station = await make();
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await world.station.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  backend.connect();
  backend.desire(desired);
  await backend.until(
    () => world.station.doors.views().length === sizes.length && world.station.doors.views().every((d) => d.door !== "unknown"),
    "all doors to be read",
  );
  return world;
}
