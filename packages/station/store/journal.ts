import { createHash } from "node:crypto";
import { seal, type SigningKey } from "@pigeonhole/protocol/envelope";
import { StationEvent, type Envelope, type StationFact } from "@pigeonhole/protocol/messages";
import { maxMessageBytes } from "@pigeonhole/protocol/topics";
import type { Sql } from "./database.ts";
import { isNoise, noiseStore } from "./noise.ts";

/** What the first entry of an epoch names as the one before it. */
const beginning = "0".repeat(64);
/** What an entry takes in a message beside its body, signature and all; more than it is. Bytes. */
const besideBytes = 400;
/** Acknowledged entries kept all the same, for whoever stands before the cabinet with a laptop. */
const keptEntries = 20_000;
/** Entries that wait for the backend, unless configured otherwise: about 140 MB, and more than a busy station writes in a month. */
export const defaultEventLimit = 200_000;
/** From this share of the limit on, noise is counted instead of written; from this one on, no deposit is taken. What lies inside can still be given out and recorded. */
const shares = { noise: 0.5, deposits: 0.9 } as const;
/** While the log is tight, what was counted is written down this often. Milliseconds. */
const summaryMs = 3_600_000;

const digestOf = (body: string): string => createHash("sha256").update(body).digest("hex");

/** How much room the log has: `tight` counts noise together, `full` ends deposits. */
export type Room = "ample" | "tight" | "full";

export interface JournalIdentity {
  readonly station: string;
  readonly epoch: number;
  readonly key: SigningKey;
  /** Entries that may wait for the backend. Those about who has what are written beyond it all the same. */
  readonly eventLimit?: number;
}

/** The station's own log: numbered without gaps, each entry naming the hash of the one before, each signed. Appended inside the transaction of the fact. */
export const journalStore = (
  sql: Sql,
  { station, epoch, key, eventLimit = defaultEventLimit }: JournalIdentity,
  acknowledged: () => number,
  appended: () => void,
) => {
  const last = sql.prepare("select seq, body from event order by seq desc limit 1");
  const add = sql.prepare("insert into event (seq, body, sig) values (?, ?, ?)");
  const from = sql.prepare("select seq, body, sig from event where seq > ? order by seq limit ?");
  const oldest = sql.prepare("select max(seq) as seq from event e where not exists (select 1 from event b where b.seq = e.seq - 1)");
  const deposits = sql.prepare(
    "select body, sig from event where seq > ? and json_extract(body, '$.event.type') = 'parcel_deposited' order by seq desc limit ?",
  );
  const forget = sql.prepare("delete from event where seq <= ?");
  const noise = noiseStore(sql);
  // The end of the log is asked for many times for each entry; this process alone writes it. Forgotten when a transaction is rolled back.
  let end: { readonly seq: number; readonly digest: string } | undefined;
  const endOfLog = (): { readonly seq: number; readonly digest: string } => {
    if (end) return end;
    const row = last.get() as { seq: number; body: string } | undefined;
    end = row ? { seq: row.seq, digest: digestOf(row.body) } : { seq: 0, digest: beginning };
    return end;
  };

  function room(): Room {
    const waiting = endOfLog().seq - acknowledged();
    return waiting < eventLimit * shares.noise ? "ample" : waiting < eventLimit * shares.deposits ? "tight" : "full";
  }

  function write(event: StationFact, at: Date): number {
    const { seq: before, digest: previous } = endOfLog();
    const seq = before + 1;
    const entry: StationEvent = { v: 1, station, epoch, seq, previous, at: at.toISOString(), event };
    const { body, sig } = seal("event", StationEvent.parse(entry), key);
    add.run(seq, body, sig);
    end = { seq, digest: digestOf(body) };
    appended();
    return seq;
  }

  return {
    /** Answers the entry's number. Noise is only counted while the log is tight: then the answer is the last number. */
    append(event: StationFact, at: Date): number {
      if (room() === "ample") return write(event, at);
      const isCounted = isNoise(event, noise);
      // An alarm is written, and then counted with those that follow it within the hour.
      if (isCounted || event.type === "tampered") noise.count(event, at);
      if (!isCounted) return write(event, at);
      return endOfLog().seq;
    },
    /** What was appended last is not so: the transaction was rolled back. */
    rolledBack: (): void => {
      end = undefined;
    },
    room,
    /** Writes down what was counted: once there is room again, else once an hour. Inside a transaction. */
    summarise(at: Date): void {
      const since = noise.since();
      if (since === undefined || (room() !== "ample" && at.getTime() - new Date(since).getTime() < summaryMs)) return;
      write({ type: "noise_summarised", from: since, until: at.toISOString(), counts: noise.take() }, at);
    },
    lastSeq: (): number => endOfLog().seq,
    /** From here to the end no entry is missing; 1 in an empty log. Reads the whole log once. */
    oldestSeq: (): number => (oldest.get() as { seq: number | null }).seq ?? 1,
    /** Signed entries after a position, oldest first, as many as fit into one message. None when the next one is missing. */
    after(seq: number, limit: number): Envelope[] {
      const rows = from.all(seq, limit) as unknown as { seq: number; body: string; sig: string }[];
      const isWhole = rows.every((row, i) => row.seq === seq + 1 + i);
      let bytes = 0;
      const fit = rows.filter(
        ({ body }, i) => (bytes += Buffer.byteLength(JSON.stringify(body)) + besideBytes) <= maxMessageBytes || i === 0,
      );
      return isWhole ? fit.map(({ body, sig }) => ({ kid: key.kid, sig, body })) : [];
    },
    /** Signed entries of deposits after a position, newest first. */
    deposits: (seq: number, limit: number): Envelope[] =>
      (deposits.all(seq, limit) as unknown as { body: string; sig: string }[]).map(({ body, sig }) => ({ kid: key.kid, sig, body })),
    forgetAcknowledged: (seq: number): void => {
      forget.run(seq - keptEntries);
    },
  };
};
