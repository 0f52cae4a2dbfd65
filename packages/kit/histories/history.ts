import type { RawBuilder } from "kysely";

type Sql = RawBuilder<unknown>;

/** What may not leave the database at present: cases and persons, each as a `uuid[]`. */
export interface Held {
  readonly cases: Sql;
  readonly persons: Sql;
}

/**
 * A table of a module, and which of its rows are history. A row leaves with the *case* that it belongs to (something that begins and ends,
 * here a parcel), or, when it belongs to none, by its age. The row is called `t` in every expression.
 */
export interface HistoryTable {
  /** With its schema. */
  readonly table: string;
  /** The rows of these cases, a `uuid[]`. Which they are must not depend on rows of tables that stand before this one. */
  readonly ofCases?: (cases: Sql) => Sql;
  /**
   * Rows that leave when `at` is long past. Neither `at` nor `where` may change for a row that has come so far. A row to which others refer
   * says in `where` that they are gone; it leaves with the file after theirs.
   */
  readonly byAge?: { readonly at: Sql; readonly where: (held: Held) => Sql };
  /** Columns that are sealed for a person, and the place that each was sealed for. */
  readonly sealed?: Readonly<Record<string, (row: Readonly<Record<string, unknown>>) => string>>;
}

/** What of one module's schema is history: the module's own word, which the archive follows without knowing any table. */
export interface History {
  readonly module: string;
  /** What refers to another table stands before it. */
  readonly tables: readonly HistoryTable[];
  /** Statements that come before the rows of these cases are deleted, in the same transaction. */
  readonly leaving?: (cases: Sql) => readonly Sql[];
  /** A query for the `id` of those among the given cases with which the module is not done: they stay. */
  readonly busy?: (cases: Sql) => Sql;
  /**
   * Of a module that knows cases: a query for `id`, `person` (whom it is about; null: nobody) and `began_at` of those that ended at or before
   * `before`, from `after` on in the order of (`began_at`, `id`).
   */
  readonly ended?: (before: Date, after: { readonly at: Date; readonly id: string }, limit: number) => Sql;
  /** A query for the `id` of the cases that are about these persons, of the same module. */
  readonly casesOf?: (persons: Sql) => Sql;
}
