import { fold, shardOf, type Shard } from "./fold.ts";

export interface Point {
  readonly lat: number;
  readonly lon: number;
}
export interface Place extends Point {
  readonly name: string;
  /** "Harjumaa, Estonia": what tells it from others of the same name. */
  readonly detail: string;
}

/** Offered at most so many. */
const mostPlaces = 6;
const earthMetres = 6_371_008;

/** Metres along the great circle (haversine). */
export function metresBetween(a: Point, b: Point): number {
  const radians = Math.PI / 180;
  const [dLat, dLon] = [(b.lat - a.lat) * radians, (b.lon - a.lon) * radians];
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(a.lat * radians) * Math.cos(b.lat * radians) * Math.sin(dLon / 2) ** 2;
  return 2 * earthMetres * Math.asin(Math.min(1, Math.sqrt(h)));
}

const loaded = new Map<string, Promise<Shard>>();
function shard(key: string): Promise<Shard> {
  const known = loaded.get(key);
  if (known) return known;
  const loading = fetch(`/places/${key}.json`).then((answer) =>
    answer.ok ? (answer.json() as Promise<Shard>) : { regions: [], places: [] },
  );
  loaded.set(key, loading);
  loading.catch(() => loaded.delete(key));
  return loading;
}

/** Places whose name begins with the text: whole names first, then the nearest to where the reader was looking. */
export function findIn(
  { regions, places }: Shard,
  text: string,
  near: Point | undefined,
  countryName: (code: string) => string,
): readonly Place[] {
  const wanted = fold(text);
  return places
    .flatMap(([name, country, region, lat, lon]) => {
      const folded = fold(name);
      if (!folded.startsWith(wanted)) return [];
      const point = { lat: lat / 1000, lon: lon / 1000 };
      return [
        {
          place: { name, detail: [regions[region], countryName(country)].filter(Boolean).join(", "), ...point },
          isWhole: folded === wanted,
          metres: near ? metresBetween(near, point) : 0,
        },
      ];
    })
    .toSorted((a, b) => Number(b.isWhole) - Number(a.isWhole) || a.metres - b.metres || a.place.name.length - b.place.name.length)
    .slice(0, mostPlaces)
    .map(({ place }) => place);
}

/** Needs two letters at least; fewer find nothing. */
export async function findPlaces(text: string, near: Point | undefined, locale: string): Promise<readonly Place[]> {
  const wanted = fold(text);
  if (wanted.length < 2) return [];
  const countries = new Intl.DisplayNames(locale, { type: "region" });
  return findIn(await shard(shardOf(wanted)), text, near, (code) => countries.of(code) ?? code);
}
