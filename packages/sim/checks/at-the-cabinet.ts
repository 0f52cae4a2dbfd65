import type { StationNode } from "../stations/node.ts";
import type { Scheduler } from "../time/scheduler.ts";
import type { Breach } from "./looking.ts";
import type { Truth } from "./truth.ts";

/** A station sees within this time what its doors and sensors do. Milliseconds. */
const seenMs = 5_000;

interface Needs {
  readonly scheduler: Scheduler;
  readonly truth: Truth;
  readonly nodes: readonly StationNode[];
  readonly breach: Breach;
}

/** What a station has written down, and says, beside what is really so behind its doors. */
export function atTheCabinet({ scheduler, truth, nodes, breach }: Needs) {
  const floors = new Map<string, number>();

  function contents(seen: Map<string, string>, { id, station }: StationNode): void {
    for (const { parcel, compartment } of station!.store.contents.all()) {
      if (parcel === null) continue;
      const other = seen.get(parcel);
      if (other !== undefined) breach("I-02", `${parcel} lies in ${other} and in ${id}/${compartment}, if the stations are believed`);
      seen.set(parcel, `${id}/${compartment}`);
    }
  }

  /** Goods that nobody has lied about lie where the station has written them down, or it has doubts. */
  function goods({ id, station, cabinet }: StationNode): void {
    const { contents: known, quarantine } = station!.store;
    for (const n of cabinet.numbers) {
      if (cabinet.isOpen(n) || cabinet.isDoubtful(n) || scheduler.nowMs - cabinet.movedMs(n) < seenMs) continue;
      const forgotten = cabinet.inside(n).filter((what) => {
        const it = truth.goods.get(what);
        return (
          it?.wasThanked === true && !it.isLiedAbout && !known.allOf(n).some(({ parcel, deposit }) => what === parcel || what === deposit)
        );
      });
      if (forgotten.length > 0 && !quarantine.has(n))
        breach("I-11", `${forgotten.join(" and ")} lies in ${id}/${n}, and the station has forgotten it`);
    }
  }

  function doors({ id, station, cabinet }: StationNode): void {
    for (const n of cabinet.openDoors()) {
      if (cabinet.isDoubtful(n) || scheduler.nowMs - cabinet.movedMs(n) < seenMs) continue;
      if (station!.doors.isClosed(n)) breach("I-19", `door ${n} of ${id} stands open, and the station says that it is closed`);
    }
  }

  /** Time never goes below the floor, over any restart. */
  function floor({ id, station }: StationNode): void {
    const known = station!.store.meta.get("time_floor");
    if (known === undefined) return;
    const ms = Date.parse(known);
    if (ms < (floors.get(id) ?? 0)) breach("I-66", `the floor of ${id}'s time has gone back to ${known}`);
    floors.set(id, ms);
  }

  return {
    now(): void {
      const seen = new Map<string, string>();
      for (const node of nodes) {
        if (!node.station || !node.isReady()) continue;
        contents(seen, node);
        goods(node);
        doors(node);
        floor(node);
      }
    },
    /** When everything has been well for a while. */
    atTheEnd(): void {
      for (const { id, station, cabinet } of nodes) {
        if (!station) {
          breach("I-72", `station ${id} is dark at the end`);
          continue;
        }
        const untold = station.store.journal.lastSeq() - station.store.acknowledged;
        if (untold > 0) breach("I-74", `station ${id} has ${untold} entries that the backend never took`);
        if (station.store.intents.pending().length > 0) breach("I-72", `station ${id} has an opening that never ended`);
        if (!cabinet.hasSensors) continue;
        for (const n of cabinet.numbers) {
          const isInside = cabinet.inside(n).length > 0;
          const isKnown = station.store.contents.of(n) !== undefined;
          if (isInside !== isKnown && !cabinet.isOpen(n) && !station.store.quarantine.has(n))
            breach(
              "I-24",
              `the sensor of ${id}/${n} says ${isInside ? "full" : "empty"}, the record the contrary, and nobody is asked to look`,
            );
        }
      }
    },
  };
}
