import type { OneSession } from "../backend/one-session.ts";
import type { StationNode } from "../stations/node.ts";
import type { Scheduler } from "../time/scheduler.ts";
import { promises } from "./promises.ts";
import { remember } from "./rare-states.ts";
import type { Tally } from "./tally.ts";
import type { Truth } from "./truth.ts";

/** Breaches of one promise that are told, at most. */
const toldAtMost = 5;

interface Needs {
  readonly session: OneSession;
  readonly scheduler: Scheduler;
  readonly tally: Tally;
  readonly truth: Truth;
  readonly nodes: readonly StationNode[];
}

/** Looks whether every promise is kept: while things happen, and wholly when all has come to rest. */
export function looking({ session, scheduler, tally, truth, nodes }: Needs) {
  const told = new Set<string>();
  const breach = (invariant: string, what: string): void => {
    const key = `${invariant} ${what}`;
    if (told.has(key)) return;
    told.add(key);
    tally.violated(invariant, what, scheduler.nowMs);
  };

  async function rows(isFinal: boolean): Promise<void> {
    const at = new Date(scheduler.nowMs);
    for (const { invariant, promise, sql, isFinal: isOnlyFinal = false } of promises) {
      if (isOnlyFinal && !isFinal) continue;
      const found = await session.look<{ what: string }>(sql, sql.includes("$1") ? [at] : []);
      tally.count("promises looked at");
      for (const { what } of found.slice(0, toldAtMost)) breach(invariant, `${promise}, but ${what}`);
    }
  }

  /** What the stations themselves have written down. */
  function stations(): void {
    const seen = new Map<string, string>();
    for (const node of nodes) {
      const { station } = node;
      if (!station) continue;
      for (const { parcel, compartment } of station.store.contents.all()) {
        if (parcel === null) continue;
        const other = seen.get(parcel);
        if (other !== undefined)
          breach("I-02", `${parcel} lies in ${other} and in ${node.id}/${compartment}, if the stations are believed`);
        seen.set(parcel, `${node.id}/${compartment}`);
      }
    }
  }

  return {
    /** Between two events, in chaos too. */
    async now(): Promise<void> {
      stations();
      await rows(false);
    },
    /** After all has been healed and has drained: belief and truth agree. */
    async atTheEnd(): Promise<void> {
      stations();
      await rows(true);
      await remember(session, tally);
      const parcels = await session.look<{ id: string; state: string; station: string; compartment: number }>(
        "select id, state, station, compartment from parcels.parcel",
      );
      const believed = new Map(parcels.map((row) => [row.id, row]));
      for (const it of truth.goods.values()) {
        const row = believed.get(it.parcel);
        if (!row) {
          breach("I-58", `parcel ${it.parcel} was ordered, and nobody knows it`);
          continue;
        }
        tally.count(`end: ${row.state}, really ${it.where}`);
        if (it.isLiedAbout) continue;
        if (it.wasThanked && !(await wasDeposited(it.parcel)))
          breach("I-25", `whoever brought ${it.parcel} was thanked, and no deposit is known`);
        if (it.where === "box") {
          const isKnown = ["delivered", "stored", "expired", "missing"].includes(row.state);
          if (!isKnown && it.wasThanked)
            breach("I-02", `${it.parcel} lies in ${it.place!.station}/${it.place!.compartment}, and is said to be ${row.state}`);
          if (isKnown && (row.station !== it.place!.station || row.compartment !== it.place!.compartment))
            breach(
              "I-02",
              `${it.parcel} lies in ${it.place!.station}/${it.place!.compartment}, and is said to be in ${row.station}/${row.compartment}`,
            );
        }
        if (it.where === "customer" && row.state !== "collected" && row.state !== "missing")
          breach("I-27", `${it.parcel} was taken by its owner, and is said to be ${row.state}`);
        if (it.where !== "customer" && row.state === "collected")
          breach("I-29", `${it.parcel} is said to be collected, and is with: ${it.where}`);
      }
    },
  };

  async function wasDeposited(parcel: string): Promise<boolean> {
    const found = await session.look("select from parcels.timeline where parcel = $1 and state = 'delivered'", [parcel]);
    return found.length > 0;
  }
}
export type Looking = ReturnType<typeof looking>;
