import type { Sql } from "./database.ts";

/** After a closing: the right to open the same door once more. `codeHash` and `grant` are what opened it. */
export interface Reopen {
  readonly compartment: number;
  readonly parcel: string | null;
  readonly deposit: string | null;
  readonly grant: string | null;
  readonly codeHash: string | null;
  /** Half-open: at this instant it is over. */
  readonly until: string;
  readonly isUsed: boolean;
  /** Other parcels that were given out with it (N5). */
  readonly beside: readonly string[];
}
interface Row {
  compartment: number;
  parcel: string | null;
  deposit: string | null;
  grant_id: string | null;
  code_hash: string | null;
  until: string;
  is_used: number;
  beside: string | null;
}
const view = (row: Row): Reopen => ({
  compartment: row.compartment,
  parcel: row.parcel,
  deposit: row.deposit,
  grant: row.grant_id,
  codeHash: row.code_hash,
  until: row.until,
  isUsed: row.is_used === 1,
  beside: row.beside === null ? [] : row.beside.split(" "),
});

export const reopenStore = (sql: Sql) => {
  const all = sql.prepare("select * from reopen order by compartment");
  const one = sql.prepare("select * from reopen where compartment = ?");
  const put = sql.prepare(
    "insert or replace into reopen (compartment, parcel, deposit, grant_id, code_hash, until, is_used, beside) values (?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const use = sql.prepare("update reopen set is_used = 1 where compartment = ?");
  const remove = sql.prepare("delete from reopen where compartment = ?");
  const forget = sql.prepare("delete from reopen where until <= ?");
  return {
    all: (): Reopen[] => (all.all() as unknown as Row[]).map(view),
    of: (compartment: number): Reopen | undefined => {
      const row = one.get(compartment) as unknown as Row | undefined;
      return row && view(row);
    },
    put: (r: Reopen): void => {
      put.run(
        r.compartment,
        r.parcel,
        r.deposit,
        r.grant,
        r.codeHash,
        r.until,
        r.isUsed ? 1 : 0,
        r.beside.length === 0 ? null : r.beside.join(" "),
      );
    },
    /** It is used up before the lock is fired. The compartment stays nobody else's until the time is over. */
    use: (compartment: number): void => {
      use.run(compartment);
    },
    remove: (compartment: number): void => {
      remove.run(compartment);
    },
    forgetBefore: (at: Date): void => {
      forget.run(at.toISOString());
    },
  };
};
