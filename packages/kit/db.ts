import { Kysely, PostgresDialect, type Transaction } from "kysely";
import pg from "pg";

/** Reads take `Db`, writes take `Tx`: what asks for a `Tx` cannot be called outside a transaction. */
export type Db<T = unknown> = Kysely<T>;
export type Tx<T = unknown> = Transaction<T>;

// bigint columns are counters and positions below 2^53 here: numbers, not strings.
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`bigint ${text} does not fit a number`);
  return value;
});

interface Options {
  /** At most so many sessions at once. */
  readonly connections?: number;
  /** A query that takes longer is cancelled by the server. Milliseconds. */
  readonly statementTimeoutMs?: number;
}

const prepared = /^\s*\/\* prepared: (\S{1,60}) \*\//;

/** The wire protocol's client: a statement that begins with such a comment is parsed once per session under that name (and planned once, when PostgreSQL finds one plan as good as many). */
class Session extends pg.Client {
  // pg's overloads are many; kysely calls it with a text and values.
  // oxlint-disable-next-line no-explicit-any
  override query(first: any, ...rest: any[]): any {
    const name = typeof first === "string" ? prepared.exec(first)?.[1] : undefined;
    // oxlint-disable-next-line no-explicit-any
    const query = super.query as (...args: any[]) => any;
    if (name === undefined) return query.call(this, first, ...rest);
    const [values, ...others] = rest;
    return query.call(this, { name, text: first, values }, ...others);
  }
}

/**
 * Opens a pool; an idle session that the server ends is replaced, not fatal. A statement on a hot path may begin with a comment
 * `prepared: module.verb` between slash-stars; its text must then always be the same.
 */
export function connect<T>(url: string, { connections = 16, statementTimeoutMs = 30_000 }: Options = {}): Db<T> {
  const pool = new pg.Pool({
    Client: Session,
    connectionString: url,
    max: connections,
    statement_timeout: statementTimeoutMs,
    connectionTimeoutMillis: 10_000,
  });
  pool.on("error", () => {});
  // A session that is lent out, and breaks between two statements, has nobody else who listens: its next statement fails, and that is told to whoever has it.
  pool.on("connect", (session) => session.on("error", () => {}));
  return new Kysely<T>({ dialect: new PostgresDialect({ pool }) });
}

/** The same pool seen with other row types: each module sees its own schema. */
export const viewAs = <T>(db: Db<never> | Db<unknown>): Db<T> => db as unknown as Db<T>;

/** Reads that belong together see one moment, whatever is written meanwhile. */
export const atOneMoment = <T, R>(db: Db<T>, read: (db: Db<T>) => Promise<R>): Promise<R> =>
  db.transaction().setIsolationLevel("repeatable read").setAccessMode("read only").execute(read);

/** Whether an error is PostgreSQL's refusal by the named constraint or unique index. */
export const violates = (error: unknown, constraint: string): boolean =>
  error instanceof Error && "constraint" in error && error.constraint === constraint;
