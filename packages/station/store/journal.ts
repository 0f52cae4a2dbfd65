import { createHash } from "node:crypto";
import { seal, type SigningKey } from "@pigeonhole/protocol/envelope";
import { StationEvent, type Envelope, type StationFact } from "@pigeonhole/protocol/messages";
import type { Sql } from "./database.ts";

/** What the first entry of an epoch names as the one before it. */
const beginning = "0".repeat(64);
/** Acknowledged entries kept all the same, for whoever stands before the cabinet with a laptop. */
const keptEntries = 20_000;

/** The station's own log: numbered without gaps, each entry naming the hash of the one before, each signed. Appended inside the transaction of the fact. */
export const journalStore = (
  sql: Sql,
  { station, epoch, key }: { readonly station: string; readonly epoch: number; readonly key: SigningKey },
  appended: () => void,
) => {
  const last = sql.prepare("select seq, body from event order by seq desc limit 1");
  const add = sql.prepare("insert into event (seq, body, sig) values (?, ?, ?)");
  const from = sql.prepare("select body, sig from event where seq > ? order by seq limit ?");
  const deposits = sql.prepare(
    "select body, sig from event where seq > ? and json_extract(body, '$.event.type') = 'parcel_deposited' order by seq desc limit ?",
  );
  const forget = sql.prepare("delete from event where seq <= ?");
  const lastRow = (): { seq: number; body: string } | undefined => last.get() as { seq: number; body: string } | undefined;
  return {
    append(event: StationFact, at: Date): number {
      const before = lastRow();
      const previous = before ? createHash("sha256").update(before.body).digest("hex") : beginning;
      const seq = (before?.seq ?? 0) + 1;
      const entry: StationEvent = { v: 1, station, epoch, seq, previous, at: at.toISOString(), event };
      const { body, sig } = seal("event", StationEvent.parse(entry), key);
      add.run(seq, body, sig);
      appended();
      return seq;
    },
    lastSeq: (): number => lastRow()?.seq ?? 0,
    /** Signed entries after a position, oldest first. */
    after: (seq: number, limit: number): Envelope[] =>
      (from.all(seq, limit) as unknown as { body: string; sig: string }[]).map(({ body, sig }) => ({ kid: key.kid, sig, body })),
    /** Signed entries of deposits after a position, newest first. */
    deposits: (seq: number, limit: number): Envelope[] =>
      (deposits.all(seq, limit) as unknown as { body: string; sig: string }[]).map(({ body, sig }) => ({ kid: key.kid, sig, body })),
    forgetAcknowledged: (seq: number): void => {
      forget.run(seq - keptEntries);
    },
  };
};
