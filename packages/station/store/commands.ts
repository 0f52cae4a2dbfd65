import type { Result } from "@pigeonhole/protocol/messages";
import type { Sql } from "./database.ts";

/** Commands whose sequence number lies so far below the highest seen are refused unread; each number inside is accepted once (as in IPsec, RFC 4303 §3.4.3). */
export const sequenceWindow = 64;

interface Row {
  id: string;
  outcome: Result["outcome"] | null;
  reason: string | null;
  at: string;
}
const view = (row: Row): Result => ({ command: row.id, outcome: row.outcome ?? "unknown", reason: row.reason, at: row.at });

export const commandStore = (sql: Sql) => {
  const find = sql.prepare("select id, outcome, reason, at from command where id = ?");
  const highest = sql.prepare("select max(seq) as seq from command where epoch = ?");
  const taken = sql.prepare("select 1 from command where epoch = ? and seq = ?");
  const see = sql.prepare("insert into command (id, epoch, seq, at) values (?, ?, ?, ?)");
  const settle = sql.prepare("update command set outcome = ?, reason = ?, at = ? where id = ? and outcome is null");
  const unreported = sql.prepare("select id, outcome, reason, at from command where outcome is not null and is_reported = 0 order by seq");
  const reported = sql.prepare("update command set is_reported = 1 where id = ?");
  // The newest stay, so that the window never forgets the highest number.
  const forget = sql.prepare("delete from command where is_reported = 1 and at < ? and seq < (select max(seq) from command) - ?");
  return {
    /** The result of a command seen before; `unknown` while it is still being carried out. */
    seen: (id: string): Result | undefined => {
      const row = find.get(id) as unknown as Row | undefined;
      return row && view(row);
    },
    isFreshSequence: (epoch: number, seq: number): boolean => {
      const top = (highest.get(epoch) as { seq: number | null }).seq ?? 0;
      return seq > top - sequenceWindow && taken.get(epoch, seq) === undefined;
    },
    see: (id: string, epoch: number, seq: number, at: Date): void => {
      see.run(id, epoch, seq, at.toISOString());
    },
    settle: (id: string, outcome: Result["outcome"], reason: string | null, at: Date): void => {
      settle.run(outcome, reason, at.toISOString(), id);
    },
    unreported: (): Result[] => (unreported.all() as unknown as Row[]).map(view),
    reported: (id: string): void => {
      reported.run(id);
    },
    forgetBefore: (at: Date): void => {
      forget.run(at.toISOString(), sequenceWindow);
    },
  };
};
