import { isDeepStrictEqual } from "node:util";
import { actorText, type Actor, type Who } from "@pigeonhole/identity/contract";
import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import { router } from "@pigeonhole/kit/http";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Log } from "@pigeonhole/kit/log";
import { Refused } from "@pigeonhole/kit/refused";
import { acceptanceConsumer } from "./acceptance/consumer.ts";
import { admit } from "./acceptance/holding.ts";
import { acceptanceRoutes } from "./acceptance/routes.ts";
import * as contract from "./contract.ts";
import type { Station } from "./contract.ts";
import * as domain from "./domain.ts";
import { setCompartment } from "./maintaining.ts";
import { moveStation } from "./moving.ts";
import * as queries from "./queries.ts";
import type { Tables } from "./tables.ts";

export interface Needs {
  readonly db: Db<Tables>;
  readonly who: Who;
  readonly now: Now;
  readonly newId: NewId;
  readonly log: Log;
}

const onlyAdmin = (actor: Extract<Actor, { kind: "operator" }>): void => {
  if (actor.role !== "admin") throw new Refused("not_allowed", "Only administrators change stations.");
};

export function network({ db, who, now, newId, log }: Needs) {
  const edit = (id: string, next: (station: Station) => Station): Promise<Station> =>
    db.transaction().execute(async (tx) => {
      const station = await queries.lock(tx, id);
      if (!station) throw new Refused("not_found", `There is no station ${id}.`);
      const changed = next(station);
      // What says nothing new is no fact.
      if (!isDeepStrictEqual(changed, station)) await queries.save(tx, now(), [{ key: null, station: changed }]);
      return changed;
    });

  const move = (id: string, wish: Parameters<typeof moveStation>[2], actor: Actor): Promise<Station> =>
    moveStation(db, id, wish, { actor: actorText(actor), now });

  const routes = contract.mount(router({ ...contract.refusals }, log), {
    list: async (c) => {
      const wanted = c.req.valid("query");
      const found = await queries.list(db, wanted);
      return c.json({ stations: found.slice(0, wanted.limit), truncated: found.length > wanted.limit }, 200);
    },
    get: async (c) => {
      const { station: id } = c.req.valid("param");
      const station = await queries.get(db, id);
      if (!station) throw new Refused("not_found", `There is no station ${id}.`);
      return c.json(station, 200);
    },
    create: async (c) => {
      const admin = await who(c, "operator");
      onlyAdmin(admin);
      const { waiver, ...said } = c.req.valid("json");
      const station = domain.found(newId(), said);
      await db.transaction().execute(async (tx) => {
        await queries.save(tx, now(), [{ key: null, station }]);
        if (station.status === "active") await admit(tx, station, waiver, { actor: actorText(admin), at: now() });
      });
      return c.json(station, 201);
    },
    change: async (c) => {
      onlyAdmin(await who(c, "operator"));
      const said = c.req.valid("json");
      return c.json(await edit(c.req.valid("param").station, (station) => domain.change(station, said)), 200);
    },
    setCompartment: async (c) => {
      const admin = await who(c, "operator");
      onlyAdmin(admin);
      const { station: id, compartment } = c.req.valid("param");
      const { state, reason } = c.req.valid("json");
      const changed = await setCompartment(db, id, { compartment, state, reason }, { actor: actorText(admin), now });
      return c.json(changed, 200);
    },
    move: async (c) => {
      const admin = await who(c, "operator");
      onlyAdmin(admin);
      return c.json(await move(c.req.valid("param").station, c.req.valid("json"), admin), 200);
    },
    suspend: async (c) => {
      const module = await who(c, "module");
      return c.json(await move(c.req.valid("param").station, { to: "suspended", ...c.req.valid("json") }, module), 200);
    },
  });
  routes.route("/", acceptanceRoutes({ db, who, log }));
  return { routes, consumers: acceptanceConsumer({ now }), jobs: [] };
}
