import type { Db } from "@pigeonhole/kit/db";
import { router } from "@pigeonhole/kit/http";
import type { Log } from "@pigeonhole/kit/log";
import type { Seal } from "@pigeonhole/kit/seal";
import { requireRole, type Who } from "../contract.ts";
import { emailPlace } from "../operators.ts";
import type { Tables } from "../tables.ts";
import * as contract from "./contract.ts";
import * as queries from "./queries.ts";

interface Needs {
  readonly db: Db<Tables>;
  readonly who: Who;
  readonly log: Log;
  readonly seal: Seal;
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What actors are called, for operators. */
export function actorNames({ db, who, log, seal }: Needs) {
  const courierName = ({ id, sealed_name }: { readonly id: string; readonly sealed_name: string }): string =>
    seal.open(`identity.courier|${id}`, sealed_name);
  return contract.mount(router({}, log), {
    names: async (c) => {
      requireRole(await who(c, "operator"), "support");
      const asked = c.req.valid("json").actors.map((actor) => actor.split(":") as [kind: string, id?: string]);
      const idsOf = (...kinds: readonly string[]): readonly string[] =>
        asked.flatMap(([kind, id = ""]) => (kinds.includes(kind) && uuid.test(id) ? [id] : []));
      const [tenants, couriers, operators] = await Promise.all([
        queries.tenants(db, idsOf("shop", "carrier")),
        queries.couriers(db, idsOf("courier")),
        queries.operators(db, idsOf("operator")),
      ]);
      const named = [
        ...tenants.map(({ id, kind, name }) => [`${kind}:${id}`, name] as const),
        ...couriers.map((row) => [`courier:${row.id}`, `${courierName(row)} (${row.slug})`] as const),
        ...operators.map(({ id, sealed_email }) => [`operator:${id}`, seal.open(emailPlace(id), sealed_email)] as const),
      ];
      c.header("cache-control", "no-store");
      return c.json({ names: Object.fromEntries(named) }, 200);
    },
    findCouriers: async (c) => {
      requireRole(await who(c, "operator"), "support");
      const rows = await queries.couriersCalled(db, c.req.valid("query").q.trim().toLowerCase(), contract.mostCouriers);
      c.header("cache-control", "no-store");
      return c.json(
        {
          couriers: rows.map((row) => ({
            id: row.id,
            username: row.username,
            name: courierName(row),
            carrier: row.slug,
            carrierName: row.carrier_name,
          })),
        },
        200,
      );
    },
  });
}
