import type { Sql } from "./database.ts";

/**
 * What lies, or may lie, in a compartment. Exactly one of `parcel` and `deposit` is set. Parcels of one person may share a compartment (N5): each
 * has its own row, and at most one of them is being put in or taken out by a courier.
 */
export interface Content {
  readonly compartment: number;
  readonly state: "reserved" | "stored" | "collecting" | "retrieving" | "unsure";
  readonly parcel: string | null;
  readonly deposit: string | null;
  /** Keyed hash of a walk-up's code; a parcel's codes are those of its grants. */
  readonly codeHash: string | null;
  /** Of a walk-up. */
  readonly expiresAt: string | null;
  readonly actor: string;
  /** The opening that put it there. */
  readonly intent: string;
  /** The grant by which it is being collected. */
  readonly takenBy: string | null;
  readonly since: string;
  /** A customer's parcel that goes back. */
  readonly isReturn: boolean;
}
interface Row {
  compartment: number;
  state: Content["state"];
  parcel: string | null;
  deposit: string | null;
  code_hash: string | null;
  expires_at: string | null;
  actor: string;
  intent: string;
  taken_by: string | null;
  since: string;
  is_return: number;
}

const view = (row: Row): Content => ({
  compartment: row.compartment,
  state: row.state,
  parcel: row.parcel,
  deposit: row.deposit,
  codeHash: row.code_hash,
  expiresAt: row.expires_at,
  actor: row.actor,
  intent: row.intent,
  takenBy: row.taken_by,
  since: row.since,
  isReturn: row.is_return === 1,
});

export const contentStore = (sql: Sql) => {
  const all = sql.prepare("select * from content order by compartment");
  const counts = sql.prepare("select count(*) as every, count(*) filter (where state = 'unsure') as unsure from content");
  // What is being moved comes first, then what is doubtful, then what came first.
  const within = sql.prepare(
    "select * from content where compartment = ? order by case state when 'stored' then 2 when 'unsure' then 1 else 0 end, rowid",
  );
  const ofParcel = sql.prepare("select * from content where parcel = ?");
  const ofCode = sql.prepare("select * from content where code_hash = ?");
  const write =
    sql.prepare(`insert or replace into content (compartment, state, parcel, deposit, code_hash, expires_at, actor, intent, taken_by, since, is_return)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const remove = sql.prepare("delete from content where compartment = ? and coalesce(parcel, deposit) = ?");
  const spend = sql.prepare("insert into spent (id, code_hash, at) values (?, ?, ?) on conflict (id) do nothing");
  const unspend = sql.prepare("delete from spent where id = ?");
  const isSpent = sql.prepare("select 1 from spent where id = ?");
  const codeSpentAs = sql.prepare("select code_hash from spent where id = ?");
  const isCodeSpent = sql.prepare("select 1 from spent where code_hash = ?");
  const forget = sql.prepare("delete from spent where at < ?");
  const found = (row: unknown): Content | undefined => (row === undefined ? undefined : view(row as Row));
  return {
    all: (): Content[] => (all.all() as unknown as Row[]).map(view),
    /** How many compartments hold something, and of how many of them nobody can tell. */
    counts: (): { readonly all: number; readonly unsure: number } => {
      const { every, unsure } = counts.get() as { every: number; unsure: number };
      return { all: every, unsure };
    },
    /** What a visit to this compartment is about, or the first that lies there. */
    of: (compartment: number): Content | undefined => found(within.get(compartment)),
    allOf: (compartment: number): Content[] => (within.all(compartment) as unknown as Row[]).map(view),
    ofParcel: (parcel: string): Content | undefined => found(ofParcel.get(parcel)),
    ofCode: (codeHash: string): Content | undefined => found(ofCode.get(codeHash)),
    put: (c: Content): void => {
      write.run(
        c.compartment,
        c.state,
        c.parcel,
        c.deposit,
        c.codeHash,
        c.expiresAt,
        c.actor,
        c.intent,
        c.takenBy,
        c.since,
        c.isReturn ? 1 : 0,
      );
    },
    remove: ({ compartment, parcel, deposit }: Content): void => {
      remove.run(compartment, parcel ?? deposit);
    },
    /** A right is used up, a parcel has left. */
    spend: (id: string, codeHash: string | null, at: Date): void => {
      spend.run(id, codeHash, at.toISOString());
    },
    /** The door is known not to have opened: the right is whole again. */
    unspend: (id: string): void => {
      unspend.run(id);
    },
    /** The code that a right which was used up belonged to; the desired document may have forgotten both already. */
    codeSpentAs: (id: string): string | null => (codeSpentAs.get(id) as { code_hash: string | null } | undefined)?.code_hash ?? null,
    isSpent: (id: string): boolean => isSpent.get(id) !== undefined,
    isCodeSpent: (codeHash: string): boolean => isCodeSpent.get(codeHash) !== undefined,
    forgetSpentBefore: (at: Date): void => {
      forget.run(at.toISOString());
    },
  };
};
