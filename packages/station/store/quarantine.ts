import type { QuarantineReason } from "@pigeonhole/protocol/reasons";
import type { Sql } from "./database.ts";

/** A compartment that takes nothing new until somebody has looked into it. `seq`: the entry of the log that says so. */
export interface Quarantined {
  readonly compartment: number;
  readonly reason: QuarantineReason;
  readonly seq: number;
  readonly since: string;
}

export const quarantineStore = (sql: Sql) => {
  const all = sql.prepare("select compartment, reason, seq, since from quarantine order by compartment");
  const one = sql.prepare("select compartment, reason, seq, since from quarantine where compartment = ?");
  const put = sql.prepare("insert or replace into quarantine (compartment, reason, seq, since) values (?, ?, ?, ?)");
  const remove = sql.prepare("delete from quarantine where compartment = ?");
  return {
    all: (): Quarantined[] => all.all() as unknown as Quarantined[],
    of: (compartment: number): Quarantined | undefined => one.get(compartment) as unknown as Quarantined | undefined,
    has: (compartment: number): boolean => one.get(compartment) !== undefined,
    put: (compartment: number, reason: QuarantineReason, seq: number, since: Date): void => {
      put.run(compartment, reason, seq, since.toISOString());
    },
    remove: (compartment: number): void => {
      remove.run(compartment);
    },
  };
};
