import type { Who } from "@pigeonhole/identity/contract";
import type { Now } from "@pigeonhole/kit/clock";
import type { Db, Tx } from "@pigeonhole/kit/db";
import { router } from "@pigeonhole/kit/http";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Log } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import { mayGoTo, movesTo, type Claim } from "../domain.ts";
import { end, free } from "../ending.ts";
import { Moved } from "../events.ts";
import { find } from "../finding.ts";
import * as compartments from "../queries/compartment.ts";
import { takeFree } from "../queries/rehouse.ts";
import * as claims from "../queries/reservation.ts";
import { placeOf } from "../queries/station.ts";
import { moveInto } from "../rehousing.ts";
import type { Tables } from "../tables.ts";
import { stepAside } from "../together/leaving.ts";
import * as contract from "./contract.ts";
import type { Elsewhere } from "./contract.ts";
import * as queries from "./queries.ts";

interface Needs {
  readonly db: Db<Tables>;
  readonly who: Who;
  readonly now: Now;
  readonly newId: NewId;
  readonly log: Log;
}

/** Places for a claim are looked for from this far around its station. Metres. */
const radiusMetres = 5_000;
/** Days until a parcel that has been taken out has to be at its new place. */
export const redeliverDays = 5;
const dayMs = 86_400_000;

export function elsewhere({ db, who, now, newId, log }: Needs) {
  const routes = contract.mount(router({ ...contract.refusals }, log), {
    places: async (c) => {
      await who(c, "module");
      const { id } = c.req.valid("param");
      const known = await claims.get(db, id);
      if (!known) throw new Refused("not_found", `There is no reservation ${id}.`);
      const here = await placeOf(db, known.claim.station);
      if (!here || known.claim.isPerishable) return c.json({ candidates: [] }, 200);
      const need = await claims.needOf(db, id);
      const wish = { lat: here.lat, lon: here.lon, radiusMetres, need, stepFree: false, except: known.claim.station };
      const { candidates } = await find(db, now(), { ...wish, limit: c.req.valid("query").limit });
      return c.json({ candidates: [...candidates] }, 200);
    },
    take: async (c) => {
      await who(c, "module");
      const wish = { ...c.req.valid("param"), ...c.req.valid("json"), newId: newId() };
      return c.json(await db.transaction().execute((tx) => take(tx, now(), wish)), 200);
    },
    giveUp: async (c) => {
      await who(c, "module");
      const { id } = c.req.valid("param");
      const { redirect } = c.req.valid("json");
      return c.json(await db.transaction().execute((tx) => giveUp(tx, now(), id, redirect)), 200);
    },
  });
  return { routes };
}

interface Wish {
  readonly id: string;
  readonly redirect: string;
  readonly station: string;
  readonly keepUntil: string;
  readonly newId: string;
}

/**
 * Under the lock of the claim it is certain whether its parcel is inside: a deposit that is reported at the same moment is applied before or after.
 * Throws Refused `not_found`, `no_such_station`, `wrong_state`, `perishable`, `station_full` or `station_unavailable`.
 */
async function take(tx: Tx<Tables>, at: Date, { id, redirect, station, keepUntil, newId }: Wish): Promise<Elsewhere> {
  const claim = await claims.lock(tx, id);
  if (!claim || claim.parcel === null) throw new Refused("not_found", `There is no order with the reservation ${id}.`);
  const before = await queries.ofRedirect(tx, redirect);
  if (before?.id === id) return { how: "moved", reservation: id, ...place(claim) };
  if (before?.state === "held") return { how: "claimed", reservation: before.id, ...place(before) };
  if (before || (claim.state !== "confirmed" && claim.state !== "fulfilled"))
    throw new Refused("wrong_state", `A reservation that is ${claim.endReason ?? claim.state} goes nowhere else.`);
  if (claim.station === station) throw new Refused("wrong_state", "The parcel is planned for this station already.");
  if (!mayGoTo(claim, station)) throw new Refused("perishable", "Goods that perish are never diverted to another station.");
  const there = await placeOf(tx, station);
  if (!there) throw new Refused("no_such_station", `There is no station ${station}.`);
  if (!there.isUsable) throw new Refused("station_unavailable", `${there.name} cannot be used now.`);
  const box = await takeFree(tx, station, await claims.needOf(tx, id), at);
  if (!box) throw new Refused("station_full", `${there.name} has no free compartment that fits.`);
  if (claim.state === "confirmed") {
    const taken = await moveInto(tx, at, { ...claim, parcel: claim.parcel }, there, box);
    await queries.setRedirect(tx, id, redirect);
    return { how: "moved", reservation: id, ...place(taken) };
  }
  if (box.reservation !== null) await end(tx, at, box.reservation, "lapsed", { isEmptied: false });
  const taken = (await compartments.lock(tx, box.station, box.compartment)) ?? box;
  const waiting = { ...claim, ...place(taken), id: newId, state: "held", parcel: null, expiresAt: new Date(keepUntil) } as const;
  await queries.insertWaiting(tx, at, waiting, { of: id, redirect });
  const steps = [...(taken.state === "available" ? [] : movesTo(taken.state, "available")), "reserved"] as const;
  await compartments.move(tx, taken, steps, at, { reservation: newId, parcel: null, until: waiting.expiresAt });
  return { how: "claimed", reservation: newId, ...place(taken) };
}

const place = ({ station, compartment, size }: Pick<Claim, "station" | "compartment" | "size">) => ({ station, compartment, size });

async function giveUp(tx: Tx<Tables>, at: Date, id: string, redirect: string): Promise<{ isMoved: boolean }> {
  const claim = await claims.lock(tx, id);
  if (!claim) throw new Refused("not_found", `There is no reservation ${id}.`);
  const waiting = await queries.ofRedirect(tx, redirect);
  if (waiting?.id === id || waiting?.endReason === "moved") return { isMoved: true };
  if (waiting) await end(tx, at, waiting.id, "cancelled", { isEmptied: false });
  await queries.setSuccessor(tx, id, null);
  return { isMoved: false };
}

/**
 * The parcel has been taken out of its compartment, and one waits for it at another station: its claim goes on there, the old compartment is free.
 * False when nothing waits, or no longer.
 */
export async function goOn(tx: Tx<Tables>, at: Date, claim: Claim): Promise<boolean> {
  const waitingId = await queries.successorOf(tx, claim.id);
  const waiting = waitingId === null ? undefined : await claims.lock(tx, waitingId);
  const there = waiting && (await placeOf(tx, waiting.station));
  if (claim.state !== "fulfilled" || claim.parcel === null || waiting?.state !== "held" || !there) return false;
  const { id, station, compartment, parcel } = claim;
  const former = await compartments.lock(tx, station, compartment);
  const isShared = former !== undefined && (await stepAside(tx, at, claim, former));
  const deliverBy = new Date(at.getTime() + redeliverDays * dayMs);
  await claims.save(tx, at, { ...waiting, state: "ended", endReason: "moved" });
  await claims.relocate(tx, id, waiting);
  await claims.save(tx, at, { ...claim, state: "confirmed", expiresAt: deliverBy });
  await queries.setSuccessor(tx, id, null);
  await compartments.note(tx, waiting, { reservation: id, parcel: null, until: deliverBy });
  const left = await compartments.lock(tx, station, compartment);
  if (left?.parcel === parcel && !isShared) await free(tx, at, left);
  const { name, address, lat, lon } = there;
  await publish(tx, at, Moved, {
    reservation: id,
    parcel,
    deliverBy: deliverBy.toISOString(),
    why: "redirected",
    from: { station, compartment },
    to: { ...place(waiting), name, address, lat, lon },
  });
  return true;
}
