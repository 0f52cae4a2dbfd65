import { createHash, type KeyObject } from "node:crypto";
import { open } from "@pigeonhole/protocol/envelope";
import { StationEvent, type Envelope, type StationFact } from "@pigeonhole/protocol/messages";

/** How far a station's log is known: `digest` is the SHA-256 of the last entry's body, 64 zeros before the first. */
export interface Position {
  readonly epoch: number;
  readonly seq: number;
  readonly digest: string;
}
/** An entry whose signature and form are right. */
export interface Entry {
  readonly event: StationEvent;
  readonly digest: string;
  readonly envelope: Envelope;
}

/** Opens an entry with the key of the station's certificate. Throws with a sentence when it is not one of this station's. */
export function readEntry(station: string, envelope: Envelope, key: KeyObject): Entry {
  // The certificate decides whose key it is, so the id that the station gives its key does not matter.
  const event = opened(envelope, key);
  if (event.station !== station) throw new Error("the entry is another station's");
  // JSON that PostgreSQL does not take as jsonb: it would block every consumer.
  if (/\\u0000|\\ud[89a-f]/i.test(JSON.stringify(event))) throw new Error("the entry holds characters that cannot be stored");
  return { event, digest: createHash("sha256").update(envelope.body).digest("hex"), envelope };
}

function opened(envelope: Envelope, key: KeyObject): StationEvent {
  try {
    return open("event", envelope, { [envelope.kid]: key }, StationEvent);
  } catch (error) {
    // Zod's message is a list of faults, JSON's shows what it could not read.
    const isForm = error instanceof SyntaxError || (error instanceof Error && error.name === "ZodError");
    throw isForm ? new Error("the entry has another form than the protocol's", { cause: error }) : error;
  }
}

/**
 * What an entry is to a log that stands at `at`. `stored`: the digest kept under the entry's number. The log has no gaps: a number that it has passed and
 * that has none any more is so old that it is in the archive, and was read once.
 */
export type Verdict = "next" | "known" | "gap" | { readonly contradiction: string };
export function judge(at: Position, { event, digest }: Entry, stored: string | undefined): Verdict {
  if (event.epoch !== at.epoch) return { contradiction: `an entry of epoch ${event.epoch}, the station is in epoch ${at.epoch}` };
  if (event.seq <= at.seq)
    return stored === undefined || stored === digest ? "known" : { contradiction: `number ${event.seq} is used twice` };
  if (event.seq > at.seq + 1) return "gap";
  return event.previous === at.digest ? "next" : { contradiction: `entry ${event.seq} does not follow the one before it` };
}

/** The parcel that an entry is about, if any. */
export function parcelOf(event: StationFact): string | null {
  if ("parcel" in event) return event.parcel;
  return "cause" in event && "parcel" in event.cause ? event.cause.parcel : null;
}
export const compartmentOf = (event: StationFact): number | null => ("compartment" in event ? event.compartment : null);

const custody: ReadonlySet<string> = new Set([
  "parcel_deposited",
  "return_deposited",
  "parcel_collected",
  "parcel_retrieved",
  "pickup_disputed",
]);
/** Whether somebody else has the parcel afterwards. */
export const movesCustody = (fact: StationFact): boolean =>
  custody.has(fact.type) || (fact.type === "deposit_abandoned" && fact.reason === "wrong_parcel");
