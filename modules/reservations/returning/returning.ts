import { actorText, requireModule, type Who } from "@pigeonhole/identity/contract";
import type { Now } from "@pigeonhole/kit/clock";
import type { Db, Tx } from "@pigeonhole/kit/db";
import { router } from "@pigeonhole/kit/http";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Log } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import { movesTo, needOf, type Claim, type Need } from "../domain.ts";
import { end } from "../ending.ts";
import { ReturnClaimed } from "../events.ts";
import { find } from "../finding.ts";
import * as compartments from "../queries/compartment.ts";
import { takeFree } from "../queries/rehouse.ts";
import * as claims from "../queries/reservation.ts";
import { getStation } from "../queries/station.ts";
import type { Tables } from "../tables.ts";
import * as contract from "./contract.ts";
import { freeForReturn } from "./domain.ts";
import * as queries from "./queries.ts";

interface Needs {
  readonly db: Db<Tables>;
  readonly who: Who;
  readonly now: Now;
  readonly newId: NewId;
  readonly log: Log;
}

/** Around the place that is asked for, at first; wider when nothing is found. Metres. */
const radiusMetres = 3_000;

export function returning({ db, who, now, newId, log }: Needs) {
  const routes = contract.mount(router(contract.refusals, log), {
    places: async (c) => {
      requireModule(await who(c, "module"), "returns");
      const { size, stepFree, openAt, ...place } = c.req.valid("query");
      const wish = { ...place, radiusMetres, need: needOf({ size }), stepFree: stepFree === "true", least: freeForReturn };
      const { candidates } = await find(db, now(), { ...wish, openAt: openAt === undefined ? undefined : new Date(openAt) });
      return c.json({ candidates: [...candidates] }, 200);
    },
    claim: async (c) => {
      const by = await who(c, "module");
      requireModule(by, "returns");
      const { dimensions, size, ...wish } = c.req.valid("json");
      const need = needOf({ size, ...(dimensions && { dimensions }) });
      const asked = { ...wish, ...c.req.valid("param"), need, owner: actorText(by), newId: newId() };
      return c.json(await db.transaction().execute((tx) => take(tx, now(), asked)), 200);
    },
    giveUp: async (c) => {
      requireModule(await who(c, "module"), "returns");
      const { id } = c.req.valid("param");
      return c.json(await db.transaction().execute((tx) => giveUp(tx, now(), id)), 200);
    },
  });
  return { routes };
}

interface Wish {
  readonly id: string;
  readonly station: string;
  readonly need: Need;
  readonly owner: string;
  readonly orderId: string;
  readonly until: string;
  readonly newId: string;
}

/** Throws Refused `no_such_station`, `station_unavailable`, `station_full` or `over`. */
async function take(tx: Tx<Tables>, at: Date, { id, station, need, owner, orderId, until, newId }: Wish): Promise<contract.Claimed> {
  await queries.holdStill(tx, station);
  const known = await claims.idOfParcel(tx, id);
  const before = known === undefined ? undefined : await claims.lock(tx, known);
  if (before?.state === "ended") throw new Refused("over", `This claim has ended: ${before.endReason}.`);
  if (before) return claimed(before);
  const there = await getStation(tx, station);
  if (!there) throw new Refused("no_such_station", `There is no station ${station}.`);
  if (!there.isUsable) throw new Refused("station_unavailable", `${there.name} cannot be used now.`);
  const isSpare = (await queries.free(tx, station, need, at)) >= freeForReturn;
  const box = isSpare ? await takeFree(tx, station, need, at) : undefined;
  if (!box) throw new Refused("station_full", `${there.name} has no compartment to spare for this now.`);
  if (box.reservation !== null) await end(tx, at, box.reservation, "lapsed", { isEmptied: false });
  const taken = (await compartments.lock(tx, box.station, box.compartment)) ?? box;
  const claim: Claim = {
    id: newId,
    station,
    compartment: taken.compartment,
    size: taken.size,
    state: "confirmed",
    endReason: null,
    owner,
    orderId,
    parcel: id,
    expiresAt: new Date(until),
    isPerishable: false,
    isReturn: true,
    togetherWith: null,
  };
  await queries.insert(tx, at, claim, need);
  const steps = [...(taken.state === "available" ? [] : movesTo(taken.state, "available")), "reserved"] as const;
  await compartments.move(tx, taken, steps, at, { reservation: claim.id, parcel: null, until: claim.expiresAt });
  const { compartment, size } = claim;
  await publish(tx, at, ReturnClaimed, { reservation: claim.id, station, compartment, size, parcel: id, owner, until });
  return claimed(claim);
}

const claimed = ({ id, station, compartment, size }: Claim): contract.Claimed => ({ reservation: id, station, compartment, size });

async function giveUp(tx: Tx<Tables>, at: Date, id: string): Promise<{ isInside: boolean }> {
  const known = await claims.idOfParcel(tx, id);
  const claim = known === undefined ? undefined : await claims.lock(tx, known);
  if (claim?.state === "fulfilled") return { isInside: true };
  if (claim) await end(tx, at, claim.id, "cancelled", { isEmptied: false });
  return { isInside: false };
}
