import { maxCourierRights, type AccessApi, type CourierRight } from "@pigeonhole/access/contract";
import { actorText, requireScope, type IdentityApi, type Who } from "@pigeonhole/identity/contract";
import type { Client } from "@pigeonhole/kit/client";
import type { Now } from "@pigeonhole/kit/clock";
import { violates, type Db } from "@pigeonhole/kit/db";
import { router } from "@pigeonhole/kit/http";
import { attemptOf, once, previous } from "@pigeonhole/kit/idempotency";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Job } from "@pigeonhole/kit/jobs";
import type { Log } from "@pigeonhole/kit/log";
import { Refused } from "@pigeonhole/kit/refused";
import type { NetworkApi } from "@pigeonhole/network/contract";
import type { ParcelApi } from "@pigeonhole/parcels/contract";
import type { ReservationApi } from "@pigeonhole/reservations/contract";
import type { Context } from "hono";
import { couriersConsumer } from "./consumers.ts";
import * as contract from "./contract.ts";
import { dayIn, requireState } from "./domain.ts";
import { list as listProblems } from "./mistakes/queries.ts";
import { addStops, lookUp, requireCourier, setOut } from "./planning.ts";
import * as plan from "./queries/plan.ts";
import * as read from "./queries/read.ts";
import { retrievals } from "./retrievals/retrievals.ts";
import type { Tables } from "./tables.ts";
import { visiting, type By } from "./visiting.ts";

export interface Needs {
  readonly db: Db<Tables>;
  readonly who: Who;
  readonly now: Now;
  readonly newId: NewId;
  readonly log: Log;
  readonly identity: Client<IdentityApi>;
  readonly parcels: Client<ParcelApi>;
  readonly access: Client<AccessApi>;
  readonly network: Client<NetworkApi>;
  readonly reservations: Client<ReservationApi>;
}

/** How often problems that nobody brought to an end are taken up. */
const problemsEverySeconds = 2;

export function couriers({ db, who, now, newId, log, identity, parcels, access, network, reservations }: Needs) {
  const neighbours = { identity, network, parcels };
  const visits = visiting({ db, now, newId, log, access, parcels, reservations });
  const carrierOf = async (c: Context) => {
    const carrier = await who(c, "carrier");
    requireScope(carrier, "routes");
    return carrier;
  };
  const courierOf = async (c: Context): Promise<By> => {
    const { id, tenant, carrier } = await who(c, "courier");
    return { courier: id, tenant, carrier };
  };
  const seen = async (sight: read.Sight, id: string): Promise<contract.Route> => {
    const route = await read.get(db, sight, id);
    if (!route) throw new Refused("not_found", "There is no such route.");
    return route;
  };

  const routes = contract.mount(router(contract.refusals, log), {
    createRoute: async (c) => {
      const by = await carrierOf(c);
      const wish = c.req.valid("json");
      const attempt = attemptOf(actorText(by), c.req.header("idempotency-key"), "couriers.createRoute", wish, now());
      const before = await previous(db, attempt);
      if (before) return c.json(before.body as contract.Route, 201);
      await requireCourier(neighbours, wish.courier, by.tenant);
      const stops = await lookUp(neighbours, by.slug, wish.stops);
      const { body } = await once(db, attempt, async (tx) => {
        const at = now();
        const { name, day, courier } = wish;
        const route = {
          id: newId(),
          tenant: by.tenant,
          carrier: by.slug,
          courier,
          name,
          day,
          time_zone: stops[0]!.station.timeZone,
          state: "planned" as const,
          created_at: at,
          started_at: null,
          done_at: null,
        };
        await plan.insertRoute(tx, route);
        await addStops(tx, route, stops, at);
        return { status: 201, body: (await read.get(tx, { kind: "all" }, route.id))! };
      });
      return c.json(body, 201);
    },
    addParcels: async (c) => {
      const by = await carrierOf(c);
      const { id } = c.req.valid("param");
      const wish = c.req.valid("json");
      const sight = { kind: "carrier", tenant: by.tenant } as const;
      requireState("addParcels", (await seen(sight, id)).state);
      const stops = await lookUp(neighbours, by.slug, [wish]);
      await db.transaction().execute(async (tx) => {
        const route = await plan.lock(tx, id, by.tenant);
        if (!route) throw new Refused("not_found", "There is no such route.");
        requireState("addParcels", route.state);
        await addStops(tx, route, stops, now());
      });
      return c.json(await seen(sight, id), 200);
    },
    getRoute: async (c) => {
      const actor = await who(c, "carrier", "courier", "operator");
      const { id } = c.req.valid("param");
      if (actor.kind === "operator") return c.json(await seen({ kind: "all" }, id), 200);
      if (actor.kind === "courier") return c.json(await seen({ kind: "courier", tenant: actor.tenant, courier: actor.id }, id), 200);
      requireScope(actor, "routes");
      return c.json(await seen({ kind: "carrier", tenant: actor.tenant }, id), 200);
    },
    listRoutes: async (c) => {
      const actor = await who(c, "carrier", "operator");
      if (actor.kind === "carrier") requireScope(actor, "routes");
      const sight: read.Sight = actor.kind === "operator" ? { kind: "all" } : { kind: "carrier", tenant: actor.tenant };
      return c.json({ routes: await read.list(db, sight, c.req.valid("query")) }, 200);
    },
    myRoute: async (c) => {
      const by = await courierOf(c);
      const at = now();
      // Today is the calendar day at the route's first stop, wherever on Earth that is.
      const days = [-1, 0, 1].map((offset) => dayIn("UTC", new Date(at.getTime() + offset * 86_400_000)));
      const found = (await read.candidates(db, by, days)).find(
        (route) => route.state === "active" || route.day === dayIn(route.time_zone, at),
      );
      if (!found) throw new Refused("no_route", "There is no route for you today.");
      return c.json(await seen({ kind: "courier", ...by }, found.id), 200);
    },
    myRights: async (c) => {
      const by = await courierOf(c);
      const active = await read.activeOf(db, by);
      const route = active === undefined ? undefined : await read.get(db, { kind: "courier", ...by }, active);
      const stops = route?.stops ?? [];
      const wanted = [
        ...stops.flatMap(({ drops }) => drops.filter(({ state }) => state === "open" || state === "opened").map(right("dropoff"))),
        ...stops.flatMap((stop) =>
          stop.retrievals.filter(({ state }) => state === "assigned" || state === "opened").map(right("collection")),
        ),
      ];
      const rights: CourierRight[] = [];
      for (let at = 0; at < wanted.length; at += maxCourierRights) {
        const answer = await access.internal.access["courier-rights"].$post({ json: { wanted: wanted.slice(at, at + maxCourierRights) } });
        if (answer.status !== 200) throw new Error(`rights of a route: access answered ${answer.status}`);
        rights.push(...(await answer.json()).rights);
      }
      c.header("cache-control", "no-store");
      return c.json({ rights }, 200);
    },
    start: async (c) => {
      const by = await courierOf(c);
      const { id } = c.req.valid("param");
      await db
        .transaction()
        .execute(async (tx) => {
          const route = await plan.lock(tx, id, by.tenant, by.courier);
          if (!route) throw new Refused("not_found", "There is no such route.");
          requireState("start", route.state);
          const drops = await read.drops(tx, id);
          await setOut(
            tx,
            route,
            drops.filter((drop) => drop.state === "open").map((drop) => drop.parcel),
            now(),
          );
        })
        .catch((error: unknown) => {
          if (violates(error, "one_active_route")) throw new Refused("wrong_state", "You are on another route. Finish that one first.");
          throw error;
        });
      return c.json(await seen({ kind: "courier", ...by }, id), 200);
    },
    scan: async (c) => {
      const by = await courierOf(c);
      const { id } = c.req.valid("param");
      const wish = c.req.valid("json");
      const attempt = attemptOf(`courier:${by.courier}`, c.req.header("idempotency-key"), "couriers.scan", { route: id, ...wish }, now());
      return c.json(await visits.scan(by, id, wish.station, wish.barcode, attempt), 200);
    },
    getScan: async (c) => c.json(await visits.shown(await courierOf(c), c.req.valid("param").id), 200),
    deposited: async (c) => c.json(await visits.deposited(await courierOf(c), c.req.valid("param").id), 200),
    abandon: async (c) => c.json(await visits.abandon(await courierOf(c), c.req.valid("param").id, c.req.valid("json").reason), 200),
    divert: async (c) => c.json(await visits.divert(await courierOf(c), c.req.valid("param").id, c.req.valid("json").station), 200),
    giveUpStop: async (c) => {
      const { id, station } = c.req.valid("param");
      return c.json({ parcels: await visits.giveUpStop(await courierOf(c), id, station, c.req.valid("json").reason) }, 200);
    },
    listProblems: async (c) => {
      const actor = await who(c, "carrier", "operator");
      if (actor.kind === "carrier") requireScope(actor, "routes");
      const { all, ...filter } = c.req.valid("query");
      const tenant = actor.kind === "carrier" ? actor.tenant : undefined;
      return c.json({ problems: await listProblems(db, { ...filter, tenant, all: all === "true" }) }, 200);
    },
  });
  const takingOut = retrievals({ db, who, now, newId, log, access, network });
  routes.route("/", takingOut.routes);
  const problems: Job = { name: "couriers.problems", everySeconds: problemsEverySeconds, run: visits.takeUp };
  const jobs: readonly Job[] = [...takingOut.jobs, problems];
  return { routes, consumers: couriersConsumer({ now, newId }), jobs };
}

const right =
  <K extends CourierRight["kind"]>(kind: K) =>
  ({ parcel }: { readonly parcel: string }) => ({ kind, parcel });
