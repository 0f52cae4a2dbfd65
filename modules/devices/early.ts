import type { Tx } from "@pigeonhole/kit/db";
import { StationEvent, type Envelope } from "@pigeonhole/protocol/messages";
import { readReceipts } from "@pigeonhole/protocol/receipts";
import type { Receipt } from "./contract.ts";
import { readEntry, type Entry } from "./journal.ts";
import * as early from "./queries/early.ts";
import * as queries from "./queries/events.ts";
import type { Tables } from "./tables.ts";

/** What a phone may bring ahead of the log: facts that stand by themselves, whatever else the log will tell. */
const carried: ReadonlySet<string> = new Set(["parcel_deposited"]);
/** A station that is cut off for long writes on: an entry may be so far ahead of what is known. Its station keeps the log between. */
const furthestAhead = 1_000_000;
/** Of one station so many entries wait for their log at most. */
const mostWaiting = 2_000;

/** The entries on pages as they were read, and how many pages were not readable. */
export function entriesOf(pages: readonly string[]): { readonly envelopes: readonly Envelope[]; readonly unreadable: number } {
  const read = pages.map((page) => readReceipts(page));
  return { envelopes: read.flatMap((page) => page?.entries ?? []), unreadable: read.filter((page) => page === undefined).length };
}

/**
 * Takes an entry of a station's log that somebody's phone brings (F4). Believed is the station's signature, not who brings it. Ahead of the
 * log it is reported at once and kept, so that the log may bring it later without reporting it again; where the log is already, it is
 * compared. Two entries of one number, both signed by the station, can not both be true: that is the station's contradiction, and kept aside.
 * What is not signed by a station of ours is refused and leaves no trace: else a phone could accuse a station.
 */
export async function receive(tx: Tx<Tables>, envelope: Envelope, by: string, at: Date): Promise<Receipt> {
  const named = stationIn(envelope.body);
  const log = named === undefined ? undefined : await queries.lockLog(tx, named);
  if (named === undefined || !log) return refused("unknown_station");
  if (!log.key) return refused("revoked");
  let entry: Entry;
  try {
    entry = readEntry(named, envelope, log.key);
  } catch {
    return refused("not_signed");
  }
  const { station, epoch, seq, event } = entry.event;
  const about = { station, epoch, seq, parcel: event.type === "parcel_deposited" ? event.parcel : null };
  if (epoch !== log.epoch) return { ...about, outcome: "refused", reason: "another_epoch" };
  if (!carried.has(event.type)) return { ...about, outcome: "refused", reason: "not_carried" };
  const waiting = await early.waiting(tx, station, epoch, log.seq);
  const known = seq <= log.seq ? await queries.digestOf(tx, station, epoch, seq) : waiting.get(seq);
  if (known === entry.digest) return { ...about, outcome: "known", reason: null };
  if (known !== undefined) {
    await queries.quarantine(tx, station, `entry ${seq} is another one than a phone has brought`, JSON.stringify(envelope), at);
    return { ...about, outcome: "refused", reason: "contradiction" };
  }
  if (seq <= log.seq || seq > log.seq + furthestAhead || waiting.size >= mostWaiting)
    return { ...about, outcome: "refused", reason: "too_far" };
  await early.keep(tx, entry, by, at);
  await queries.report(tx, [entry], log.certificate!, at);
  return { ...about, outcome: "accepted", reason: null };
}

const refused = (reason: Exclude<Receipt["reason"], null>): Receipt => ({
  station: null,
  epoch: null,
  seq: null,
  parcel: null,
  outcome: "refused",
  reason,
});

/** Whose log an entry claims to be of; nothing is believed yet. */
function stationIn(body: string): string | undefined {
  try {
    return StationEvent.shape.station.safeParse((JSON.parse(body) as { station?: unknown } | null)?.station).data;
  } catch {
    return undefined;
  }
}
