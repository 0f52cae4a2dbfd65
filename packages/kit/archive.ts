// Backup and restore without PostgreSQL's own programs: every table by COPY, in one snapshot, into one file.
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import pg from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { archiveReader, Header, Line, type Manifest } from "./archive-format.ts";
import { jobsVersion, migrateJobs } from "./jobs.ts";
import { migrate, readMigrations, type MigrationSet } from "./migrate.ts";
import { rebasePositions } from "./outbox-rebase.ts";
import { tablesInOrder, userRelations } from "./tables-in-order.ts";

export interface Report {
  readonly takenAt: string;
  readonly tables: number;
  readonly rows: number;
}

/**
 * Writes everything in the database at `url` into `file`, as of one instant, while others go on reading and writing. The file is there
 * when it is whole and on the disk, or not at all; it is readable by its owner alone.
 */
export async function backUp(url: string, file: string, at: Date): Promise<Report> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const report = { takenAt: at.toISOString(), tables: 0, rows: 0 };
  try {
    await client.query("begin isolation level repeatable read read only");
    const half = `${file}.part`;
    await pipeline(Readable.from(contents(client, report)), createGzip({ level: 4 }), createWriteStream(half, { mode: 0o600 }));
    await client.query("commit");
    await using handle = await open(half, "r+");
    await handle.sync();
    await rename(half, file);
    return report;
  } catch (cause) {
    await rm(`${file}.part`, { force: true });
    throw new Error(`the backup to ${file} was not made`, { cause });
  } finally {
    await client.end();
  }
}

async function* contents(client: pg.Client, report: { takenAt: string; tables: number; rows: number }): AsyncGenerator<Buffer> {
  const line = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value)}\n`);
  const { rows: migrations } = await client.query<Header["migrations"][number]>(
    "select set, file, checksum from kit.migration order by set, file",
  );
  const { rows: server } = await client.query<{ server_version: string }>("show server_version");
  const header: Header = {
    pigeonholeBackup: 1,
    takenAt: report.takenAt,
    postgres: server[0]!.server_version,
    migrations,
    jobs: await jobsVersion(client),
  };
  yield line(header);
  const manifest: Manifest["manifest"] = [];
  for (const { table, columns } of await tablesInOrder(client)) {
    yield line({ table, columns });
    const hash = createHash("sha256");
    const rows = client.query(copyTo(`copy ${table} (${columns.join(", ")}) to stdout`));
    for await (const chunk of rows as AsyncIterable<Buffer>) {
      hash.update(chunk);
      yield Buffer.concat([Buffer.from(`${chunk.length}\n`), chunk]);
    }
    yield Buffer.from("0\n");
    manifest.push({ table, rows: rows.rowCount, sha256: hash.digest("hex") });
    report.tables++;
    report.rows += rows.rowCount;
  }
  const { rows: sequences } = await client.query<{ name: string; last: string }>(
    `select format('%I.%I', schemaname, sequencename) as name, last_value::text as last from pg_sequences where last_value is not null order by 1`,
  );
  yield line({ manifest, sequences: sequences.map(({ name, last }) => ({ name, last, isCalled: true })) });
}

/**
 * Fills the empty database at `url` from a backup: makes the schema as it was then, copies the rows, and compares every table with the
 * manifest; all or nothing. The caller brings the schema up to date afterwards. Throws an Error that says what is in the way.
 */
export async function restore(url: string, file: string, sets: readonly MigrationSet[]): Promise<Report> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  // Whatever goes wrong reaches the reader: pipeline destroys `rows` with the error. Heard or not, it may not end the process.
  const rows = createGunzip().on("error", () => {});
  const reading = pipeline(createReadStream(file), rows).catch(() => {});
  try {
    const inside = await userRelations(client);
    if (inside > 0) throw new Error(`the database is not empty (${inside} tables): a backup is restored into an empty one`);
    const reader = archiveReader(rows);
    const header = Header.safeParse(JSON.parse(await reader.line()));
    if (!header.success) throw new Error(`${file} is no backup of Pigeonhole, or one in another format`);
    try {
      await schemaOf(url, client, header.data, sets);
      return await fill(client, reader, header.data);
    } catch (error) {
      await client.query("rollback");
      await empty(client);
      throw error;
    }
  } catch (cause) {
    throw new Error(`${file} was not restored`, { cause });
  } finally {
    rows.destroy();
    await reading;
    await client.end();
  }
}

/** The schema that the backup was taken from: the same migrations, no more. */
async function schemaOf(url: string, client: pg.Client, header: Header, sets: readonly MigrationSet[]): Promise<void> {
  const known = readMigrations(sets);
  const inBackup = (m: { set: string; file: string }): boolean => header.migrations.some((row) => row.set === m.set && row.file === m.file);
  for (const row of header.migrations) {
    const same = known.find((m) => m.set === row.set && m.file === row.file);
    if (!same)
      throw new Error(
        `the backup was made by a newer version, whose migration ${row.set}/${row.file} this one does not know: restore it with that version`,
      );
    if (same.checksum !== row.checksum) throw new Error(`migration ${row.set}/${row.file} differs from the one in the backup`);
  }
  await migrate(url, sets, { only: inBackup });
  if (header.jobs === null) return;
  await migrateJobs(url);
  const here = await jobsVersion(client);
  if (here !== header.jobs)
    throw new Error(
      `the backup's job queue has version ${header.jobs}, this one ${here}: restore with the version that made the backup, then upgrade`,
    );
}

async function fill(client: pg.Client, reader: ReturnType<typeof archiveReader>, header: Header): Promise<Report> {
  await client.query("begin");
  const expected = new Map((await tablesInOrder(client)).map(({ table, columns }) => [table, columns]));
  // What triggers would do has been done, and stands in the rows.
  for (const table of expected.keys()) await client.query(`alter table ${table} disable trigger user`);
  const got: Manifest["manifest"] = [];
  for (;;) {
    const line = Line.parse(JSON.parse(await reader.line()));
    if ("table" in line) {
      const columns = expected.get(line.table);
      if (columns?.toSorted().join() !== line.columns.toSorted().join())
        throw new Error(`the table ${line.table} of the backup does not fit the schema`);
      got.push(await copyIn(client, line, reader.frames()));
      continue;
    }
    const damaged = line.manifest.find((m, i) => got[i]?.table !== m.table || got[i].rows !== m.rows || got[i].sha256 !== m.sha256);
    if (damaged || got.length !== line.manifest.length)
      throw new Error(`the backup is damaged: ${damaged?.table ?? "a table"} differs from its manifest`);
    for (const { name, last, isCalled } of line.sequences)
      await client.query("select setval($1::regclass, $2, $3)", [name, last, isCalled]);
    break;
  }
  await rebasePositions(client);
  for (const table of expected.keys()) await client.query(`alter table ${table} enable trigger user`);
  await client.query("commit");
  return { takenAt: header.takenAt, tables: got.length, rows: got.reduce((sum, { rows }) => sum + rows, 0) };
}

async function copyIn(
  client: pg.Client,
  { table, columns }: { table: string; columns: readonly string[] },
  frames: AsyncIterable<Buffer>,
): Promise<Manifest["manifest"][number]> {
  await client.query(`delete from ${table}`); // rows that migrations themselves wrote
  const hash = createHash("sha256");
  const into = client.query(copyFrom(`copy ${table} (${columns.join(", ")}) from stdin`));
  await pipeline(async function* () {
    for await (const frame of frames) {
      hash.update(frame);
      yield frame;
    }
  }, into).catch((error: NodeJS.ErrnoException) => {
    // Class 22: what stands there is no value of its column (PostgreSQL, appendix A). A table wrote it, so the file has changed since.
    throw error.code?.startsWith("22")
      ? new Error(`the backup is damaged: ${table} holds what no row of it can be`, { cause: error })
      : error;
  });
  return { table, rows: into.rowCount, sha256: hash.digest("hex") };
}

/** Takes away what a failed restore made in a database that was empty before. */
async function empty(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select format('%I', nspname) as name from pg_namespace where nspname !~ '^pg_' and nspname not in ('information_schema', 'public')`,
  );
  for (const { name } of rows) await client.query(`drop schema ${name} cascade`);
}
