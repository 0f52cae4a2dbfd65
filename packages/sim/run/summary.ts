import type { Ran } from "./world.ts";

/** What several worlds amounted to, as plain data that one process can tell another. */
export interface Summary {
  readonly lives: number;
  readonly events: number;
  readonly statements: number;
  readonly virtualHours: number;
  readonly counts: Record<string, number>;
  readonly marks: Record<string, number>;
  readonly notes: Record<string, string>;
  /** Trace hash by seed. */
  readonly hashes: Record<string, string>;
  readonly broken: { readonly seed: number; readonly invariant: string; readonly what: string }[];
  /** Steps of each parcel's timeline, in ascending order. */
  readonly eventsPerLife: number[];
}

export const nothing = (): Summary => ({
  lives: 0,
  events: 0,
  statements: 0,
  virtualHours: 0,
  counts: {},
  marks: {},
  notes: {},
  hashes: {},
  broken: [],
  eventsPerLife: [],
});

const sum = (a: Record<string, number>, b: Iterable<readonly [string, number]>): Record<string, number> => {
  const all = { ...a };
  for (const [name, count] of b) all[name] = (all[name] ?? 0) + count;
  return all;
};

export const plus = (a: Summary, b: Summary): Summary => ({
  lives: a.lives + b.lives,
  events: a.events + b.events,
  statements: a.statements + b.statements,
  virtualHours: a.virtualHours + b.virtualHours,
  counts: sum(a.counts, Object.entries(b.counts)),
  marks: sum(a.marks, Object.entries(b.marks)),
  notes: { ...b.notes, ...a.notes },
  hashes: { ...a.hashes, ...b.hashes },
  broken: [...a.broken, ...b.broken],
  eventsPerLife: [...a.eventsPerLife, ...b.eventsPerLife],
});

export const summaryOf = (seed: number, lives: number, ran: Ran): Summary => ({
  lives,
  events: ran.events,
  statements: ran.statements,
  virtualHours: ran.virtualHours,
  counts: Object.fromEntries(ran.tally.counts),
  marks: Object.fromEntries(ran.tally.marks),
  notes: Object.fromEntries(ran.tally.notes),
  hashes: { [seed]: ran.hash },
  broken: ran.tally.broken.map(({ invariant, what }) => ({ seed, invariant, what })),
  eventsPerLife: [...ran.eventsPerLife],
});

const ofPrefix = (counts: Record<string, number>, prefix: string): [string, number][] =>
  Object.entries(counts)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, count]): [string, number] => [name.slice(prefix.length), count])
    .toSorted(([, a], [, b]) => b - a);

const lines = (title: string, rows: readonly (readonly [string, number])[]): string =>
  `${title}\n${rows.map(([name, count]) => `  ${String(count).padStart(8)}  ${name}`).join("\n")}\n`;

/** For people: the mix of lives, how they ended, what struck, which rare states were reached. */
export function told(summary: Summary): string {
  const { counts, marks, eventsPerLife, lives } = summary;
  const flows = ofPrefix(counts, "flow: ");
  const straight = counts["flow: straight"] ?? 0;
  const median = eventsPerLife.toSorted((a, b) => a - b)[Math.floor(eventsPerLife.length / 2)] ?? 0;
  return [
    `${lives} lives, ${((100 * (lives - straight)) / Math.max(1, lives)).toFixed(0)} % off the straight way, ${median} events in the median life, ${summary.virtualHours.toFixed(0)} hours of virtual time\n`,
    lines("ways", flows),
    lines("ends", ofPrefix(counts, "ended: ")),
    lines("belief and truth at the end", ofPrefix(counts, "end: ")),
    lines("faults", ofPrefix(counts, "fault: ")),
    lines(
      "rare states",
      Object.entries(marks).toSorted(([, a], [, b]) => b - a),
    ),
    lines("to look at", ofPrefix(counts, "note: ")),
  ].join("\n");
}
