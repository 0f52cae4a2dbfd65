import type { Db } from "@pigeonhole/kit/db";
import type { Candidate, PassedOver } from "./contract.ts";
import type { Need } from "./domain.ts";
import { isOpen } from "./opening.ts";
import { near, passedOver, type Found } from "./queries/search.ts";
import type { Tables } from "./tables.ts";

export interface Search {
  readonly lat: number;
  readonly lon: number;
  readonly radiusMetres: number;
  readonly need: Need;
  readonly stepFree: boolean;
  readonly limit: number;
  /** Only stations that are open at this instant. */
  readonly openAt?: Date | undefined;
  /** Left out: the station that has just been found full. */
  readonly except?: string;
  /** So many that fit have to be free at the least; usually one. */
  readonly least?: number | undefined;
}

/** The widest circle that is searched, and how much wider each is than the one before. Metres, factor. */
const widestMetres = 100_000;
const widening = 2;
/** With `openAt`, so many stations are looked at for each one wanted. */
const closedPerOpen = 8;

/** Candidates near a place, nearest first; when there are none, in wider and wider circles (A1.4). */
export async function find(
  db: Db<Tables>,
  now: Date,
  search: Search,
): Promise<{ readonly candidates: readonly Candidate[]; readonly radiusMetres: number; readonly widened: boolean }> {
  const { openAt, except, limit } = search;
  const wanted = (except === undefined ? limit : limit + 1) * (openAt === undefined ? 1 : closedPerOpen);
  for (let radiusMetres = search.radiusMetres; ; radiusMetres = Math.min(widestMetres, radiusMetres * widening)) {
    const found = await near(db, { ...search, radiusMetres, now, limit: wanted });
    const suitable = found
      .filter((station) => station.station !== except && (openAt === undefined || isOpen(station, openAt)))
      .slice(0, limit);
    if (suitable.length > 0 || radiusMetres >= widestMetres)
      return { candidates: suitable.map((station) => candidate(station, now)), radiusMetres, widened: radiusMetres > search.radiusMetres };
  }
}

/** Of the stations nearer than the last candidate, those that are none, and why: at most `limit`. */
export async function explain(
  db: Db<Tables>,
  now: Date,
  search: Search,
  candidates: readonly Candidate[],
  limit: number,
): Promise<readonly PassedOver[]> {
  const farthest = candidates.at(-1)?.distanceMetres;
  if (farthest === undefined || limit === 0) return [];
  const found = await passedOver(db, { ...search, radiusMetres: farthest, now, limit });
  return found.map(({ metres, ...station }) => ({ ...station, distanceMetres: Math.round(metres) }));
}

const candidate = (found: Found, now: Date): Candidate => ({
  station: found.station,
  name: found.name,
  address: found.address,
  lat: found.lat,
  lon: found.lon,
  distanceMetres: Math.round(found.metres),
  timeZone: found.timeZone,
  openNow: isOpen(found, now),
  openingHours: found.openingHours,
  stepFree: found.stepFree,
  freeCompartments: found.free,
  size: found.size,
});
