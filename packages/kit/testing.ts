// What the tests of every module share: a real PostgreSQL and free ports.
import { createHash } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { sql } from "kysely";
import pg from "pg";
import type { Now } from "./clock.ts";
import { consumeBatch, enrolConsumers, retryParked } from "./consume.ts";
import type { Db } from "./db.ts";
import { silentLog } from "./log.ts";
import { migrateJobs } from "./jobs.ts";
import { migrate, readMigrations, type MigrationSet } from "./migrate.ts";
import type { Consumer } from "./outbox.ts";
import { startPostgres } from "./postgres.ts";

/** Nothing survives a power cut, which tests do not have; autovacuum would hold on to the template that is being cloned. */
export const testSettings = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", autovacuum: "off", max_connections: "400" };

/** A port of 127.0.0.1 on which nobody listens now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

/** `fresh` gives the URL of a new, migrated database: one per test, each in about 13 ms. They go when it is disposed of. */
export interface TestDatabase extends AsyncDisposable {
  fresh(): Promise<string>;
}

/**
 * Migrated databases for the tests of one file, on the server that PIGEONHOLE_TEST_PG names (`npm test` starts one for all files),
 * else on one of its own. The template is named by what the migrations say and made once.
 */
export async function testDatabase(migrations: readonly MigrationSet[]): Promise<TestDatabase> {
  const server = await testServer();
  const files = readMigrations(migrations);
  const hash = createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 24);
  const template = `template_${hash}`;
  const at = (name: string): string => Object.assign(new URL(server.url), { pathname: `/${name}` }).href;
  const admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  await prepare(admin, template, async (name) => {
    await migrate(at(name), migrations);
    await migrateJobs(at(name));
  });
  const names: string[] = [];
  return {
    fresh: async () => {
      const name = `test_${hash.slice(0, 6)}_${process.pid}_${names.length}`;
      names.push(name);
      await admin.query(`create database ${name} template ${template}`);
      return at(name);
    },
    [Symbol.asyncDispose]: async () => {
      if (server.isShared) {
        await untilLeft(admin, names);
        for (const name of names) await admin.query(`drop database if exists ${name} with (force)`);
      }
      await admin.end();
      await server.stop();
    },
  };
}

/** Sessions end a moment after a pool says so; what is still there after 5 s is thrown out by the drop. */
async function untilLeft(admin: pg.Client, names: readonly string[]): Promise<void> {
  for (let look = 0; look < 50; look++) {
    const { rowCount } = await admin.query("select from pg_stat_activity where datname = any($1) limit 1", [names]);
    if (rowCount === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Two files may want the same template at once: the first one makes it, the others wait. A half-made one never carries the name. */
async function prepare(admin: pg.Client, template: string, fill: (name: string) => Promise<unknown>): Promise<void> {
  await admin.query("select pg_advisory_lock(hashtext($1))", [template]);
  const { rowCount } = await admin.query("select from pg_database where datname = $1", [template]);
  if (rowCount === 0) {
    await admin.query(`drop database if exists ${template}_half with (force)`);
    await admin.query(`create database ${template}_half template template0`);
    await fill(`${template}_half`);
    await admin.query(`alter database ${template}_half rename to ${template}`);
  }
  await admin.query("select pg_advisory_unlock(hashtext($1))", [template]);
}

/** A server of this file's own. Its folder goes with it. */
async function testServer(): Promise<{ url: string; isShared: boolean; stop(): Promise<void> }> {
  const shared = process.env["PIGEONHOLE_TEST_PG"];
  if (shared) return { url: shared, isShared: true, stop: async () => {} };
  const folder = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-test-"));
  chmodSync(folder, 0o711); // where user namespaces are forbidden, the server is somebody else
  const server = await startPostgres({ data: path.join(folder, "pg"), port: await freePort(), settings: testSettings });
  const stop = async (): Promise<void> => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: server.url, isShared: false, stop };
}

/** Facts are passed on only when no older transaction of the server is running, and other tests share the server: so long it may take. Milliseconds. */
const patienceMs = 20_000;

/** Lets a consumer apply every fact that is there. Returns those that it could not apply. */
export async function drain(
  db: Db<never>,
  consumer: Consumer,
  now: Now,
): Promise<readonly { readonly type: string; readonly error: string | null }[]> {
  const types = consumer.handlers.map((handler) => handler.type);
  const end = performance.now() + patienceMs;
  await enrolConsumers(db, [consumer]);
  for (;;) {
    await consumeBatch(db, consumer, now, silentLog);
    await retryParked(db, consumer, now, silentLog);
    const { rows } = await sql<{
      ahead: number;
    }>`select count(*) as ahead from kit.outbox o left join kit.consumer c on c.name = ${consumer.name}
      where o.type = any(${types}) and (c.name is null or (o.txid, o.seq) > (c.txid, c.seq))`.execute(db);
    if (rows[0]!.ahead === 0) break;
    if (performance.now() > end) throw new Error(`consumer ${consumer.name}: ${rows[0]!.ahead} facts still ahead after ${patienceMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const { rows } = await sql<{
    type: string;
    error: string | null;
  }>`select o.type, d.error from kit.delivery d join kit.outbox o using (seq) where d.consumer = ${consumer.name} order by d.seq`.execute(
    db,
  );
  return rows;
}
