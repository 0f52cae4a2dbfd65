import type { Who } from "@pigeonhole/identity/contract";
import type { Db } from "@pigeonhole/kit/db";
import { router } from "@pigeonhole/kit/http";
import type { Log } from "@pigeonhole/kit/log";
import { Refused } from "@pigeonhole/kit/refused";
import { refusals } from "../contract.ts";
import * as stations from "../queries.ts";
import type { Tables } from "../tables.ts";
import * as contract from "./contract.ts";
import { lacksOf } from "./domain.ts";
import * as queries from "./queries.ts";

interface Needs {
  readonly db: Db<Tables>;
  readonly who: Who;
  readonly log: Log;
}

/** How stations were accepted, for those who put them into service. */
export const acceptanceRoutes = ({ db, who, log }: Needs) =>
  contract.mount(router({ ...refusals }, log), {
    get: async (c) => {
      await who(c, "operator");
      const { station: id } = c.req.valid("param");
      const station = await stations.get(db, id);
      if (!station) throw new Refused("not_found", `There is no station ${id}.`);
      const lacks = [...lacksOf(station, await queries.cabinet(db, id))];
      return c.json({ station: id, isWhole: lacks.length === 0, lacks, ...(await queries.kept(db, id)) }, 200);
    },
    needed: async (c) => {
      await who(c, "operator");
      const ids = await queries.waiting(db, c.req.valid("query").limit);
      const cabinets = await queries.cabinets(db, ids);
      const found = await Promise.all(ids.map((id) => stations.get(db, id)));
      const listed = found.flatMap((station) => {
        const cabinet = station && cabinets.get(station.id);
        return station && cabinet ? [{ station: station.id, name: station.name, lacks: [...lacksOf(station, cabinet)] }] : [];
      });
      return c.json({ stations: listed }, 200);
    },
  });
