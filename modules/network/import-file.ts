import { Refused } from "@pigeonhole/kit/refused";
import { parse } from "csv-parse/sync";
import { columnNamed } from "./import-columns.ts";

export const formats = ["csv", "json", "geojson"] as const;
export type Format = (typeof formats)[number];

/** A file has at most so many rows, and so many bytes. */
export const limits = { rows: 100_000, bytes: 268_435_456 } as const;

/** A row as the file has it, names not yet looked at; null where the file has something else in a row's place. */
export type RawRow = Readonly<Record<string, unknown>> | null;

/**
 * The rows of a file. Throws Refused, so that nothing is written, when it cannot be read as a whole: `file_too_large`, `file_not_utf8`,
 * `file_empty`, `file_truncated`, `file_malformed`, `too_many_rows`, `unknown_column`, `column_missing`.
 */
export function rowsOf(bytes: Uint8Array, format: Format | undefined, ignoreUnknown: boolean): readonly RawRow[] {
  if (bytes.byteLength > limits.bytes)
    throw new Refused("file_too_large", `The file has ${bytes.byteLength} bytes; at most ${limits.bytes} are read.`);
  const text = utf8(bytes);
  if (text.trim() === "") throw new Refused("file_empty", "The file is empty: there is nothing to import.");
  const first = text.trimStart()[0];
  const kind = format ?? (first === "[" ? "json" : first === "{" ? "geojson" : "csv");
  const rows = kind === "csv" ? csvRows(text, ignoreUnknown) : kind === "json" ? jsonRows(text) : geojsonRows(text);
  if (rows.length > limits.rows)
    throw new Refused("too_many_rows", `The file has ${rows.length} rows; at most ${limits.rows} are imported at once. Split it.`);
  return rows;
}

/** A byte order mark at the beginning is dropped. */
function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Refused("file_not_utf8", "The file is not UTF-8 text. Save it as UTF-8 and import it again.");
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const at = Number(/position (\d+)/.exec(why)?.[1] ?? -1);
    if (/end of JSON input|Unterminated/.test(why) || at >= text.trimEnd().length)
      throw new Refused("file_truncated", "The file ends in the middle: it is not whole.");
    throw new Refused("file_malformed", `The file is not JSON: ${why.slice(0, 200)}`);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

function jsonRows(text: string): readonly RawRow[] {
  const value = jsonOf(text);
  if (!Array.isArray(value)) throw new Refused("file_malformed", "A JSON file must be an array of stations.");
  return value.map((row: unknown) => (isObject(row) ? row : null));
}

/** Points only: a feature's coordinates become `lat` and `lon` beside its properties; its `id` counts when the properties have none. */
function geojsonRows(text: string): readonly RawRow[] {
  const value = jsonOf(text);
  if (!isObject(value) || value["type"] !== "FeatureCollection" || !Array.isArray(value["features"]))
    throw new Refused("file_malformed", "A GeoJSON file must be a FeatureCollection with features.");
  return value["features"].map((feature: unknown) => {
    if (!isObject(feature) || feature["type"] !== "Feature") return null;
    const { geometry, properties, id } = feature;
    const place =
      isObject(geometry) && geometry["type"] === "Point" && Array.isArray(geometry["coordinates"])
        ? (geometry["coordinates"] as unknown[])
        : [];
    return {
      ...(id === undefined || id === null ? {} : { id: String(id as string | number) }),
      ...(isObject(properties) ? properties : {}),
      lat: place[1] ?? null,
      lon: place[0] ?? null,
    };
  });
}

/** A header line with names, then a line for each station; comma or semicolon, quotes doubled inside quotes (RFC 4180). A row with too few or too many fields is null. */
function csvRows(text: string, ignoreUnknown: boolean): readonly RawRow[] {
  const header = text.slice(0, text.search(/[\r\n]|$/));
  const delimiter = header.split(";").length > header.split(",").length ? ";" : ",";
  let records: string[][];
  try {
    records = parse(text, { delimiter, relax_column_count: true, skip_empty_lines: true, trim: true, to: limits.rows + 2 });
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === "CSV_QUOTE_NOT_CLOSED")
      throw new Refused("file_truncated", "The file ends inside of quotation marks: it is not whole, or a quotation mark is missing.");
    throw new Refused("file_malformed", `The file is not CSV: ${message.slice(0, 200)}`);
  }
  const [names = [], ...rows] = records;
  const known = names.map(columnNamed);
  const unknown = names.filter((_, i) => known[i] === undefined);
  if (unknown.length > 0 && !ignoreUnknown)
    throw new Refused(
      "unknown_column",
      `The file has columns that are not known: ${unknown.join(", ")}. Correct their names, or ask to ignore them.`,
    );
  const twice = known.find((column, i) => column !== undefined && known.indexOf(column) !== i);
  if (twice) throw new Refused("file_malformed", `Two columns of the file mean ${twice}.`);
  const missing = (["name", "lat", "lon"] as const).filter((column) => !known.includes(column));
  if (missing.length > 0)
    throw new Refused("column_missing", `The file lacks the columns ${missing.join(", ")}; its first line must name the columns.`);
  return rows.map((row) =>
    row.length === names.length ? Object.fromEntries(row.flatMap((value, i) => (value === "" ? [] : [[names[i]!, value]]))) : null,
  );
}
