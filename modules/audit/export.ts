import type { Db } from "@pigeonhole/kit/db";
import { stringify } from "csv-stringify/sync";
import type { Entry } from "./contract.ts";
import { listOn, type Filter } from "./queries.ts";
import type { Tables } from "./tables.ts";

/** Entries read at once. */
const pageSize = 1_000;
const columns = ["seq", "at", "recordedAt", "action", "result", "actor", "station", "compartment", "detail", "previous", "hash"] as const;

/**
 * The entries that `filter` finds up to the entry `upTo`, oldest first, a page at a time. As CSV (RFC 4180), where what begins like a
 * formula is set in a leading apostrophe so that no spreadsheet runs it; or as JSON Lines, unchanged.
 */
export async function* exported(db: Db<Tables>, filter: Filter, upTo: number, format: "csv" | "jsonl"): AsyncGenerator<string> {
  if (format === "csv") yield stringify([columns]);
  for (let after = 0; ;) {
    const entries = await listOn(db, filter, after, upTo, pageSize);
    if (entries.length > 0) yield format === "csv" ? csv(entries) : entries.map((entry) => `${JSON.stringify(entry)}\n`).join("");
    if (entries.length < pageSize) return;
    after = entries.at(-1)!.seq;
  }
}

const csv = (entries: readonly Entry[]): string =>
  stringify(
    entries.map((entry) => columns.map((column) => (column === "detail" ? JSON.stringify(entry.detail) : entry[column]))),
    { escape_formulas: true },
  );

/** The body of an answer, read as fast as it is taken. */
export function fileOf(parts: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await parts.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await parts.return(undefined);
    },
  });
}
