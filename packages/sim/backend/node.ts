import type { Log } from "@pigeonhole/kit/log";
import { answerError } from "@pigeonhole/kit/http";
import { startConsumers } from "@pigeonhole/kit/consume";
import type { Job } from "@pigeonhole/kit/jobs";
import type { Timers } from "@pigeonhole/kit/timers";
import { jobDone, jobFailed, nextJobAt, takeJob } from "@pigeonhole/kit/jobs-by-hand";
import { viewAs, type Db } from "@pigeonhole/kit/db";
import { compose } from "@pigeonhole/server/compose";
import { moduleNames } from "@pigeonhole/server/modules";
import type { ServerConfig } from "@pigeonhole/server/settings";
import { OpenAPIHono } from "@hono/zod-openapi";
import { idsOf, type Draw } from "../time/draw.ts";
import { life, nodeClock, timersOf, type Life } from "../time/node-clock.ts";
import type { Scheduler } from "../time/scheduler.ts";
import type { SimBroker } from "../stations/broker.ts";
import type { Meddle, OneSession } from "./one-session.ts";

const bootMs = { least: 1_000, most: 8_000 } as const;
/** Facts reach their consumers after so long, together with those that were written meanwhile. Milliseconds. */
const noticeMs = { least: 20, most: 400, slow: 4_000 } as const;
/** Where nothing has been written, what is looked at every few seconds is looked at so often. Milliseconds. */
const idleLookMs = 60_000;
/** And where something has, not more often than this. Milliseconds. */
const busyLookMs = 10_000;
/** Whoever follows the log is told of every commit, and reads all of it at its start: by itself it looks no more often than this. Milliseconds. */
const unaskedLookMs = 10 * 60_000;
/** All but the one that looks whether promises are kept: the simulator looks at the same list by itself, and at the truth besides. */
const modules = moduleNames.filter((name) => name !== "invariants");
/** Jobs that may run side by side. */
const workers = 4;

interface Needs {
  readonly config: ServerConfig;
  readonly session: OneSession;
  readonly scheduler: Scheduler;
  readonly broker: SimBroker;
  readonly draw: Draw;
  readonly log: Log;
  readonly trace: (what: string, detail?: unknown) => void;
  readonly meddle: Meddle;
}

/** The line to the backend broke before its answer came: nobody knows what it has done. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

/** The server as one process: all modules as `apps/server` composes them, their consumers and jobs. It can die at any statement and start again. */
export function backendNode({ config, session, scheduler, broker, draw, log, trace, meddle }: Needs) {
  const clock = nodeClock(scheduler);
  const newId = idsOf(() => scheduler.nowMs, draw.of("ids"));
  let alive: Life = life();
  alive.end();
  let app: OpenAPIHono | undefined;
  let deaths: (() => void)[] = [];
  let heard = (): void => {};
  let lookForJobs = (): void => {};

  /** Whoever looks every moment for something to do finds nothing while nothing has been written: then it looks less often. */
  const unlessNothingNew = (timers: Timers): Timers => ({
    after: timers.after,
    every(ms, run) {
      if (ms >= idleLookMs) return timers.every(ms, run);
      let [writes, atMs] = [-1, 0];
      return timers.every(Math.max(ms, busyLookMs), () => {
        if (session.writes === writes && scheduler.nowMs - atMs < idleLookMs) return;
        [writes, atMs] = [session.writes, scheduler.nowMs];
        run();
      });
    },
  });

  async function start(): Promise<void> {
    const mine = life();
    alive = mine;
    const timers = unlessNothingNew(timersOf(scheduler, mine, "backend"));
    const adapters = {
      now: clock.now,
      monotonic: clock.started(),
      newId,
      random: draw.of("random").random,
      timers,
      connect: () => session.db(mine, meddle, () => crash("in the middle of a statement")),
      link: () => broker.link(mine),
    };
    const { db, built, messaging } = await compose(config, log, modules, adapters);
    const all = [...built.values()];
    const front = new OpenAPIHono();
    front.onError(answerError({}, log));
    for (const { routes } of all) front.route("/api", routes);
    await messaging?.devices.start();
    await startConsumers(
      {
        db: viewAs(db),
        url: "",
        now: clock.now,
        timers: { after: timers.after, every: (ms, run) => timers.every(ms <= 1_000 ? busyLookMs : unaskedLookMs, run) },
        log,
        listen: async (_url, _channel, hear) => {
          let isDue = false;
          heard = () => {
            if (isDue || mine.isOver) return;
            isDue = true;
            scheduler.after(
              draw.chance(0.2) ? draw.between(noticeMs.least, noticeMs.most) : draw.between(noticeMs.most, noticeMs.slow),
              "facts are noticed",
              () => {
                isDue = false;
                if (!mine.isOver) hear();
              },
            );
          };
          hear();
          return { stop: async () => {} };
        },
      },
      all.flatMap(({ consumers }) => consumers ?? []),
    );
    const jobs = all.flatMap((module) => module.jobs);
    runJobs(viewAs(db), jobs, mine);
    for (const { name, everySeconds, run } of jobs) {
      if (everySeconds === undefined) continue;
      let isRunning = false;
      timers.every(everySeconds * 1_000, () => {
        if (isRunning) return;
        isRunning = true;
        run(null)
          .catch((error: unknown) => log.error({ err: error, job: name }, "a recurring job failed; it runs again"))
          .finally(() => {
            isRunning = false;
          });
      });
    }
    app = front;
    trace("backend runs");
  }

  /** As the job runner of the product does it, but woken by the world's own time. */
  function runJobs(db: Db<never>, jobs: readonly Job[], mine: Life): void {
    let running = 0;
    let cancel = (): void => {};
    const step = async (): Promise<void> => {
      if (mine.isOver || running >= workers) return;
      running++;
      try {
        for (let taken = await takeJob(db, jobs, clock.now()); taken; taken = await takeJob(db, jobs, clock.now())) {
          trace("job", taken.name);
          try {
            await jobs.find(({ name }) => name === taken!.name)!.run(taken.payload);
            await jobDone(db, taken);
          } catch (error) {
            log.warn({ err: error, job: taken.name }, "a job failed");
            await jobFailed(db, taken, error, clock.now());
          }
        }
        const at = await nextJobAt(db);
        cancel();
        if (at) cancel = scheduler.after(at.getTime() - clock.now().getTime(), "a job is due", () => void step());
      } catch (error) {
        log.warn({ err: error }, "jobs could not be read");
        scheduler.after(1_000, "jobs again", () => void step());
      } finally {
        running--;
      }
    };
    let isDue = false;
    lookForJobs = (): void => {
      if (isDue || mine.isOver) return;
      isDue = true;
      scheduler.after(draw.between(5, 200), "jobs are noticed", () => {
        isDue = false;
        void step();
      });
    };
    lookForJobs();
  }

  function crash(why: string): void {
    if (alive.isOver) return;
    alive.end();
    app = undefined;
    trace("backend crashes", why);
    const cut = deaths;
    deaths = [];
    for (const death of cut) death();
    const dead = alive;
    void scheduler.outside(session.abandon(dead));
    startLater();
  }

  function startLater(): void {
    scheduler.after(draw.between(bootMs.least, bootMs.most), "backend boots", () => {
      if (!alive.isOver) return;
      // Whoever watches over the process starts it again when it does not come up.
      start().catch((error: unknown) => {
        log.warn({ err: error }, "the backend did not start");
        crash("at its start");
      });
    });
  }

  /** One request from outside. Throws `Unreachable` when the line or the process breaks before the answer. */
  async function fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const here = app;
    if (!here || alive.isOver) throw new Unreachable("connection refused");
    let die = (): void => {};
    const death = new Promise<never>((_, reject) => {
      die = () => reject(new Unreachable("connection reset"));
      deaths.push(die);
    });
    try {
      return await Promise.race([here.request(input instanceof Request ? input : String(input), init), death]);
    } finally {
      deaths = deaths.filter((other) => other !== die);
    }
  }

  session.committed = () => {
    heard();
  };
  session.asked = () => lookForJobs();
  return {
    clock,
    start,
    crash,
    fetch,
    isUp: (): boolean => app !== undefined && !alive.isOver,
  };
}
export type BackendNode = ReturnType<typeof backendNode>;
