import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { Cu48Simulator } from "@pigeonhole/lock-boards/cu48/simulator";
import { pseudoTerminals } from "@pigeonhole/lock-boards/pseudo-terminal";
import { serial } from "@pigeonhole/lock-boards/serial";
import { paced, type Transport } from "@pigeonhole/lock-boards/transport";
import { standardLayout } from "@pigeonhole/network/standard-layout";
import { freePorts } from "@pigeonhole/world/ports";
import { stationPlans } from "@pigeonhole/world/town";
import { startWorld, type World, type WorldStation } from "@pigeonhole/world/world";
import { codeFromInbox, dropOff, order, reaches, setOut, typeCode, untilFree } from "@pigeonhole/world/journey";
import { percentile } from "./percentile.ts";

/** Pick-ups that are timed with the backend at hand, and then without it. */
const defaultRounds = 500;
const offlineRounds = 60;
/** Stations side by side: each opens a dozen doors a minute by remote command, and every parcel needs one. */
const stationCount = 6;
const baud = 19_200;

/** A cabinet whose board hangs on the far end of a pseudo-terminal, at the speed of a real line. */
interface Cabinet {
  readonly station: WorldStation;
  readonly board: Cu48Simulator;
}

/**
 * Code to unlock frame: from the moment the kiosk's request leaves until the last byte of the unlock frame has come out of the line, through
 * kiosk → station → backend (MQTT, TLS 1.3) → station → RS-485 at 19,200 baud. Then the same with the server killed.
 */
export async function door(args: readonly string[]): Promise<object> {
  const rounds = Number(args[0] ?? defaultRounds);
  process.stderr.write(
    `a town of its own with ${stationCount} stations; a door opens for a courier at most twelve times a minute, so it takes about ${Math.ceil((rounds + offlineRounds) / stationCount / 10) + 1} min\n`,
  );
  const folder = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-bench-"));
  const lines = await Promise.all(Array.from({ length: stationCount }, () => pseudoTerminals()));
  // As many doors as one board has: a door that was emptied stays its former owner's for two minutes.
  const cabinet = { ...stationPlans[0]!, layout: standardLayout(48), walkUp: [] };
  const plans = lines.map((_, i) => ({ ...cabinet, key: `bench${i}`, name: `Bench ${i}` }));
  const ports: Transport[] = [];
  let world: World | undefined;
  let isKept = false;
  try {
    for (const line of lines) ports.push(await serial(line.board, baud));
    const boards = ports.map((port) => new Cu48Simulator(slow(port), { boards: [0] }));
    world = await startWorld({
      folder,
      ports: await freePorts(stationCount),
      stations: plans,
      waiver: "Its boards are named by settings.",
      settingsOf: (plan) => ({
        LOCK_BOARD: `serial:${lines[plans.findIndex(({ key }) => key === plan.key)]!.station}`,
        LOCK_BOARD_ADDRESSES: "0",
      }),
    });
    const cabinets = world.stations.map((station, i): Cabinet => ({ station, board: boards[i]! }));
    const online = await collectAll(world, cabinets, rounds, async () => {});
    const offline = await collectAll(world, cabinets, offlineRounds, async (running) => running.server.process.kill());
    return {
      bench: "door",
      rounds: online.length,
      codeToOpenP50Ms: percentile(online, 50),
      codeToOpenP99Ms: percentile(online, 99),
      offlineRounds: offline.length,
      offlineP50Ms: percentile(offline, 50),
      offlineP99Ms: percentile(offline, 99),
    };
  } catch (error) {
    isKept = true;
    process.stderr.write(`what happened stands in ${path.join(folder, "logs")}\n`);
    throw error;
  } finally {
    await world?.stop();
    await Promise.all(ports.map((port) => port.close()));
    await Promise.all(lines.map((line) => line.close()));
    if (!isKept) rmSync(folder, { recursive: true, force: true });
  }
}

/** Delivers parcels until there are `rounds`, and collects each; `before` strikes between delivering a batch and collecting it. */
async function collectAll(
  world: World,
  cabinets: readonly Cabinet[],
  rounds: number,
  before: (world: World) => Promise<void>,
): Promise<readonly number[]> {
  const times: number[] = [];
  /** Parcels of one batch and station: what a cabinet may open in a minute. */
  const perStation = 10;
  while (times.length < rounds) {
    const wanted = Math.min(rounds - times.length, perStation * cabinets.length);
    const share = cabinets.map((_, i) => Math.floor(wanted / cabinets.length) + (i < wanted % cabinets.length ? 1 : 0));
    const reserved = await Promise.all(cabinets.map((cabinet, i) => orderAt(world, cabinet, share[i]!)));
    const stops = cabinets
      .map(({ station }, i) => ({ station: station.id, parcels: reserved[i]! }))
      .filter(({ parcels }) => parcels.length > 0);
    const out = await setOut(world, ...stops);
    const batches = await Promise.all(
      cabinets.map(async (cabinet, i) => ({ cabinet, parcels: await deliver(world, out, cabinet, reserved[i]!) })),
    );
    await before(world);
    for (const { cabinet, parcels } of batches) for (const parcel of parcels) times.push(await collect(cabinet, parcel));
    process.stderr.write(`${times.length} of ${rounds}\n`);
  }
  return times;
}

interface Delivered {
  readonly compartment: number;
  readonly code: string;
}

/** Orders `count` small parcels for a cabinet. Returns their ids. */
async function orderAt(world: World, { station }: Cabinet, count: number): Promise<readonly string[]> {
  const parcels: string[] = [];
  while (parcels.length < count)
    parcels.push((await order(world, station.id, "small", { name: "Bench", email: "bench@example.org" })).parcel!);
  return parcels;
}

/** Has parcels dropped off at a cabinet and reads their codes. */
async function deliver(
  world: World,
  out: Awaited<ReturnType<typeof setOut>>,
  { station, board }: Cabinet,
  parcels: readonly string[],
): Promise<readonly Delivered[]> {
  const delivered: Delivered[] = [];
  for (const parcel of parcels) {
    const { barcode } = await reaches(world, parcel, "shipped");
    const { compartment } = await dropOff(out, station.id, barcode, (at) => board.closeDoor(at));
    delivered.push({ compartment, code: await codeFromInbox(world, parcel) });
  }
  return delivered;
}

/** Milliseconds from the kiosk's request to the unlock frame. */
async function collect({ station, board }: Cabinet, { compartment, code }: Delivered): Promise<number> {
  await untilFree(station.kiosk);
  const fired = board.fired.length;
  const started = performance.now();
  await typeCode(station.kiosk, code);
  const frame = board.fired[fired];
  if (frame?.lock !== compartment || board.fired.length !== fired + 1)
    throw new Error(`door ${compartment}: fired ${JSON.stringify(board.fired.slice(fired))}`);
  board.closeDoor(compartment);
  await untilFree(station.kiosk);
  return frame.atMs - started;
}

/** The board's end of a line that takes its time: a pseudo-terminal itself is as fast as memory. */
function slow(line: Transport): Transport {
  const write = paced((chunk) => void line.write(chunk), baud);
  return {
    ...line,
    write,
    onData: (reader) => {
      const read = paced(reader, baud);
      line.onData((chunk) => void read(chunk));
    },
  };
}
