import { z } from "@hono/zod-openapi";

/** What may be kept of a person. */
export const keptKinds = [
  "account",
  "sessions",
  "parcels",
  "messages",
  "browsers",
  "preferences",
  // What parcels and returns leave behind, table by table, and what has been put away (kept/everything.ts).
  "claims",
  "rights",
  "proxies",
  "people",
  "way",
  "away",
  "redirects",
  "returns",
  "courier",
  "openings",
  "inspections",
  "receipts",
  "reminders",
  "notices",
  "archived",
] as const;
/** What one module keeps of one person, in clear: for that person's own eyes. */
export const Kept = z.object({ what: z.enum(keptKinds), records: z.array(z.record(z.string(), z.unknown())) }).openapi("Kept");
export type Kept = z.output<typeof Kept>;
/** Records of one kind in one answer at most, the newest. */
export const maxKept = 1_000;

/** Something that is under way for a person: while it is, they cannot be erased. */
export const UnderWay = z.object({ parcel: z.uuid(), number: z.string(), state: z.string(), station: z.uuid() }).openapi("UnderWay");
export type UnderWay = z.output<typeof UnderWay>;

/** The routes between modules `GET /internal/…/persons/{subject}`: `customer` is their account, when they have one. */
export const personRequest = {
  params: z.object({ subject: z.uuid() }),
  query: z.object({ customer: z.uuid().optional() }),
};
