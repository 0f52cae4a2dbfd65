import type { Tx } from "@pigeonhole/kit/db";
import type { Acknowledge, Envelope, Result, StationEvent } from "@pigeonhole/protocol/messages";
import { followAcceptance } from "./accepted.ts";
import { judge, readEntry, type Entry, type Position } from "./journal.ts";
import * as early from "./queries/early.ts";
import * as outages from "./outages/queries.ts";
import { settle } from "./queries/commands.ts";
import * as queries from "./queries/events.ts";
import { askForSuspension } from "./tampered.ts";
import type { Tables } from "./tables.ts";

/**
 * Takes what follows the station's log as it is known, in order, each entry once; stops at a gap and at what cannot be true. Returns the
 * last good position: the station goes on from there. Undefined for a station that never enrolled.
 */
export async function ingest(tx: Tx<Tables>, station: string, envelopes: readonly Envelope[], at: Date): Promise<Acknowledge | undefined> {
  const log = await queries.lockLog(tx, station);
  if (!log) return undefined;
  if (!log.key) {
    await queries.quarantine(tx, station, "the station is revoked", JSON.stringify(envelopes), at);
    return undefined;
  }
  const brought = await early.waiting(tx, station, log.epoch, log.seq);
  const fresh: Entry[] = [];
  let position: Position = log;
  let contradiction: { reason: string; message: string } | undefined;
  for (const envelope of envelopes) {
    const entry = attempt(() => readEntry(station, envelope, log.key!));
    // On its way while the cabinet enrolled again: worth nothing any more, and no word against the station that it is now.
    if (entry instanceof Error && claimsFormerEpoch(envelope, log.epoch)) break;
    if (entry instanceof Error) {
      contradiction = { reason: entry.message.slice(0, 500), message: JSON.stringify(envelope) };
      break;
    }
    const { seq, epoch } = entry.event;
    const known =
      fresh.find((other) => other.event.seq === seq)?.digest ??
      (seq <= log.seq ? await queries.digestOf(tx, station, epoch, seq) : undefined);
    const verdict = judge(position, entry, known);
    if (verdict === "known") continue;
    if (verdict === "gap") break;
    if (verdict !== "next") {
      contradiction = { reason: verdict.contradiction, message: JSON.stringify(envelope) };
      break;
    }
    if (brought.has(seq) && brought.get(seq) !== entry.digest) {
      contradiction = { reason: `entry ${seq} is another one than a phone has brought`, message: JSON.stringify(envelope) };
      break;
    }
    fresh.push(entry);
    position = { epoch, seq, digest: entry.digest };
  }
  await queries.append(tx, station, log, fresh, (seq) => brought.has(seq), at);
  await early.confirm(
    tx,
    station,
    log.epoch,
    fresh.map(({ event }) => event.seq).filter((seq) => brought.has(seq)),
    at,
  );
  await outages.follow(tx, station, fresh, at);
  await followAcceptance(tx, station, fresh, log.certificate, at);
  for (const { event } of fresh) if (event.event.type === "tampered") await askForSuspension(tx as never, station, event.event);
  for (const { event } of fresh) {
    const result = resultIn(event);
    if (result) await settle(tx, station, result);
  }
  if (contradiction) await queries.quarantine(tx, station, contradiction.reason, contradiction.message, at);
  return { epoch: position.epoch, seq: position.seq };
}

/** What an entry says of an order's outcome: the log is kept until it is known to have arrived, a result that was told while nobody listened is lost. */
function resultIn({ event, at }: StationEvent): Result | undefined {
  if (event.type === "command_refused")
    return event.command === null ? undefined : { command: event.command, outcome: "refused", reason: event.reason, at };
  if ((event.type !== "compartment_opened" && event.type !== "open_failed") || event.cause.kind !== "command") return undefined;
  const { command } = event.cause;
  return event.type === "compartment_opened"
    ? { command, outcome: "opened", reason: null, at }
    : { command, outcome: event.outcome, reason: event.reason, at };
}

function attempt<T>(work: () => T): T | Error {
  try {
    return work();
  } catch (error) {
    return error instanceof Error ? error : new Error("unreadable", { cause: error });
  }
}

/** What an entry says of itself; nobody has verified it. */
function claimsFormerEpoch({ body }: Envelope, epoch: number): boolean {
  const claimed = attempt(() => (JSON.parse(body) as { epoch?: unknown }).epoch);
  return typeof claimed === "number" && claimed < epoch;
}
