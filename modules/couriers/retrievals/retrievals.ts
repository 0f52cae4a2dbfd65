import { requireRole, requireScope, type Who } from "@pigeonhole/identity/contract";
import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import { router } from "@pigeonhole/kit/http";
import { attemptOf } from "@pigeonhole/kit/idempotency";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Job } from "@pigeonhole/kit/jobs";
import type { Log } from "@pigeonhole/kit/log";
import { Refused } from "@pigeonhole/kit/refused";
import type { NetworkApi } from "@pigeonhole/network/contract";
import type { AccessApi } from "@pigeonhole/access/contract";
import { problemOf, type Client } from "@pigeonhole/kit/client";
import type { Context } from "hono";
import * as plan from "../queries/plan.ts";
import type { Tables } from "../tables.ts";
import type { By } from "../visiting.ts";
import { collecting } from "./collecting.ts";
import * as contract from "./contract.ts";
import { requireAllowed, wordMinutes } from "./domain.ts";
import { assignTo, move, need } from "./keeping.ts";
import * as queries from "./queries.ts";

interface Needs {
  readonly db: Db<Tables>;
  readonly who: Who;
  readonly now: Now;
  readonly newId: NewId;
  readonly log: Log;
  readonly access: Client<AccessApi>;
  readonly network: Client<NetworkApi>;
}

/** Retrievals given back to their carriers in one run of the job. */
const perRun = 200;
const noSuch = (): Refused => new Refused("not_found", "There is no such task.");

/** What is taken out of compartments by couriers, from the need to the station's word. */
export function retrievals({ db, who, now, newId, log, access, network }: Needs) {
  const visits = collecting({ db, now, newId, log, access });
  const courierOf = async (c: Context): Promise<By> => {
    const { id, tenant, carrier } = await who(c, "courier");
    return { courier: id, tenant, carrier };
  };
  const stationOf = async (station: string) => {
    const answer = await network.stations[":station"].$get({ param: { station } });
    if (answer.status !== 200) throw new Error(`station ${station}: ${(await problemOf(answer)).code}`);
    const { id, name, address, lat, lon } = await answer.json();
    return { station: id, name, address, lat, lon };
  };

  const routes = contract.mount(router(contract.refusals, log), {
    list: async (c) => {
      const actor = await who(c, "carrier", "operator");
      if (actor.kind === "carrier") requireScope(actor, "routes");
      const carrier = actor.kind === "carrier" ? actor.slug : undefined;
      return c.json({ retrievals: (await queries.list(db, { ...c.req.valid("query"), carrier })).map(queries.view) }, 200);
    },
    assign: async (c) => {
      const carrier = await who(c, "carrier");
      requireScope(carrier, "routes");
      const { id } = c.req.valid("param");
      const wish = c.req.valid("json");
      const asked = await queries.list(db, {
        carrier: carrier.slug,
        ...("station" in wish && { station: wish.station }),
        limit: contract.maxRetrievals,
      });
      const wanted = "station" in wish ? asked : asked.filter(({ row }) => wish.retrievals.includes(row.id));
      if ("retrievals" in wish && wanted.length < new Set(wish.retrievals).size) throw noSuch();
      const stops = await Promise.all([...new Set(wanted.map(({ row }) => row.station))].map(stationOf));
      await db.transaction().execute(async (tx) => {
        const route = await plan.lock(tx, id, carrier.tenant);
        if (!route) throw new Refused("not_found", "There is no such route.");
        if (route.state === "done") throw new Refused("wrong_state", "Not possible: the route is done.", { state: route.state });
        const rows = await queries.lockPlannable(tx, carrier.slug, wish);
        if ("retrievals" in wish) for (const row of rows) requireAllowed("assign", row.state);
        for (const stop of stops) await plan.addStop(tx, { route: id, ...stop });
        await assignTo(tx, now(), route, rows);
        await plan.changed(tx, id, now());
      });
      return c.json({ retrievals: (await queries.onRoutes(db, [id])).map(queries.view) }, 200);
    },
    hand: async (c) => {
      const operator = await who(c, "operator");
      requireRole(operator, "support");
      const { id } = c.req.valid("param");
      const { carrier } = c.req.valid("json");
      if (!(await plan.drives(db, carrier))) throw new Refused("no_such_carrier", "No carrier of this name drives routes here.");
      await db.transaction().execute(async (tx) => {
        await plan.lockRoutes(tx, queries.routesOf.one(id));
        const row = await queries.lock(tx, id);
        if (!row) throw noSuch();
        requireAllowed("assign", row.state);
        const free = row.state === "assigned" ? await move(tx, now(), row, "open", { route: null }) : row;
        await queries.change(tx, free.id, { carrier });
      });
      return c.json(queries.view((await queries.get(db, id))!), 200);
    },
    open: async (c) => {
      const by = await courierOf(c);
      const { id } = c.req.valid("param");
      const attempt = attemptOf(`courier:${by.courier}`, c.req.header("idempotency-key"), "couriers.openRetrieval", { id }, now());
      return c.json(await visits.open(by, id, attempt), 200);
    },
    takenOut: async (c) => c.json(await visits.takenOut(await courierOf(c), c.req.valid("param").id), 200),
    notThere: async (c) => c.json(await visits.notThere(await courierOf(c), c.req.valid("param").id), 200),
    leave: async (c) => c.json(await visits.leave(await courierOf(c), c.req.valid("param").id, c.req.valid("json").reason), 200),
    need: async (c) => {
      await who(c, "module");
      const row = await db.transaction().execute((tx) => need(tx, now(), newId, c.req.valid("json")));
      return c.json(queries.view((await queries.get(db, row.id))!), 200);
    },
  });
  const jobs: readonly Job[] = [
    {
      name: "couriers.unanswered",
      everySeconds: 60,
      run: () => visits.giveBack(new Date(now().getTime() - wordMinutes * 60_000), perRun),
    },
  ];
  return { routes, jobs };
}
