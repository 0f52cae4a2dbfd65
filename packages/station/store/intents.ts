import { Cause } from "@pigeonhole/protocol/messages";
import type { Purpose } from "../kiosk/contract.ts";
import type { Sql } from "./database.ts";

/** One attempt to open one door. */
export interface Intent {
  readonly id: string;
  readonly compartment: number;
  readonly purpose: Purpose;
  readonly cause: Cause;
  readonly at: string;
  /** Null until it is known; after a restart that means: nobody was there to see. */
  readonly outcome: "opened" | "refused" | "unknown" | null;
}
interface Row {
  id: string;
  compartment: number;
  purpose: Purpose;
  cause: string;
  at: string;
  outcome: Intent["outcome"];
}
const view = (row: Row): Intent => ({
  id: row.id,
  compartment: row.compartment,
  purpose: row.purpose,
  cause: Cause.parse(JSON.parse(row.cause)),
  at: row.at,
  outcome: row.outcome,
});
const columns = "id, compartment, purpose, cause, at, outcome";

export const intentStore = (sql: Sql) => {
  const add = sql.prepare("insert into intent (id, compartment, purpose, cause, command, at) values (?, ?, ?, ?, ?, ?)");
  const settle = sql.prepare("update intent set outcome = ?, reason = ? where id = ?");
  const pending = sql.prepare(`select ${columns} from intent where outcome is null order by rowid`);
  // In the order in which they were written: a clock that was put back says nothing about it.
  const one = sql.prepare("select outcome from intent where id = ?");
  const latest = sql.prepare(`select ${columns} from intent where compartment = ? order by rowid desc limit 1`);
  const remote = sql.prepare("select count(*) as count from intent where command is not null and at > ?");
  const forget = sql.prepare("delete from intent where outcome is not null and at < ?");
  return {
    add: (i: Omit<Intent, "outcome">): void => {
      add.run(i.id, i.compartment, i.purpose, JSON.stringify(i.cause), i.cause.kind === "command" ? i.cause.command : null, i.at);
    },
    settle: (id: string, outcome: NonNullable<Intent["outcome"]>, reason: string | null): void => {
      settle.run(outcome, reason, id);
    },
    pending: (): Intent[] => (pending.all() as unknown as Row[]).map(view),
    /** How this attempt ended; null: it has not; undefined: it is forgotten. */
    outcomeOf: (id: string): Intent["outcome"] | undefined => (one.get(id) as { outcome: Intent["outcome"] } | undefined)?.outcome,
    latest: (compartment: number): Intent | undefined => {
      const row = latest.get(compartment) as unknown as Row | undefined;
      return row && view(row);
    },
    /** Openings by remote command after an instant. */
    remoteSince: (at: Date): number => (remote.get(at.toISOString()) as { count: number }).count,
    forgetBefore: (at: Date): void => {
      forget.run(at.toISOString());
    },
  };
};
