import { actorText, type Actor, type Who } from "@pigeonhole/identity/contract";
import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import { router } from "@pigeonhole/kit/http";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Job } from "@pigeonhole/kit/jobs";
import type { Log } from "@pigeonhole/kit/log";
import { Refused } from "@pigeonhole/kit/refused";
import { device } from "../queries.ts";
import type { Tables } from "../tables.ts";
import * as contract from "./contract.ts";
import * as queries from "./queries.ts";

interface Needs {
  readonly db: Db<Tables>;
  readonly who: Who;
  readonly now: Now;
  readonly newId: NewId;
  readonly log: Log;
}

const notViewer = (operator: Extract<Actor, { kind: "operator" }>): Actor => {
  if (operator.role === "viewer") throw new Refused("not_allowed", "Only support and administrators look inside stations.");
  return operator;
};

/** The room of looks inside: who may, one at a time, for a quarter of an hour. */
export function diagnosis({ db, who, now, newId, log }: Needs) {
  const latest = async (station: string): Promise<contract.Look> => {
    const look = await queries.latest(db, station);
    if (!look) throw new Refused("no_look", "Nobody has looked inside this station.");
    return look;
  };
  const routes = contract.mount(router(contract.refusals, log), {
    begin: async (c) => {
      const askedBy = actorText(notViewer(await who(c, "operator")));
      const { station } = c.req.valid("param");
      const known = await device(db, station, now());
      if (!known) throw new Refused("not_found", `There is no station ${station}.`);
      if (!known.connected) throw new Refused("unreachable", "The station is not connected; it is asked when it is back.");
      return c.json(await queries.begin(db, { session: newId(), station, askedBy, reason: c.req.valid("json").reason }, now()), 201);
    },
    get: async (c) => {
      notViewer(await who(c, "operator"));
      const look = await queries.latest(db, c.req.valid("param").station);
      return look ? c.json(look, 200) : c.body(null, 204);
    },
    end: async (c) => {
      notViewer(await who(c, "operator"));
      const { station } = c.req.valid("param");
      await queries.finish(db, station, now());
      return c.json(await latest(station), 200);
    },
  });
  const jobs: readonly Job[] = [{ name: "devices.diagnosis_tidy", everySeconds: 30, run: () => queries.tidy(db, now()) }];
  return { routes, jobs };
}
