import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";

/** The migrations of one module: files `0001_name.sql`, … in `folder`, forward only. */
export interface MigrationSet {
  readonly name: string;
  readonly folder: URL | string;
}

/** kit's own tables; always migrated first. */
export const kitMigrations: MigrationSet = { name: "kit", folder: new URL("./migrations/", import.meta.url) };

export interface Migration {
  readonly set: string;
  readonly file: string;
  readonly sql: string;
  readonly checksum: string;
}

/** Reads the files of each set in their order. */
export function readMigrations(sets: readonly MigrationSet[]): readonly Migration[] {
  return [kitMigrations, ...sets].flatMap(({ name, folder }) => {
    const at = folder instanceof URL ? fileURLToPath(folder) : folder;
    const files = readdirSync(at)
      .filter((file) => file.endsWith(".sql"))
      .toSorted();
    return files.map((file) => {
      const sql = readFileSync(path.join(at, file), "utf8");
      return { set: name, file, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    });
  });
}

interface Options {
  /** Leaves out the files for which it answers false: a backup is restored into the schema that it was taken from. */
  readonly only?: (migration: Migration) => boolean;
}

// Any constant will do, as long as every process that migrates takes the same one.
const lockNumber = 7_423_001;

/**
 * Brings the database at `url` up to date: each file in a transaction of its own, under an advisory lock, so that several
 * processes may start at once. Refuses a file that changed after it was applied, and a database that a newer version has migrated.
 * Returns the files applied now.
 */
export async function migrate(url: string, sets: readonly MigrationSet[], { only = () => true }: Options = {}): Promise<readonly string[]> {
  const wanted = readMigrations(sets);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [lockNumber]);
    await client.query(`create schema if not exists kit;
      create table if not exists kit.migration (set text, file text, checksum text not null, primary key (set, file))`);
    const { rows } = await client.query<{ set: string; file: string; checksum: string }>("select * from kit.migration");
    const known = new Set(sets.map((set) => set.name).concat("kit"));
    for (const row of rows.filter(({ set }) => known.has(set))) {
      const same = wanted.find((m) => m.set === row.set && m.file === row.file);
      if (!same)
        throw new Error(
          `the database has migration ${row.set}/${row.file}, which this version does not know: it is too old for this database`,
        );
      if (same.checksum !== row.checksum) throw new Error(`migration ${row.set}/${row.file} was changed after it was applied`);
    }
    const applied: string[] = [];
    for (const m of wanted.filter((m) => only(m) && !rows.some((row) => row.set === m.set && row.file === m.file))) {
      try {
        await client.query("begin");
        await client.query(m.sql);
        await client.query("insert into kit.migration (set, file, checksum) values ($1, $2, $3)", [m.set, m.file, m.checksum]);
        await client.query("commit");
      } catch (error) {
        await client.query("rollback");
        throw new Error(`migration ${m.set}/${m.file}`, { cause: error });
      }
      applied.push(`${m.set}/${m.file}`);
    }
    return applied;
  } finally {
    await client.end();
  }
}
