import type { Db } from "../db.ts";
import type { KeyEncryption } from "./key-encryption.ts";
import * as queries from "./queries.ts";

/** Keys wrapped anew in one statement. */
const batchSize = 500;

/**
 * Wraps every key anew that another than the present key-encryption key has wrapped; no data is touched, and whoever reads meanwhile finds
 * the one or the other, which both open. Returns how many, at most `batches` statements' worth: 0 when all is done.
 */
export async function rewrap<T>(db: Db<T>, keys: KeyEncryption, batches: number): Promise<number> {
  let done = 0;
  for (let batch = 0; batch < batches; batch++) {
    const { subjects, named } = await queries.wrappedByOthers(db, await keys.current(), batchSize);
    if (subjects.length + named.length === 0) break;
    const anew = await Promise.all(
      subjects.map(async (row) => {
        const context = `kit.subject_key|${row.subject}|${row.generation}`;
        return {
          subject: row.subject,
          generation: row.generation,
          from: row.kek,
          to: await keys.wrap(await keys.unwrap(row, context), context),
        };
      }),
    );
    await queries.rewrapSubjects(db, anew);
    for (const row of named) {
      const context = `kit.data_key|${row.name}`;
      await queries.rewrapNamed(db, row.name, row.kek, await keys.wrap(await keys.unwrap(row, context), context));
    }
    done += subjects.length + named.length;
  }
  return done;
}

/** How far a change of the key-encryption key has come. */
export interface Rewrapping {
  readonly current: string;
  readonly done: number;
  readonly left: number;
}
export async function rewrapping<T>(db: Db<T>, keys: KeyEncryption): Promise<Rewrapping> {
  const current = await keys.current();
  const counts = await queries.countByKek(db);
  const sum = (isDone: boolean): number =>
    counts.filter(({ kek }) => (kek === current) === isDone).reduce((total, { keys: count }) => total + count, 0);
  return { current, done: sum(true), left: sum(false) };
}
