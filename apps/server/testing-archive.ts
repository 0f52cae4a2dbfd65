import assert from "node:assert/strict";
import { systemNewId } from "@pigeonhole/kit/ids";
import { connect, viewAs, type Db } from "@pigeonhole/kit/db";
import { folderShelf, type Shelf } from "@pigeonhole/kit/histories/shelf";
import { silentLog } from "@pigeonhole/kit/log";
import type { Personal } from "@pigeonhole/kit/personal/personal";
import { systemRandom } from "@pigeonhole/kit/random";
import { list } from "@pigeonhole/privacy/archive/queries";
import { openArchive } from "@pigeonhole/privacy/archive/reading";
import type { Archiving, HistoryKeeping } from "@pigeonhole/privacy/archive/archiving";
import type { Tables } from "@pigeonhole/privacy/tables";
import { sql } from "kysely";
import pg from "pg";
import { allHistories } from "./modules.ts";
import { personalOf, tombstonesOf } from "./personal.ts";
import type { ServerConfig } from "./settings.ts";

/** Databases as they are in `template`, in which nobody may be meanwhile; they go when it is disposed of. */
export async function copies(url: string): Promise<AsyncDisposable & { copy(): Promise<string> }> {
  const admin = new pg.Client({ connectionString: Object.assign(new URL(url), { pathname: "/postgres" }).href });
  await admin.connect();
  const template = new URL(url).pathname.slice(1);
  const names: string[] = [];
  return {
    copy: async () => {
      const name = `${template}_${names.length}`;
      names.push(name);
      await admin.query(`create database ${name} template ${template}`);
      return Object.assign(new URL(url), { pathname: `/${name}` }).href;
    },
    [Symbol.asyncDispose]: async () => {
      for (const name of names) await admin.query(`drop database if exists ${name} with (force)`);
      await admin.end();
    },
  };
}

/** What the process was killed by. */
export class Killed extends Error {}

/** An archive on this database, at this time, which dies at its `at`-th step outside of a transaction's reach, before or after it; never without `at`. */
export function archiveOn(
  config: ServerConfig,
  url: string,
  {
    folder,
    now,
    keeping = { hotDays: 90, archiveDays: 365 },
    at = Infinity,
  }: { readonly folder: string; readonly now: () => Date; readonly keeping?: HistoryKeeping; readonly at?: number },
): Archiving & AsyncDisposable & { readonly plainDb: Db<never> } {
  let steps = 0;
  const step =
    <A extends readonly unknown[], R>(does: (...given: A) => Promise<R>) =>
    async (...given: A): Promise<R> => {
      if (++steps === at) throw new Killed(`before step ${at}`);
      const answer = await does(...given);
      if (++steps === at) throw new Killed(`after step ${at}`);
      return answer;
    };
  const db = connect<never>(url, { connections: 4 });
  const shelf = folderShelf(folder);
  const personal = personalOf(config, db);
  const tombstones = tombstonesOf(config.ERASURES_FILE);
  const dying: Shelf = { ...shelf, put: step(shelf.put), get: step(shelf.get), remove: step(shelf.remove) };
  const fragile: Personal = {
    ...personal,
    key: step(personal.key) as Personal["key"],
    forgetKey: step(personal.forgetKey) as Personal["forgetKey"],
  };
  return {
    db: viewAs<Tables>(db) as Db<Tables>,
    now,
    newId: systemNewId,
    log: silentLog,
    random: systemRandom,
    personal: fragile,
    tombstones: { write: step(tombstones.write) },
    shelf: dying,
    histories: allHistories,
    keeping,
    plainDb: db,
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}

/** Rows of every table that name one of these, as PostgreSQL writes them in JSON. */
export async function rowsAbout(url: string, ids: readonly string[]): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("set timezone to 'UTC'");
  const { rows: tables } = await client.query<{ name: string }>(
    `select schemaname || '.' || tablename as name from pg_tables where schemaname !~ '^(pg_|information_schema|graphile)'`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const quoted = name.replace(/\.(.*)$/, '."$1"');
    const { rows } = await client.query<{ row: string }>(`select to_json(t)::text as row from ${quoted} t where to_json(t)::text ~ $1`, [
      ids.join("|"),
    ]);
    found.push(...rows.map(({ row }) => `${name} ${row}`));
  }
  await client.end();
  return found;
}

/** Every consumer has heard everything. */
export async function settled(db: Db<never>): Promise<void> {
  for (let tries = 0; ; tries++) {
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from kit.consumer c
      where (c.txid, c.seq) < (select txid, seq from kit.outbox order by txid desc, seq desc limit 1)`.execute(db);
    if (rows[0]!.n === 0) return;
    assert.ok(tries < 700, "consumers stand still");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The rows of every file that is kept. */
export async function keptRows(archive: Archiving) {
  const rows = (await list(archive.db, 100)).filter(({ state }) => state === "kept");
  return (await Promise.all(rows.map(({ id }) => openArchive(archive, id)))).flat();
}
