import { actorText, requireRole, type Who } from "@pigeonhole/identity/contract";
import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import { router } from "@pigeonhole/kit/http";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Job } from "@pigeonhole/kit/jobs";
import type { Log } from "@pigeonhole/kit/log";
import { Refused } from "@pigeonhole/kit/refused";
import type { Context } from "hono";
import { consumer } from "./consumers.ts";
import * as contract from "./contract.ts";
import * as queries from "./queries.ts";
import { rollouts } from "./rollouts.ts";
import type { Tables } from "./tables.ts";

/** The signed releases, as this installation serves them. */
export interface Repository {
  /** Everything that the newest metadata name; empty when nothing has been published. */
  releases(): Promise<readonly contract.PublishedRelease[]>;
  /** Renews what would expire soon, with the online key. */
  refresh(): Promise<void>;
  /** Where stations reach it. */
  readonly url: string;
}
export interface Needs {
  readonly db: Db<Tables>;
  readonly who: Who;
  readonly now: Now;
  readonly newId: NewId;
  readonly log: Log;
  readonly repository: Repository;
}

/** How often rollouts look at the facts, and the repository's online metadata are looked after. Seconds. */
const everySeconds = { rollouts: 3, refresh: 3_600 } as const;

export function firmware({ db, who, now, newId, log, repository }: Needs) {
  const moves = rollouts({ db, now, newId, log });
  const admin = async (c: Context): Promise<string> => {
    const operator = await who(c, "operator");
    requireRole(operator, "admin");
    return actorText(operator);
  };
  const shown = async (id: string): Promise<contract.Rollout> => {
    const [rollout] = await queries.list(db, { id, limit: 1 });
    if (!rollout) throw new Refused("not_found", `There is no rollout ${id}.`);
    return rollout;
  };

  const routes = contract.mount(router(contract.refusals, log), {
    releases: async (c) => {
      await who(c, "operator");
      const published = await repository.releases();
      return c.json({ releases: [...published], fleet: await queries.fleet(db) }, 200);
    },
    list: async (c) => {
      await who(c, "operator");
      return c.json({ rollouts: await queries.list(db, c.req.valid("query")) }, 200);
    },
    get: async (c) => {
      await who(c, "operator");
      return c.json(await shown(c.req.valid("param").rollout), 200);
    },
    begin: async (c) => {
      const actor = await admin(c);
      const wish = c.req.valid("json");
      const release = (await repository.releases()).find((known) => known.model === wish.model && known.release === wish.release);
      if (!release) throw new Refused("no_such_release", `The repository holds no release ${wish.release} for ${wish.model}.`);
      return c.json(await shown(await moves.begin({ ...wish, version: release.version }, actor)), 201);
    },
    pause: async (c) => {
      const actor = await admin(c);
      const { rollout } = c.req.valid("param");
      await moves.change(rollout, "paused", c.req.valid("json").reason, actor);
      return c.json(await shown(rollout), 200);
    },
    resume: async (c) => {
      const actor = await admin(c);
      const { rollout } = c.req.valid("param");
      await moves.change(rollout, "resumed", c.req.valid("json").reason, actor);
      return c.json(await shown(rollout), 200);
    },
    stop: async (c) => {
      const actor = await admin(c);
      const { rollout } = c.req.valid("param");
      await moves.change(rollout, "stopped", c.req.valid("json").reason, actor);
      return c.json(await shown(rollout), 200);
    },
    retry: async (c) => {
      const actor = await admin(c);
      const { rollout, station } = c.req.valid("param");
      await moves.retry(rollout, station, c.req.valid("json").reason, actor);
      return c.json(await shown(rollout), 200);
    },
    wanted: async (c) => {
      await who(c, "module");
      const wish = await queries.wanted(db, c.req.valid("param").station);
      return c.json({ firmware: wish && { ...wish, url: repository.url } }, 200);
    },
  });

  const jobs: readonly Job[] = [
    { name: "firmware.rollouts", everySeconds: everySeconds.rollouts, run: moves.advance },
    { name: "firmware.refresh", everySeconds: everySeconds.refresh, run: () => repository.refresh() },
  ];
  return { routes, consumers: consumer, jobs };
}
