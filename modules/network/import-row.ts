import { line } from "@pigeonhole/kit/line";
import { Refused } from "@pigeonhole/kit/refused";
import { z } from "zod";
import { stationStatuses } from "./lifecycle.ts";
import { timeZoneAt, type Settings } from "./domain.ts";
import { columnNamed, type Column } from "./import-columns.ts";
import type { RawRow } from "./import-file.ts";
import { lockerKinds, otherKinds, plainKind } from "./import-kinds.ts";
import { Layout } from "./layout.ts";

/** A row that can be imported. */
export interface GoodRow {
  /** By this a later import knows the station again. */
  readonly key: string;
  /** The station's own id, if the row states it. */
  readonly id: string | null;
  readonly said: Settings &
    Required<Pick<Settings, "name" | "lat" | "lon">> & { readonly name: string; readonly lat: number; readonly lon: number };
}

/** Why a row is refused. */
export const rowRefusals = [
  "row_malformed",
  "unknown_field",
  "name_missing",
  "field_invalid",
  "not_a_locker",
  "kind_unknown",
  "coordinates_missing",
  "coordinates_invalid",
  "coordinates_out_of_range",
  "coordinates_swapped",
  "layout_invalid",
  "opening_hours_invalid",
  "acceptance_needed",
  "duplicate",
] as const;
export type RowRefusal = (typeof rowRefusals)[number];

const refuse = (code: RowRefusal, why: string): never => {
  throw new Refused(code, why);
};

const yes = new Map([
  ["true", true],
  ["yes", true],
  ["1", true],
  ["false", false],
  ["no", false],
  ["0", false],
]);
const text = line(200);
const schemas = {
  id: z.union([line(100), z.int().transform(String)]),
  carrier: text,
  kind: line(60),
  name: text,
  address: text,
  country: z
    .string()
    .trim()
    .regex(/^[A-Za-z]{2}$/, { error: "must be a country code of two letters" })
    .transform((code) => code.toUpperCase()),
  openingHours: line(500),
  supportPhone: line(40),
  status: z.enum(stationStatuses),
  stepFree: z.union([
    z.boolean(),
    z.string().transform((word, c) => yes.get(word.trim().toLowerCase()) ?? (c.addIssue("must be true or false"), z.NEVER)),
  ]),
  walkUp: z.union([
    z.array(z.int()).max(999),
    z
      .string()
      .regex(/^[\d\s]*$/, { error: "must be door numbers separated by spaces" })
      .transform((list) => list.split(/\s+/).filter(Boolean).map(Number)),
  ]),
} as const;

/** Reads one row. Throws Refused with one of `rowRefusals` and a sentence for the person who has the file. */
export function readRow(raw: RawRow, ignoreUnknown: boolean): GoodRow {
  if (raw === null) return refuse("row_malformed", "This is no row: it has too few or too many fields, or is no object.");
  const cells = cellsOf(raw, ignoreUnknown);
  const field = <K extends keyof typeof schemas>(column: K): z.output<(typeof schemas)[K]> | undefined => {
    const value = cells.get(column);
    if (value === undefined) return undefined;
    const parsed = schemas[column].safeParse(value);
    return parsed.success
      ? (parsed.data as z.output<(typeof schemas)[K]>)
      : refuse("field_invalid", `${column}: ${parsed.error.issues[0]?.message ?? "not valid"}.`);
  };
  const kind = field("kind") ?? "locker";
  judgeKind(kind);
  const name = field("name") ?? refuse("name_missing", "The station has no name.");
  const country = field("country");
  const place = placeOf(cells.get("lat"), cells.get("lon"), country);
  const id = field("id");
  const carrier = field("carrier");
  const isOwn = id !== undefined && z.uuid().safeParse(id.toLowerCase()).success;
  const key = isOwn
    ? ["uuid", id.toLowerCase()]
    : id !== undefined
      ? ["id", carrier ?? "", id]
      : ["place", carrier ?? "", plainKind(kind), name, place.lat, place.lon];
  return {
    key: JSON.stringify(key),
    id: isOwn ? id.toLowerCase() : null,
    said: {
      name,
      ...place,
      carrier,
      address: field("address"),
      country,
      openingHours: field("openingHours"),
      stepFree: field("stepFree"),
      supportPhone: field("supportPhone"),
      status: field("status"),
      layout: layoutOf(cells.get("layout")),
      walkUp: field("walkUp"),
    },
  };
}

function cellsOf(raw: Readonly<Record<string, unknown>>, ignoreUnknown: boolean): ReadonlyMap<Column, unknown> {
  const cells = new Map<Column, unknown>();
  for (const [name, value] of Object.entries(raw)) {
    const column = columnNamed(name);
    if (column === undefined && !ignoreUnknown)
      refuse("unknown_field", `The field “${name.slice(0, 60)}” is not known. Correct its name, or ask to ignore unknown fields.`);
    if (column === undefined || value === null || value === "") continue;
    // A name that stands for itself wins over one that stands for another.
    if (!cells.has(column) || name === column) cells.set(column, value);
  }
  return cells;
}

function judgeKind(kind: string): void {
  const plain = plainKind(kind);
  if (lockerKinds.has(plain)) return;
  const other = otherKinds.get(plain);
  if (other !== undefined) refuse("not_a_locker", `“${kind}” is ${other}, no locker.`);
  refuse("kind_unknown", `It is not known whether “${kind}” is a locker.`);
}

function degrees(value: unknown, what: string): number {
  if (typeof value === "number") return value;
  if (typeof value === "string" && /^\s*[+-]?\d{1,3}(\.\d{1,20})?\s*$/.test(value)) return Number(value);
  const hint = typeof value === "string" && /^\s*-?\d+,\d+\s*$/.test(value) ? " Write a decimal point instead of the comma." : "";
  return refuse("coordinates_invalid", `The ${what} is no number of degrees.${hint}`);
}

/** Both or neither: a place on the globe, plausible for its country. */
function placeOf(latitude: unknown, longitude: unknown, country: string | undefined): { readonly lat: number; readonly lon: number } {
  if (latitude === undefined || longitude === undefined) refuse("coordinates_missing", "The station has no coordinates.");
  const [lat, lon] = [degrees(latitude, "latitude"), degrees(longitude, "longitude")];
  const onGlobe = (a: number, b: number): boolean => Math.abs(a) <= 90 && Math.abs(b) <= 180;
  if (!onGlobe(lat, lon) && onGlobe(lon, lat))
    refuse("coordinates_swapped", `Latitude ${lat} and longitude ${lon} are the wrong way round.`);
  if (!onGlobe(lat, lon)) refuse("coordinates_out_of_range", `Latitude ${lat}, longitude ${lon} is no place on the globe.`);
  if (lat === 0 && lon === 0) refuse("coordinates_missing", "Latitude 0, longitude 0 is in the sea: the coordinates are missing.");
  const zones = country === undefined ? undefined : zonesOf(country);
  if (zones && onGlobe(lon, lat) && !zones.has(sameZone(timeZoneAt(lat, lon))) && zones.has(sameZone(timeZoneAt(lon, lat))))
    refuse("coordinates_swapped", `Latitude ${lat}, longitude ${lon} is not in ${country}, but the other way round it is.`);
  return { lat, lon };
}

const preferred = new Map<string, string>();
/** Zones go by several names (Europe/Kyiv, Europe/Kiev): the one that Intl prefers. Kept, for asking is slow. */
function sameZone(zone: string): string {
  const known = preferred.get(zone) ?? new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
  preferred.set(zone, known);
  return known;
}
const zonesByCountry = new Map<string, ReadonlySet<string> | undefined>();

/** The time zones of a country; undefined when it is not known. */
function zonesOf(country: string): ReadonlySet<string> | undefined {
  if (!zonesByCountry.has(country)) {
    // In ES2026, not yet in TypeScript's library: https://tc39.es/proposal-intl-locale-info/
    const locale = new Intl.Locale(`und-${country}`) as Intl.Locale & { getTimeZones?(): readonly string[] | undefined };
    const zones = locale.getTimeZones?.() ?? [];
    zonesByCountry.set(country, zones.length > 0 ? new Set(zones.map(sameZone)) : undefined);
  }
  return zonesByCountry.get(country);
}

function layoutOf(value: unknown): Layout | undefined {
  if (value === undefined) return undefined;
  let given = value;
  if (typeof value === "string") {
    try {
      given = JSON.parse(value);
    } catch {
      refuse("layout_invalid", "The layout is not JSON.");
    }
  }
  const parsed = Layout.safeParse(given);
  return parsed.success
    ? parsed.data
    : refuse("layout_invalid", `The layout is not valid: ${z.prettifyError(parsed.error).replace(/\s+/g, " ").slice(0, 200)}.`);
}
