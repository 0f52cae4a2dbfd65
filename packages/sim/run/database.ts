import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { migrateJobs } from "@pigeonhole/kit/jobs";
import { migrate } from "@pigeonhole/kit/migrate";
import { startPostgres } from "@pigeonhole/kit/postgres";
import { freePort, testSettings } from "@pigeonhole/kit/testing";
import { allMigrations } from "@pigeonhole/server/modules";
import pg from "pg";

/**
 * A server of this process's own: what becomes readable when depends on every transaction of a server, so two runs must not share one. Nothing
 * is flushed, nothing happens by itself, and no plan depends on statistics that were sampled by chance.
 */
const settings = {
  ...testSettings,
  max_connections: "20",
  jit: "off",
  max_parallel_workers_per_gather: "0",
  synchronize_seqscans: "off",
  track_activities: "off",
  track_counts: "off",
  wal_level: "minimal",
  max_wal_senders: "0",
};

/** A real PostgreSQL with the real schema; worlds are copies of a template. */
export interface Databases extends AsyncDisposable {
  /** An empty, migrated database. */
  empty(name: string): Promise<string>;
  copy(from: string, name: string): Promise<string>;
  drop(name: string): Promise<void>;
}

export async function databases(): Promise<Databases> {
  // In memory where the machine has room for it there.
  const folder = mkdtempSync(path.join(process.platform === "linux" ? "/dev/shm" : os.tmpdir(), "pigeonhole-sim-"));
  chmodSync(folder, 0o711);
  // A local socket: a statement's way there and back is what bounds how much can be lived.
  const server = await startPostgres({
    data: path.join(folder, "pg"),
    port: await freePort(),
    settings: { ...settings, unix_socket_directories: path.join(folder, "pg") },
  });
  const socket = encodeURIComponent(path.join(folder, "pg"));
  const at = (name: string): string => Object.assign(new URL(server.url), { pathname: `/${name}`, search: `?host=${socket}` }).href;
  const admin = new pg.Client({ connectionString: at("postgres") });
  await admin.connect();
  return {
    async empty(name) {
      await admin.query(`create database ${name} template template0`);
      await migrate(at(name), allMigrations);
      await migrateJobs(at(name));
      return at(name);
    },
    async copy(from, name) {
      await admin.query(`create database ${name} template ${from} strategy file_copy`);
      return at(name);
    },
    drop: async (name) => void (await admin.query(`drop database ${name} with (force)`)),
    async [Symbol.asyncDispose]() {
      await admin.end();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
