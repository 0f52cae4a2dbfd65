// How the town stands at one moment of a run.
import type { Fault, Happening, Trace } from "./read-trace.ts";

export interface StationNow {
  readonly isRunning: boolean;
  /** What really lies behind which door. */
  readonly inside: ReadonlyMap<number, readonly string[]>;
  readonly open: ReadonlySet<number>;
  readonly faults: readonly Fault[];
}
export interface Moment {
  readonly isBackendRunning: boolean;
  readonly isHealed: boolean;
  readonly stations: ReadonlyMap<string, StationNow>;
  /** Of those that strike the whole town. */
  readonly faults: readonly Fault[];
}

/** A fault that is over at once is shown for so long, or nobody would see it. Milliseconds. */
const glimpseMs = 20_000;
const lasts = ({ atMs, untilMs }: Fault, at: number): boolean => atMs <= at && at < Math.max(untilMs, atMs + glimpseMs);

/** The town at `at`, milliseconds since 1970 of the run's own clock. */
export function momentOf(trace: Trace, at: number): Moment {
  const down = new Set<string>();
  const inside = new Map<string, Map<number, string[]>>();
  const open = new Map<string, Set<number>>();
  const place = new Map<string, { readonly station: string; readonly door: number }>();
  let isBackendRunning = true;
  let isHealed = false;
  const takeOut = (parcel: string): void => {
    const where = place.get(parcel);
    if (!where) return;
    const box = inside.get(where.station)?.get(where.door) ?? [];
    inside.get(where.station)?.set(
      where.door,
      box.filter((other) => other !== parcel),
    );
    place.delete(parcel);
  };
  for (const happening of trace.happenings) {
    if (happening.atMs > at) break;
    const { kind, parcel = "", station = "", door = 0 } = happening;
    if (kind === "station_crashes") down.add(station);
    if (kind === "station_runs") down.delete(station);
    if (kind === "backend_crashes") isBackendRunning = false;
    if (kind === "backend_runs") isBackendRunning = true;
    if (kind === "healed") isHealed = true;
    if (kind === "door_opens") open.set(station, (open.get(station) ?? new Set()).add(door));
    if (kind === "door_shuts") open.get(station)?.delete(door);
    if (kind === "comes_out") takeOut(parcel);
    if (kind === "goes_in") {
      takeOut(parcel);
      const boxes = inside.get(station) ?? new Map<number, string[]>();
      inside.set(station, boxes.set(door, [...(boxes.get(door) ?? []), parcel]));
      place.set(parcel, { station, door });
    }
  }
  const striking = isHealed ? [] : trace.faults.filter((fault) => lasts(fault, at));
  return {
    isBackendRunning,
    isHealed,
    faults: striking.filter(({ station }) => station === null),
    stations: new Map(
      trace.stations.map(({ id }, i) => [
        id,
        {
          isRunning: !down.has(id),
          inside: new Map([...(inside.get(id) ?? [])].filter(([, parcels]) => parcels.length > 0)),
          open: open.get(id) ?? new Set(),
          faults: striking.filter(({ station }) => station === i),
        },
      ]),
    ),
  };
}

/** One row of a parcel's story: what really happened, or what the network wrote down, or what struck where it was. */
export type Row =
  | { readonly side: "truth"; readonly atMs: number; readonly happening: Happening }
  | { readonly side: "belief"; readonly atMs: number; readonly type: string; readonly payload: Readonly<Record<string, unknown>> }
  | { readonly side: "fault"; readonly atMs: number; readonly fault: Fault };

/** A parcel's story from both points of view, with what struck its stations and the town meanwhile. */
export function storyOf(trace: Trace, parcel: string): readonly Row[] {
  const facts = trace.facts.filter(({ text }) => text.includes(parcel));
  const own = trace.happenings.filter((happening) => happening.parcel === parcel);
  const visits = visitsOf(own);
  const doors = trace.happenings.filter(
    ({ kind, station, door, atMs }) =>
      (kind === "door_opens" || kind === "door_shuts" || kind === "fired") &&
      visits.some((visit) => visit.station === station && visit.door === door && Math.abs(visit.atMs - atMs) <= visitMs),
  );
  const times = [...own, ...facts].map(({ atMs }) => atMs);
  const [from, until] = [Math.min(...times), Math.max(...times)];
  const stations = new Set(own.flatMap(({ station }) => station ?? []));
  const struck = trace.faults.filter(
    ({ atMs, station }) => atMs >= from && atMs <= until && (station === null || stations.has(trace.stations[station]?.id ?? "")),
  );
  const rows: Row[] = [
    ...own.map((happening): Row => ({ side: "truth", atMs: happening.atMs, happening })),
    ...doors.map((happening): Row => ({ side: "truth", atMs: happening.atMs, happening })),
    ...facts.map(({ atMs, type, payload }): Row => ({ side: "belief", atMs, type, payload })),
    ...struck.map((fault): Row => ({ side: "fault", atMs: fault.atMs, fault })),
  ];
  return rows.toSorted((a, b) => a.atMs - b.atMs);
}
/** Somebody stands at a door for so long before and after what they do there. Milliseconds. */
const visitMs = 60_000;

/** When somebody stood at which door for a parcel: doors move for it then. */
function visitsOf(own: readonly Happening[]): readonly { readonly atMs: number; readonly station: string; readonly door: number }[] {
  let place: { readonly station: string; readonly door: number } | undefined;
  return own.flatMap(({ atMs, station, door }) => {
    if (station !== undefined && door !== undefined) place = { station, door };
    return place === undefined ? [] : [{ atMs, ...place }];
  });
}
