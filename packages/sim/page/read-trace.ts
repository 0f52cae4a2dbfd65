// A trace as a person reads it: what really happened, what the network believed, what struck. Pure; the page and its tests use it.

/** A station as the world was founded with it. */
export interface Station {
  readonly id: string;
  readonly name: string;
  /** Degrees, WGS 84. */
  readonly lat: number;
  readonly lon: number;
  readonly doors: number;
}
interface Header {
  readonly seed: number;
  readonly parcels: number;
  readonly startMs: number;
  readonly stations: readonly Station[];
}
/** A fault from the moment it strikes. `station` is its place in the list of stations; null: it strikes the whole town. */
export interface Fault {
  readonly number: number;
  readonly kind: string;
  readonly atMs: number;
  readonly untilMs: number;
  readonly station: number | null;
}
/** Something that really happened, whatever anybody knows of it. */
export type Happening = { readonly atMs: number; readonly parcel?: string; readonly station?: string; readonly door?: number } & (
  | { readonly kind: "fired" | "door_opens" | "door_shuts"; readonly why: string }
  | { readonly kind: "goes_in" }
  | { readonly kind: "comes_out"; readonly into: string }
  | { readonly kind: "comes_for" | "brings"; readonly came: string }
  | { readonly kind: "station_runs" | "station_crashes" | "line_ends"; readonly why: string }
  | { readonly kind: "backend_runs" | "backend_crashes"; readonly why: string }
  | { readonly kind: "healed" }
);
/** What the network wrote into its event log. */
export interface Fact {
  readonly atMs: number;
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** The payload as text: every id in it is found in it. */
  readonly text: string;
}
export interface Violation {
  readonly atMs: number;
  readonly invariant: string;
  readonly what: string;
}
export interface Trace extends Header {
  readonly endMs: number;
  readonly faults: readonly Fault[];
  readonly happenings: readonly Happening[];
  readonly facts: readonly Fact[];
  readonly violations: readonly Violation[];
  /** Every parcel that was ever ordered, in the order of their orders. */
  readonly lives: readonly { readonly parcel: string; readonly number: string }[];
}

const line = /^(\d+(?:\.\d+)?) (.+)$/;
/** These strike everywhere: their station is a number nobody looks at. */
const everywhere = /^(broker_|backend_|serialization|deadlock|disconnected)/;

/** Throws with a sentence when the text is no trace with a town. */
export function readTrace(text: string): Trace {
  let header: Header | undefined;
  let endMs = 0;
  const faults: Fault[] = [];
  const happenings: Happening[] = [];
  const facts: Fact[] = [];
  const violations: Violation[] = [];
  const numbers = new Map<string, string>();
  for (const row of text.split("\n")) {
    const [, at, what] = line.exec(row) ?? [];
    if (at === undefined || what === undefined || what.startsWith("· ")) continue;
    const atMs = Number(at);
    endMs = Math.max(endMs, atMs);
    if (what.startsWith("town ")) header = JSON.parse(what.slice(5)) as Header;
    else if (what.startsWith("fault {")) {
      const { number, kind, station, ms } = JSON.parse(what.slice(6)) as { number: number; kind: string; station: number; ms: number };
      faults.push({ number, kind, atMs, untilMs: atMs + ms, station: everywhere.test(kind) ? null : station });
    } else if (what.startsWith("violated ")) {
      violations.push({ atMs, ...(JSON.parse(what.slice(9)) as Omit<Violation, "atMs">) });
    } else if (what.startsWith("fact ")) {
      const { type, payload } = JSON.parse(what.slice(5)) as Pick<Fact, "type" | "payload">;
      facts.push({ atMs, type, payload, text: JSON.stringify(payload) });
      const { parcel, number } = payload as { parcel?: string; number?: string };
      if (type === "parcels.moved" && parcel !== undefined && number !== undefined) numbers.set(parcel, number);
    } else {
      const happening = happeningOf(atMs, what);
      if (happening) happenings.push(happening);
    }
  }
  if (!header)
    throw new Error("This file is no trace of the simulator. One is written by `npm run sim -- --seed 1 --parcels 20 --trace run.txt`.");
  const lives = [...numbers].map(([parcel, number]) => ({ parcel, number }));
  const byTime = (a: { readonly atMs: number }, b: { readonly atMs: number }): number => a.atMs - b.atMs;
  return {
    ...header,
    endMs: Math.max(endMs, header.startMs),
    faults: faults.toSorted(byTime),
    happenings: happenings.toSorted(byTime),
    facts: facts.toSorted(byTime),
    violations: violations.toSorted(byTime),
    lives,
  };
}

function happeningOf(atMs: number, what: string): Happening | undefined {
  const words = what.split(" ");
  const [first = "", second = "", third = "", fourth = "", fifth = ""] = words;
  const rest = words.slice(3).join(" ");
  switch (`${first} ${second}`) {
    case "door opens":
    case "door shuts":
      return { atMs, kind: second === "opens" ? "door_opens" : "door_shuts", station: third, door: Number(fourth), why: fifth };
    case "goes in":
      return { atMs, kind: "goes_in", parcel: third, station: fourth, door: Number(fifth) };
    case "comes out":
      return { atMs, kind: "comes_out", parcel: third, into: fourth };
    case "comes for":
      return { atMs, kind: "comes_for", parcel: third, came: rest };
    case "station crashes":
    case "station runs":
      return { atMs, kind: second === "runs" ? "station_runs" : "station_crashes", station: third, why: rest };
    case "session ended":
      return { atMs, kind: "line_ends", station: third, why: rest };
    case "backend runs":
    case "backend crashes":
      return { atMs, kind: second === "runs" ? "backend_runs" : "backend_crashes", why: words.slice(2).join(" ") };
    default:
      break;
  }
  if (first === "fired") return { atMs, kind: "fired", station: second, door: Number(third), why: "" };
  if (first === "courier") return { atMs, kind: "brings", parcel: second, came: words.slice(2).join(" ") };
  return first === "heal" ? { atMs, kind: "healed" } : undefined;
}
