import { randomInt, randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setImmediate as breath } from "node:timers/promises";
import { silentLog } from "@pigeonhole/kit/log";
import { systemRandom } from "@pigeonhole/kit/random";
import { cu48 } from "@pigeonhole/lock-boards/cu48/driver";
import { Cu48Simulator } from "@pigeonhole/lock-boards/cu48/simulator";
import { duplex, type Transport } from "@pigeonhole/lock-boards/transport";
import type { Command, Envelope } from "@pigeonhole/protocol/messages";
import { topic } from "@pigeonhole/protocol/topics";
import { readMessage } from "@pigeonhole/station/link/read-message";
import { desiredOf, kid, TestBackend, testIdentity } from "@pigeonhole/station/link/testing";
import { createStation } from "@pigeonhole/station/station";
import { testTime } from "@pigeonhole/station/time/testing";
import { mutators, signedOnes, type Target } from "./forgeries.ts";

const wanted = { mutated: 1_000_000, replayed: 10_000, genuine: 1_000 } as const;
const doors = 40;
/** A station opens twelve doors a minute by remote command, no more: genuine ones come so far apart on its clock. Milliseconds. */
const apartMs = 6_000;
/** CU48: start, address, lock and command, which is 0x51 for "unlock". */
const unlock = 0x51;

/** Counts the unlock frames that leave the station for its board. */
function counted(transport: Transport): { readonly transport: Transport; opens(): number } {
  let opens = 0;
  return {
    transport: {
      ...transport,
      write: (bytes) => {
        if (bytes[3] === unlock) opens++;
        return transport.write(bytes);
      },
    },
    opens: () => opens,
  };
}

/**
 * Forged, stale and repeated commands among genuine ones, as bytes through everything a station does with a message; an opening is an unlock
 * frame on the wire to its board (G-30). `share`: the part of the full size, e.g. 0.01.
 */
export async function forgery(args: readonly string[]): Promise<object> {
  const share = Number(args[0] ?? 1);
  if (!(share > 0 && share <= 1)) throw new Error("forgery takes the part of its full size, more than 0 and at most 1");
  const rounds = Math.max(1, Math.round(wanted.genuine * share));
  const perRound = Math.round((wanted.mutated * share) / rounds);
  const replaysPerRound = Math.round((wanted.replayed * share) / rounds);
  // The disk is not what is measured: each refusal is durable, and a memory disk takes it faster.
  const folder = mkdtempSync(path.join(existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir(), "pigeonhole-forgery-"));
  const own = testIdentity();
  const { station: id } = own.identity;
  const time = testTime();
  const backend = new TestBackend(own);
  const [near, far] = duplex();
  const simulator = new Cu48Simulator(far, { boards: [0] });
  const wire = counted(near);
  const station = createStation({
    identity: own.identity,
    storeFile: path.join(folder, "station.sqlite"),
    board: cu48({ transport: wire.transport, boards: [0], replyTimeoutMs: 40, minIntervalMs: 0 }),
    wire: () => backend,
    firmware: "bench",
    now: time.now,
    monotonic: time.monotonic,
    newId: randomUUID,
    random: systemRandom,
    timers: time.timers,
    log: silentLog,
  });
  const receive = (payload: Buffer): void => {
    const read = readMessage(id, topic(id, "command"), payload);
    if (typeof read !== "string") backend.deliver(read.name, read.content);
  };
  const signing = { kid, key: own.backendKey };
  const since = performance.now();
  const count = { mutated: 0, replayed: 0, opened: 0, genuine: 0, genuineOpened: 0 };
  let seq = 1_000;
  const order = (more: Partial<Command>): { command: Command; envelope: Envelope } => backend.command(time.now(), { seq: ++seq, ...more });
  /** Lets what was delivered come to an end, then tells how many unlock frames left meanwhile. */
  const settle = async (before: number): Promise<number> => {
    for (let turn = 0; turn < 3; turn++) await breath();
    return wire.opens() - before;
  };
  try {
    await station.start();
    backend.connect();
    backend.desire(
      desiredOf(
        own,
        Array.from({ length: doors }, () => "small" as const),
      ),
    );
    await backend.until(() => station.doors.views().filter(({ door }) => door === "closed").length === doors, "all doors to be read");
    const names = Object.keys(mutators);
    let spent = order({ compartment: 1, purpose: "service", parcel: null });
    receive(Buffer.from(JSON.stringify(spent.envelope)));
    await backend.result(spent.command.id);

    for (let round = 0; round < rounds; round++) {
      const compartment = 1 + (round % doors);
      simulator.closeDoor(spent.command.compartment);
      time.pass(apartMs);
      await backend.until(() => station.doors.isClosed(spent.command.compartment), "the door to be seen closed");
      const isDropOff = round % 2 === 0;
      // Numbers below the genuine one's are left free for those who come too late with a good signature.
      const spare = { next: seq + 1 };
      seq += 32;
      const genuine = order({ compartment, ...(isDropOff ? {} : { purpose: "service", parcel: null }) });
      const target = (): Target => ({
        ...genuine,
        backend: signing,
        spent,
        freshSeq: () => Math.min(spare.next++, genuine.command.seq - 1),
        now: time.now(),
      });
      const opensBefore = wire.opens();
      const original = Buffer.from(JSON.stringify(genuine.envelope));
      for (let n = 0; n < perRound; n++) {
        let name = names[(round * perRound + n) % names.length]!;
        if (signedOnes.has(name) && randomInt(10) > 0) name = "bit_flip";
        const mutant = mutators[name]!(target());
        // A swap may have put the same in: that would be the genuine one.
        receive(mutant.equals(original) ? mutators["bit_flip"]!(target()) : mutant);
        count.mutated++;
        if (n % 64 === 63) await breath();
      }
      const copies = Buffer.from(JSON.stringify(spent.envelope));
      for (let n = 0; n < Math.floor(replaysPerRound / 2); n++, count.replayed++) receive(copies);
      count.opened += await settle(opensBefore);

      const before = wire.opens();
      receive(original);
      count.genuine++;
      const { outcome } = await backend.result(genuine.command.id);
      const fired = wire.opens() - before;
      if (outcome === "opened" && fired === 1) count.genuineOpened++;
      else if (fired > 1) count.opened += fired - 1;
      const after = wire.opens();
      for (let n = Math.floor(replaysPerRound / 2); n < replaysPerRound; n++, count.replayed++) receive(original);
      count.opened += await settle(after);
      spent = genuine;
      if (!isDropOff) continue;
      simulator.closeDoor(compartment);
      await backend.until(() => station.doors.isClosed(compartment), "the door to be seen closed");
      const release = order({ compartment, action: "release", parcel: genuine.command.parcel });
      receive(Buffer.from(JSON.stringify(release.envelope)));
      await backend.result(release.command.id);
    }
    return { ...count, seconds: Math.round((performance.now() - since) / 100) / 10 };
  } finally {
    await station.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
