import { createHash } from "node:crypto";
import { canonical } from "@pigeonhole/kit/canonical";
import type { Entry } from "./contract.ts";

/** What the first entry names as the one before it. */
export const beginning = "0".repeat(64);

/** What is recorded of an access: ids and results, never personal data, so that erasing a person leaves the chain whole. */
export interface Access {
  readonly at: Date;
  readonly station: string | null;
  readonly compartment: number | null;
  readonly actor: string;
  readonly action: string;
  readonly result: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** SHA-256 over the canonical JSON of every other field, `previous` among them. */
export const hashOf = (entry: Omit<Entry, "hash">): string => createHash("sha256").update(canonical(entry)).digest("hex");

/** The next link. `detail` is taken as JSON takes it, so that what is hashed is what will be read. */
export function link(head: { readonly seq: number; readonly hash: string }, { at, ...rest }: Access, recordedAt: Date): Entry {
  const entry = {
    ...rest,
    detail: JSON.parse(JSON.stringify(rest.detail)) as Record<string, unknown>,
    seq: head.seq + 1,
    at: at.toISOString(),
    recordedAt: recordedAt.toISOString(),
    previous: head.hash,
  };
  return { ...entry, hash: hashOf(entry) };
}

/** Whether `entry` follows the link before it and says what it said when it was written. */
export const follows = (before: { readonly seq: number; readonly hash: string }, { hash, ...entry }: Entry): boolean =>
  entry.seq === before.seq + 1 && entry.previous === before.hash && hash === hashOf(entry);
