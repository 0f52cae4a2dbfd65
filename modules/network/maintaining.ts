import { isDeepStrictEqual } from "node:util";
import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import { demandAcceptance } from "./acceptance/domain.ts";
import { cabinet } from "./acceptance/queries.ts";
import type { Station } from "./contract.ts";
import * as domain from "./domain.ts";
import { CompartmentSet } from "./events.ts";
import * as queries from "./queries.ts";
import type { Tables } from "./tables.ts";

interface Wish {
  readonly compartment: number;
  readonly state: "in_service" | "maintenance";
  readonly reason: string;
}

/** Takes a compartment out of service or back in, with who wanted it and why. What says nothing new is no fact. Throws Refused `not_found`, `no_such_compartment`, `acceptance_needed`. */
export function setCompartment(
  db: Db<Tables>,
  id: string,
  { compartment, state, reason }: Wish,
  { actor, now }: { readonly actor: string; readonly now: Now },
): Promise<Station> {
  return db.transaction().execute(async (tx) => {
    const station = await queries.lock(tx, id);
    if (!station) throw new Refused("not_found", `There is no station ${id}.`);
    const next = domain.setCompartment(station, compartment, state);
    // A door that nobody has seen open takes no parcel.
    if (next.status === "active" && state === "in_service") demandAcceptance(next, await cabinet(tx, id));
    if (state === "maintenance") await queries.noteMaintenance(tx, now(), id, compartment, reason);
    const isNews = station.maintenance.includes(compartment) !== (state === "maintenance");
    if (isNews) await publish(tx, now(), CompartmentSet, { station: id, compartment, state, reason, actor });
    if (!isDeepStrictEqual(next, station)) await queries.save(tx, now(), [{ key: null, station: next }]);
    return next;
  });
}
