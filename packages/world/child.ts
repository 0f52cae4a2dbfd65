import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, createWriteStream, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import path from "node:path";

interface Options {
  /** How people call it, e.g. `server`. */
  readonly name: string;
  /** The TypeScript file that the process runs. */
  readonly file: string;
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What the process writes is appended here. */
  readonly logFile: string;
}

/** A process of the town. It ends with this one: it notices when its channel closes. */
export interface Child {
  readonly name: string;
  readonly pid: number;
  /** What the process said when it was ready. */
  readonly said: unknown;
  /** Resolves when it has ended, however that came. */
  readonly ended: Promise<string>;
  isRunning(): boolean;
  /** Ends it in order; what does not end by itself within 12 s is killed. */
  stop(): Promise<void>;
  /** As a power cut would: no goodbye. */
  kill(): Promise<void>;
}

/** So long a process may take until it is ready, and so long to end. Milliseconds. */
const patience = { startMs: 60_000, stopMs: 12_000 };
/** So much of its log is shown when it does not start. Lines. */
const shownLines = 15;

/** Starts a process and waits until it says that it is ready: a message on its channel, or a line of JSON on its standard output. */
export async function startChild({ name, file, args = [], env, logFile }: Options): Promise<Child> {
  mkdirSync(path.dirname(logFile), { recursive: true });
  const errors = openSync(logFile, "a");
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", file, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", errors, "ipc"],
    detached: true, // Ctrl-C reaches the town alone, which ends its processes in their order
  });
  closeSync(errors);
  const ended = new Promise<string>((resolve) => child.once("exit", (code, signal) => resolve(signal ?? `exit code ${code}`)));
  const log = createWriteStream(logFile, { flags: "a" });
  child.once("exit", () => log.end());
  try {
    return {
      name,
      pid: child.pid!,
      said: await firstWords(child, log, ended),
      ended,
      isRunning: () => isRunning(child),
      stop: () => stop(child, ended),
      kill: () => kill(child, ended),
    };
  } catch (cause) {
    await kill(child, ended);
    throw new Error(`${name} did not start (${(cause as Error).message}); the end of ${logFile}:\n${tail(logFile)}`, { cause });
  }
}

function firstWords(child: ChildProcess, log: NodeJS.WritableStream, ended: Promise<string>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`not ready after ${patience.startMs / 1000} s`)), patience.startMs);
    const done = (words: unknown): void => {
      clearTimeout(late);
      resolve(words);
    };
    let line = "";
    child.stdout!.setEncoding("utf8").on("data", (chunk: string) => {
      log.write(chunk);
      if (line.includes("\n")) return;
      line += chunk;
      if (line.includes("\n") && line.startsWith("{")) done(JSON.parse(line.split("\n")[0]!));
    });
    child.once("message", done);
    child.once("error", reject);
    void ended.then((how) => reject(new Error(how)));
  });
}

const isRunning = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;

async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (!isRunning(child)) return;
  child.kill("SIGTERM");
  const overdue = setTimeout(() => child.kill("SIGKILL"), patience.stopMs);
  await ended;
  clearTimeout(overdue);
}

async function kill(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (isRunning(child) && child.kill("SIGKILL")) await ended;
}

const tail = (file: string): string =>
  existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n").slice(-shownLines).join("\n") : "";
