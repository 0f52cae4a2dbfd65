import { createHash } from "node:crypto";
import { kitMigrations, readMigrations } from "@pigeonhole/kit/migrate";
import { allMigrations, upgrade } from "@pigeonhole/server/modules";
import pg from "pg";

/** One database per sandbox on a PostgreSQL server whose user may create them: a copy of one that has been brought up to date once. */
export interface Databases {
  urlOf(sandbox: string): string;
  create(sandbox: string): Promise<void>;
  drop(sandbox: string): Promise<void>;
  stop(): Promise<void>;
}

const nameOf = (sandbox: string): string => `sandbox_${sandbox.replaceAll("-", "")}`;

export function databases(serverUrl: string): Databases {
  const admin = new pg.Pool({ connectionString: serverUrl, max: 1 });
  admin.on("error", () => {});
  const at = (name: string): string => Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href;
  const template = `sandbox_template_${createHash("sha256")
    .update(JSON.stringify(readMigrations([kitMigrations, ...allMigrations])))
    .digest("hex")
    .slice(0, 16)}`;
  let ready: Promise<void> | undefined;
  /** A half-made one never carries the name. */
  const prepare = async (): Promise<void> => {
    const { rowCount } = await admin.query("select from pg_database where datname = $1", [template]);
    if (rowCount !== 0) return;
    const half = `${template}_half`;
    await admin.query(`drop database if exists ${half} with (force)`);
    await admin.query(`create database ${half} template template0`);
    await upgrade(at(half));
    await admin.query(`alter database ${half} rename to ${template}`);
  };
  return {
    urlOf: (sandbox) => at(nameOf(sandbox)),
    async create(sandbox) {
      ready ??= prepare();
      try {
        await ready;
      } catch (error) {
        ready = undefined;
        throw error;
      }
      await admin.query(`create database ${nameOf(sandbox)} template ${template}`);
    },
    drop: async (sandbox) => void (await admin.query(`drop database if exists ${nameOf(sandbox)} with (force)`)),
    stop: () => admin.end(),
  };
}
