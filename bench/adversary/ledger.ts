/** Where something is tried. */
export const places = [
  "api: input",
  "api: other tenants' ids",
  "api: credentials and headers",
  "api: bytes",
  "api: guessing",
  "broker",
  "station: log",
  "station: orders",
  "station: documents",
  "station: scanner",
  "station: keypad",
  "station: kiosk's api",
  "station: commissioning",
  "diagnostics line",
  "webhooks",
  "import files",
  "releases",
] as const;
export type Place = (typeof places)[number];

/** One kind of attempt at one place, and what came of it, however often it was made. */
export interface Row {
  readonly place: Place;
  readonly what: string;
  /** What may come, in words. */
  readonly expected: string;
  attempts: number;
  /** What came, and how often: a code, a status, a word. */
  readonly came: Map<string, number>;
  /** What came that must not, the first few of them. */
  readonly breaches: string[];
  breachCount: number;
}
/** Of one kind so many breaches are told whole; the others are counted. */
const toldBreaches = 5;

/** Keeps what was tried and what came. */
export function ledger() {
  const rows = new Map<string, Row>();
  return {
    /** Notes one attempt. `breach`: what came that must not, as a sentence; undefined when all is as it should be. */
    note(place: Place, what: string, expected: string, came: string, breach?: string): void {
      const key = `${place}|${what}|${expected}`;
      const row = rows.get(key) ?? { place, what, expected, attempts: 0, came: new Map<string, number>(), breaches: [], breachCount: 0 };
      rows.set(key, row);
      row.attempts++;
      row.came.set(came, (row.came.get(came) ?? 0) + 1);
      if (breach === undefined) return;
      row.breachCount++;
      if (row.breaches.length < toldBreaches) row.breaches.push(breach);
    },
    /** In the order of the places, then of the first attempt. */
    rows: (): readonly Row[] => [...rows.values()].toSorted((a, b) => places.indexOf(a.place) - places.indexOf(b.place)),
  };
}
export type Ledger = ReturnType<typeof ledger>;

export const sum = (rows: readonly Row[], of: (row: Row) => number): number => rows.reduce((total, row) => total + of(row), 0);

/** What came most often first. */
export const cameText = ({ came }: Row, most = 4): string => {
  const sorted = [...came].toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  const shown = sorted.slice(0, most).map(([text, count]) => `${text} ${count}`);
  return [...shown, ...(sorted.length > most ? [`${sorted.length - most} others`] : [])].join(", ");
};
