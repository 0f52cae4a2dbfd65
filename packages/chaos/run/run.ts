// One run: a town starts, people live in it, faults strike; then everything is mended, people finish what they have begun, and all is judged.
import { mkdirSync, appendFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { drawOf } from "@pigeonhole/sim/time/draw";
import { planFaults } from "../faults/plan.ts";
import { strikes, type Struck } from "../faults/striking.ts";
import { courier, hire } from "../people/couriers.ts";
import { collect } from "../people/customers.ts";
import { passersBy } from "../people/passers-by.ts";
import { noOrders, shop } from "../people/shops.ts";
import { GivenUp, type Life, type Parcel } from "../people/world.ts";
import { startTown } from "../processes/town.ts";
import { history as newHistory, type History } from "./history.ts";
import { judge } from "./judging.ts";
import { atRest, recovery, written } from "./recovery.ts";

export interface RunOptions {
  readonly seed: number;
  /** Everything of this run: data, logs, the history. */
  readonly folder: string;
  readonly stations: number;
  readonly shops: number;
  /** So long faults strike. */
  readonly chaosMs: number;
  readonly databaseUrl?: string | undefined;
  /** Told of everything that was started. */
  readonly started: (end: () => Promise<void>) => void;
}

export interface Ran {
  readonly struck: readonly Struck[];
  readonly history: History;
  readonly parcels: number;
  readonly recoverySeconds: number;
  readonly violations: readonly string[];
}

/** People finish within this after everything has been mended, or it counts as stuck (G-07). Milliseconds. */
const patienceMs = 120_000;

export async function run({ seed, folder, stations, shops, chaosMs, databaseUrl, started }: RunOptions): Promise<Ran> {
  mkdirSync(folder, { recursive: true });
  const town = await startTown({ folder, stations, databaseUrl, started });
  const draw = drawOf(seed, "chaos");
  const history = newHistory();
  const began = performance.now();
  const clock = (): number => performance.now() - began;
  const story = path.join(folder, "story.log");
  const note = (words: string): void => appendFileSync(story, `${clock().toFixed(0).padStart(8)} ms  ${words}\n`);
  const violations: string[] = [];
  let [isClosing, overAt, sellers] = [false, Number.POSITIVE_INFINITY, shops];
  const turns = new Map<string, Promise<unknown>>();
  const life = (of: string): Life => ({
    town,
    draw: draw.of(of),
    history,
    clock,
    note,
    isClosing: () => isClosing,
    isOver: () => performance.now() > overAt,
    violation: (what) => void violations.push(what),
    inTurn(station, visit) {
      const mine = (turns.get(station.id) ?? Promise.resolve()).then(visit);
      turns.set(
        station.id,
        mine.catch(() => undefined),
      );
      return mine;
    },
  });

  const orders = noOrders();
  const waiting = new Map<string, Parcel[]>(town.stations.map(({ id }) => [id, []]));
  const hired = await Promise.all(town.stations.map((station) => hire(life("hiring"), `courier of ${station.name}`)));
  const owners: Promise<void>[] = [];
  /** Somebody's part in it; being interrupted is what is to be told. */
  const part = (work: Promise<void>): Promise<void> =>
    work.catch((error: unknown) => {
      if (!(error instanceof GivenUp)) throw error;
      violations.push(`I-72: ${patienceMs / 1_000} s after all was mended somebody still waits: ${error.message}`);
    });

  const trouble = strikes(
    planFaults(
      draw.of("faults"),
      { lines: town.lines.map(({ name }) => name).toSorted(), processes: town.processes.map(({ name }) => name).toSorted() },
      chaosMs,
    ),
    town.lines,
    town.processes,
    note,
  );
  const everybody = [
    ...Array.from({ length: shops }, (_, i) =>
      part(shop(life(`shop ${i + 1}`), i + 1, orders, (parcel) => waiting.get(parcel.station.id)!.push(parcel))).finally(() => sellers--),
    ),
    ...town.stations.map((station, i) =>
      part(
        courier(
          life(station.name),
          hired[i]!,
          station,
          waiting.get(station.id)!,
          () => sellers === 0,
          (parcel, since) => owners.push(part(collect(life(parcel.parcel), parcel, since))),
        ),
      ),
    ),
    ...town.stations.map((station) => part(passersBy(life(`passers-by ${station.name}`), station))),
  ];
  await pause(chaosMs);
  isClosing = true;
  note("everything is mended");
  const mendedAt = performance.now();
  await trouble.heal();
  overAt = performance.now() + patienceMs;
  const whole = recovery(town, mendedAt);
  whole.catch(() => {}); // told below
  await Promise.all(everybody);
  await Promise.all(owners);
  note("everybody has gone home");
  const recoverySeconds = await whole;
  await atRest(town, await written(town));
  violations.push(...(await judge(town, orders, history, clock)));
  note(`${violations.length} violations`);
  return { struck: trouble.struck, history, parcels: orders.confirmed.length, recoverySeconds, violations };
}
