import type { Db } from "@pigeonhole/kit/db";
import { once, previous, type Attempt } from "@pigeonhole/kit/idempotency";
import { Refused } from "@pigeonhole/kit/refused";
import type { Reservation } from "./contract.ts";
import { find } from "./finding.ts";
import { claim, type Wish } from "./queries/claim.ts";
import { couldFit } from "./queries/search.ts";
import { getStation } from "./queries/station.ts";
import type { Tables } from "./tables.ts";

/** So many stations are named when one is full, from this far around it at first. Metres. */
const alternatives = { limit: 5, radiusMetres: 5_000 } as const;

/**
 * Holds a compartment. The first statement nearly always decides. When it finds none, either the key was used before, or all compartments
 * are taken, or others were choosing the last ones at that moment: this is asked in turn, and only the last answer is a refusal, given
 * after every attempt under the same key has ended. Throws Refused `no_such_station`, `station_unavailable`, `does_not_fit`,
 * `station_full` (with `alternatives`) or `idempotency_key_reused`.
 */
export async function hold(db: Db<Tables>, wish: Wish, attempt: Attempt): Promise<Reservation> {
  const held = (await claim(db, wish, attempt)) ?? (await previous(db, attempt))?.body ?? (await claim(db, wish, attempt, true));
  if (held) return held as Reservation;
  const { body } = await once(db, attempt, async () => {
    throw await whyNot(db, wish, attempt.at);
  });
  return body as Reservation;
}

async function whyNot(db: Db<Tables>, { station: id, need }: Wish, now: Date): Promise<Refused> {
  const station = await getStation(db, id);
  if (!station) return new Refused("no_such_station", `There is no station ${id}.`);
  const { candidates } = await find(db, now, { lat: station.lat, lon: station.lon, need, stepFree: false, except: id, ...alternatives });
  if (!station.isUsable) return new Refused("station_unavailable", `${station.name} cannot be used now.`, { alternatives: candidates });
  if (!(await couldFit(db, id, need)))
    return new Refused("does_not_fit", `No compartment of ${station.name} takes such a parcel.`, { alternatives: candidates });
  return new Refused("station_full", `${station.name} has no free compartment that fits.`, { alternatives: candidates });
}
