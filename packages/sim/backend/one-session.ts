import { connect, type Db } from "@pigeonhole/kit/db";
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import type { Life } from "../time/node-clock.ts";
import type { Scheduler } from "../time/scheduler.ts";

/** What may go wrong with one statement. `before`: it never reached the server; `after`: it was done and nobody heard. */
export type Mishap = "crash_before" | "crash_after" | "serialization" | "deadlock" | "disconnected" | "disk_full";
/** Asked at each statement; `text` begins with what it does. */
export type Meddle = (text: string) => Mishap | undefined;

const never = new Promise<never>(() => {});
const failures = {
  serialization: ["40001", "could not serialize access due to concurrent update"],
  deadlock: ["40P01", "deadlock detected"],
  disk_full: ["53100", "could not extend file: No space left on device"],
  disconnected: ["57P01", "terminating connection due to administrator command"],
} as const;

interface Waiting {
  readonly task: object | undefined;
  readonly alive: Life;
  readonly grant: (session: Session) => void;
}
interface Session {
  readonly client: pg.Client;
  readonly names: Names;
  holder: { readonly alive: Life; readonly task: object | undefined } | undefined;
  isInTransaction: boolean;
  hasNews: boolean;
  hasJobs: boolean;
}

/** A text that has come so often is parsed once more, and kept. */
const oftenEnough = 3;
/** Texts with lists in them are without number: no more than so many are kept. */
const keptAtMost = 1_000;

/** Statements that come again and again are parsed by the server once in a session: they have names. */
class Names {
  readonly #seen = new Map<string, number>();
  readonly #names = new Map<string, string>();
  of(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size >= keptAtMost || transactional.has(text) || partial.test(text)) return known;
    const times = (this.#seen.get(text) ?? 0) + 1;
    this.#seen.set(text, times);
    if (times < oftenEnough) return undefined;
    this.#seen.delete(text);
    const name = `s${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }
}
/** What is written again and again while nothing happens: signs of life, samples, how far somebody has read. */
const idle = /devices"?\."?(device|telemetry)|kit\.consumer|kit\.inbox|set attempts =/;
/** Which of several partial indexes is meant must be plain from the values, and a plan for all values does not know them. */
const partial = /on conflict[^)]*\)\s*where/i;
const transactional: ReadonlySet<string> = new Set(["begin", "commit", "rollback"]);

/**
 * The way to the database: one transaction at a time, in the order in which they were asked for, so that nothing depends on how fast
 * PostgreSQL is. Whoever needs a second session while holding one (and would wait for itself) gets one when all else rests.
 */
export class OneSession {
  readonly #scheduler: Scheduler;
  readonly #sessions: Session[] = [];
  readonly #url: string;
  #queue: Waiting[] = [];
  #busy = 0;
  statements = 0;
  commits = 0;
  /** Statements after which somebody may have something to do. */
  writes = 0;
  nested = 0;
  /** What each kind of statement cost, when somebody wants to know: by the beginning of its text. */
  profile: Map<string, { count: number; ms: number }> | undefined;
  /** Called after each commit that wrote facts. */
  committed: () => void = () => {};
  /** Called after each commit that asked for a job. */
  asked: () => void = () => {};

  private constructor(scheduler: Scheduler, url: string) {
    this.#scheduler = scheduler;
    this.#url = url;
    scheduler.onRest(() => this.#moveNested());
  }
  static async open(scheduler: Scheduler, url: string): Promise<OneSession> {
    const one = new OneSession(scheduler, url);
    await one.#add();
    return one;
  }
  async #add(): Promise<Session> {
    const client = new pg.Client({ connectionString: this.#url, pipeline: true });
    client.on("error", () => {});
    await client.connect();
    const session: Session = { client, names: new Names(), holder: undefined, isInTransaction: false, hasNews: false, hasJobs: false };
    this.#sessions.push(session);
    return session;
  }

  /** What one start of the backend sees of it. */
  db(alive: Life, meddle: Meddle, crash: () => void): Db {
    const pool = {
      connect: () =>
        new Promise<unknown>((resolve) => {
          if (alive.isOver) return;
          const grant = (session: Session): void => resolve(this.#clientFor(session, alive, meddle, crash));
          this.#queue.push({ task: this.#scheduler.task(), alive, grant });
          this.#serve();
        }),
      end: async () => {},
    };
    return new Kysely<unknown>({ dialect: new PostgresDialect({ pool: pool as never }) });
  }

  #serve(): void {
    const [main] = this.#sessions;
    while (main && !main.holder && this.#queue.length > 0) this.#give(main, this.#queue.shift()!);
  }
  #give(session: Session, waiting: Waiting): void {
    if (waiting.alive.isOver) return;
    session.holder = waiting;
    waiting.grant(session);
  }

  /** All rests, a session is held, and somebody waits: the holder needs another one before it goes on. */
  #moveNested(): boolean {
    const holders = this.#sessions.flatMap(({ holder }) => holder ?? []);
    if (this.#busy > 0 || holders.length === 0 || this.#queue.length === 0) return false;
    const mine = this.#queue.findIndex(({ task }) => holders.some((holder) => holder.task === task));
    const [waiting] = this.#queue.splice(Math.max(0, mine), 1);
    this.nested++;
    const free = this.#sessions.find(({ holder }) => !holder);
    if (free) this.#give(free, waiting!);
    else void this.#scheduler.outside(this.#add()).then((session) => this.#give(session, waiting!));
    return true;
  }

  #clientFor(session: Session, alive: Life, meddle: Meddle, crash: () => void) {
    const { client } = session;
    const run = (text: string, values: unknown): Promise<unknown> => {
      if (text === "begin") {
        // Its answer says nothing: what comes next is sent behind it at once.
        this.statements++;
        session.isInTransaction = true;
        client.query(text).catch(() => undefined);
        return Promise.resolve({ command: "BEGIN", rowCount: null, rows: [] });
      }
      this.#busy++;
      this.statements++;
      const name = session.names.of(text);
      const asked = client.query({ text, values: values as never, ...(name !== undefined && { name }) });
      if (this.profile) this.#measure(this.profile, text, asked);
      return this.#scheduler.outside(asked.then((result) => this.#note(session, text, result))).finally(() => this.#busy--);
    };
    return {
      query: async (text: string, values: unknown): Promise<unknown> => {
        if (alive.isOver) return never;
        const mishap = meddle(text);
        if (mishap === "crash_before") {
          crash();
          return never;
        }
        if (mishap === "crash_after") {
          await run(text, values).catch(() => undefined);
          crash();
          return never;
        }
        if (mishap !== undefined) {
          const [code, message] = failures[mishap];
          throw Object.assign(new Error(message), { code });
        }
        try {
          const result = await run(text, values);
          if (alive.isOver) return await never;
          return result;
        } catch (error) {
          if (alive.isOver) return await never;
          throw error;
        }
      },
      release: (): void => {
        if (session.holder?.alive !== alive) return;
        session.holder = undefined;
        this.#serve();
      },
    };
  }
  #measure(profile: NonNullable<typeof this.profile>, text: string, asked: Promise<unknown>): void {
    const began = performance.now();
    const key = text.replaceAll(/\s+/g, " ").trim().slice(0, 110);
    const entry = profile.get(key) ?? { count: 0, ms: 0 };
    profile.set(key, entry);
    const done = (): void => {
      entry.count++;
      entry.ms += performance.now() - began;
    };
    void asked.catch(() => undefined).finally(done);
  }
  /** Follows what the session is in: facts are news when what wrote them is committed. */
  #note<R extends { readonly rowCount: number | null; readonly command: string }>(session: Session, text: string, result: R): R {
    if ((result.rowCount ?? 0) > 0 && result.command !== "SELECT" && !idle.test(text)) this.writes++;
    if (text === "rollback") Object.assign(session, { isInTransaction: false, hasNews: false, hasJobs: false });
    if (text === "commit") session.isInTransaction = false;
    if (text.includes("insert into kit.outbox")) session.hasNews = true;
    if (text.includes("graphile_worker.add_job")) session.hasJobs = true;
    if (session.isInTransaction || text === "rollback") return result;
    this.commits++;
    if (session.hasNews) this.committed();
    if (session.hasJobs) this.asked();
    Object.assign(session, { hasNews: false, hasJobs: false });
    return result;
  }

  /** The backend has died: what it had not committed never was, and nobody waits any more. */
  async abandon(alive: Life): Promise<void> {
    this.#queue = this.#queue.filter((waiting) => waiting.alive !== alive);
    for (const session of this.#sessions) {
      if (session.holder?.alive !== alive) continue;
      await this.#scheduler.outside(session.client.query("rollback"));
      Object.assign(session, { isInTransaction: false, hasNews: false, hasJobs: false });
      session.holder = undefined;
    }
    this.#serve();
  }

  async close(): Promise<void> {
    await Promise.all(this.#sessions.map(({ client }) => client.end()));
  }
}

// The parsers of PostgreSQL's types are those of kit's sessions: its module sets them when it is loaded.
void connect;
