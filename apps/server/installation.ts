import { accessSync, constants, existsSync, statSync } from "node:fs";
import path from "node:path";
import { ConfigError, readConfig } from "@pigeonhole/kit/config";
import { startPostgres } from "@pigeonhole/kit/postgres";
import { freePort } from "@pigeonhole/kit/testing";
import { localFolder, localSecrets, readRunning } from "./local.ts";
import { settings, type ServerConfig } from "./settings.ts";

/** The installation that a command works on. Disposing of it stops what was started for the command. */
export interface Installation extends AsyncDisposable {
  readonly databaseUrl: string;
  /** Where it was found, for people. */
  readonly place: string;
  /** Where a local town notes who was erased. */
  readonly erasuresFile: string | undefined;
  /** All settings, checked; secrets of a local town come from its folder. */
  config(): ServerConfig;
}

/** DATABASE_URL when it is set; else the town that runs on the local folder; else the local folder's database, started for this command. */
export async function findInstallation(): Promise<Installation> {
  const named = process.env["DATABASE_URL"];
  if (named && !(/^postgres(ql)?:\/\//.test(named) && URL.canParse(named)))
    throw new ConfigError(["DATABASE_URL is not valid: must be postgres://USER:PASSWORD@HOST:PORT/DATABASE"]);
  if (named)
    return {
      databaseUrl: named,
      place: "the database in DATABASE_URL",
      erasuresFile: undefined,
      config: () => readConfig(settings, process.env),
      [Symbol.asyncDispose]: async () => {},
    };
  const folder = localFolder();
  const running = readRunning(folder);
  const local = (databaseUrl: string) => ({
    databaseUrl,
    erasuresFile: path.join(folder, "erasures"),
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

/** The same, when it is to be read: refused before anything is started for it, unless it is a file that can be. */
export function fileToRead(name: string): string {
  const at = fileGiven(name);
  const why = unreadable(at);
  if (why) throw new Error(`${at} cannot be opened: ${why}`);
  return at;
}

function unreadable(at: string): string | undefined {
  try {
    if (statSync(at).isDirectory()) return "it is a folder";
    accessSync(at, constants.R_OK);
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reasons: Readonly<Record<string, string>> = { ENOENT: "there is no such file", EACCES: "this user may not read it" };
    return reasons[code ?? ""] ?? message;
  }
}
