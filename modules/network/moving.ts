import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import { admit } from "./acceptance/holding.ts";
import type { Station } from "./contract.ts";
import { StationMoved } from "./events.ts";
import { moved, type Move } from "./lifecycle.ts";
import * as queries from "./queries.ts";
import type { Tables } from "./tables.ts";

/** Takes a station to the next state of its life, with who wanted it and why. Throws Refused as `moved` and `admit` do, or `not_found`. */
export function moveStation(
  db: Db<Tables>,
  id: string,
  wish: Move & { readonly reason: string; readonly waiver?: string | undefined },
  { actor, now }: { readonly actor: string; readonly now: Now },
): Promise<Station> {
  return db.transaction().execute(async (tx) => {
    const station = await queries.lock(tx, id);
    if (!station) throw new Refused("not_found", `There is no station ${id}.`);
    const next = { ...station, ...moved(station, wish) };
    if (next.status === station.status && next.suspendedFor === station.suspendedFor) return station;
    if (next.status === "active") await admit(tx, next, wish.waiver, { actor, at: now() });
    await publish(tx, now(), StationMoved, {
      station: id,
      from: station.status,
      to: next.status,
      cause: next.suspendedFor,
      reason: wish.reason,
      inspection: wish.inspection ?? null,
      actor,
    });
    await queries.save(tx, now(), [{ key: null, station: next }]);
    return next;
  });
}
