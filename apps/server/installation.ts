import { existsSync } from "node:fs";
import path from "node:path";
import { readConfig } from "@pigeonhole/kit/config";
import { startPostgres } from "@pigeonhole/kit/postgres";
import { freePort } from "@pigeonhole/kit/testing";
import { localFolder, localSecrets, readRunning } from "./local.ts";
import { settings, type ServerConfig } from "./settings.ts";

/** The installation that a command works on. Disposing of it stops what was started for the command. */
export interface Installation extends AsyncDisposable {
  readonly databaseUrl: string;
  /** Where it was found, for people. */
  readonly place: string;
  /** All settings, checked; secrets of a local town come from its folder. */
  config(): ServerConfig;
}

/** DATABASE_URL when it is set; else the town that runs on the local folder; else the local folder's database, started for this command. */
export async function findInstallation(): Promise<Installation> {
  const named = process.env["DATABASE_URL"];
  if (named)
    return {
      databaseUrl: named,
      place: "the database in DATABASE_URL",
      config: () => readConfig(settings, process.env),
      [Symbol.asyncDispose]: async () => {},
    };
  const folder = localFolder();
  const running = readRunning(folder);
  const local = (databaseUrl: string) => ({
    databaseUrl,
    config: () => readConfig(settings, { ...localSecrets(folder), ...process.env, DATABASE_URL: databaseUrl }),
  });
  if (running?.isAlive)
    return { ...local(running.databaseUrl), place: `the town that runs at ${running.url}`, [Symbol.asyncDispose]: async () => {} };
  const data = path.join(folder, "pg");
  const isNew = !existsSync(data);
  const postgres = await startPostgres({ data, port: await freePort() });
  return {
    ...local(postgres.url),
    place: `${isNew ? "a new database" : "the database"} in ${folder}`,
    [Symbol.asyncDispose]: () => postgres.stop(),
  };
}

/** A file that a person named, from where they stood: npm changes to the checkout before it runs a command. */
export const fileGiven = (name: string): string => path.resolve(process.env["INIT_CWD"] ?? process.cwd(), name);
