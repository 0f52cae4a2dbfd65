import type { RawBuilder } from "kysely";

type Sql = RawBuilder<unknown>;

/** What may not leave the database at present: cases and persons, each as a `uuid[]`. */
export interface Held {
  readonly cases: Sql;
  readonly persons: Sql;
}

/** A person: their number, and their account as `actorText` writes it; null: they have none. */
export interface PersonOf {
  readonly subject: string;
  readonly customer: string | null;
}
/**
 * What of a table's rows their person is shown when they ask for everything that is kept of them (A10.1): under which name, and without which columns
 * (what opens something, and who else acted); or why nothing of it is theirs. Sealed values are shown where they are sealed for them. `isSaid`: while
 * they are in the database the module says them in words of its own.
 */
export type Shown = { readonly as: string; readonly without?: readonly string[]; readonly isSaid?: true } | { readonly no: string };

/** Rows about a person, whatever case they belong to. */
export interface PersonTable {
  readonly table: string;
  readonly shown: Shown;
  readonly ofPerson?: (person: PersonOf) => Sql;
  /** As in `HistoryTable`. */
  readonly sealed?: Readonly<Record<string, (row: Readonly<Record<string, unknown>>) => string>>;
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
  readonly shown: Shown;
  /** Rows about a person beside those of their cases. */
  readonly ofPerson?: (person: PersonOf) => Sql;
  /** Columns that are sealed for a person, and the place that each was sealed for. */
  readonly sealed?: Readonly<Record<string, (row: Readonly<Record<string, unknown>>) => string>>;
}

/** What of one module's schema is history: the module's own word, which the archive follows without knowing any table. */
export interface History {
  readonly module: string;
  /** What refers to another table stands before it. */
  readonly tables: readonly HistoryTable[];
  /** Tables that are no history and know persons. */
  readonly ofPersons?: readonly PersonTable[];
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
