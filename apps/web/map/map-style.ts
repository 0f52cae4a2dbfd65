import fineUrl from "world-atlas/countries-10m.json?url";
import coarseUrl from "world-atlas/countries-110m.json?url";
import type { GeoJSONSource, Map as MapLibre, StyleSpecification } from "maplibre-gl";
import { feature } from "topojson-client";
import type { Topology } from "topojson-specification";
import type { Point } from "../places/search.ts";
import { unbroken } from "./antimeridian.ts";
import type { WebConfig } from "../shell/config.ts";

/** The colours of the token file as MapLibre can read them: resolved for the theme that is shown now. */
export function mapColours() {
  const probe = document.body.appendChild(document.createElement("span"));
  // A colour that is just changing would still be read as the one before it: theme.css gives every element a transition, however short.
  probe.style.transitionProperty = "none";
  const resolve = (token: string) => {
    probe.style.color = `var(--${token})`;
    return getComputedStyle(probe).color;
  };
  const colours = {
    water: resolve("sunken"),
    land: resolve("surface"),
    border: resolve("line-strong"),
    line: resolve("line"),
    ink: resolve("ink"),
    soft: resolve("ink-soft"),
    accent: resolve("accent"),
    onAccent: resolve("on-accent"),
    focus: resolve("focus"),
  };
  probe.remove();
  return colours;
}
export type MapColours = ReturnType<typeof mapColours>;

type Polygons = readonly GeoJSON.Feature<GeoJSON.Polygon>[];

/** Natural Earth's countries (public domain) as single polygons, loaded once each: coarse for the world, fine for where the reader looks. */
const loaded = new Map<string, Promise<Polygons>>();
function polygons(url: string): Promise<Polygons> {
  const known = loaded.get(url);
  if (known) return known;
  const loading = fetch(url).then(async (answer) => {
    const topology = (await answer.json()) as Topology;
    const shapes = feature(topology, topology.objects.countries!) as GeoJSON.FeatureCollection<GeoJSON.Polygon | GeoJSON.MultiPolygon>;
    return shapes.features.flatMap(({ geometry }) =>
      (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates).map((coordinates) => ({
        type: "Feature" as const,
        properties: {},
        geometry: { type: "Polygon" as const, coordinates: coordinates.map(unbroken) },
      })),
    );
  });
  loaded.set(url, loading);
  loading.catch(() => loaded.delete(url));
  return loading;
}

/** Fine shapes are drawn so far around the middle of the map; the worker need not cut the rest of the world. Degrees. */
const fineDegrees = 6;
const isNear =
  ({ lat, lon }: Point) =>
  ({ geometry }: Polygons[number]): boolean => {
    const ring = geometry.coordinates[0]!;
    const overlaps = (at: 0 | 1, middle: number) =>
      ring.some((corner) => corner[at]! < middle + fineDegrees) && ring.some((corner) => corner[at]! > middle - fineDegrees);
    return overlaps(0, lon) && overlaps(1, lat);
  };

/** Only shapes that we serve ourselves, unless the operator has configured tiles. No glyphs: text is drawn with the device's own fonts. */
export function mapStyle(colours: MapColours, { tileUrl, tileAttribution }: WebConfig): StyleSpecification | string {
  if (tileUrl?.endsWith(".json")) return tileUrl;
  const tiles =
    tileUrl === undefined
      ? undefined
      : {
          type: "raster" as const,
          tiles: [tileUrl],
          tileSize: 256,
          ...(tileAttribution === undefined ? {} : { attribution: tileAttribution }),
        };
  return {
    version: 8,
    sources: tiles ? { tiles } : {},
    layers: [
      { id: "ground", type: "background", paint: { "background-color": colours.land } },
      ...(tiles ? [{ id: "tiles", type: "raster" as const, source: "tiles" }] : []),
    ],
  };
}

/** From here on the fine shapes are drawn instead of the coarse ones. Zoom level. */
const fineZoom = 6;

/** The coasts and borders below everything else, once they have come; stations do not wait for them. */
export async function addWorld(map: MapLibre, colours: MapColours, isGone: () => boolean, below = "rings"): Promise<void> {
  const coarse = await polygons(coarseUrl);
  if (isGone()) return;
  const empty: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };
  map.addSource("coarse", { type: "geojson", data: { ...empty, features: [...coarse] }, attribution: "Natural Earth", maxzoom: fineZoom });
  map.addSource("fine", { type: "geojson", data: empty });
  for (const [source, range] of [
    ["coarse", { maxzoom: fineZoom }],
    ["fine", { minzoom: fineZoom }],
  ] as const) {
    map.addLayer({ id: `${source}-land`, type: "fill", source, ...range, paint: { "fill-color": colours.land } }, below);
    map.addLayer(
      { id: `${source}-borders`, type: "line", source, ...range, paint: { "line-color": colours.border, "line-width": 0.8 } },
      below,
    );
  }
  const fine = await polygons(fineUrl);
  let drawnAt: Point | undefined;
  const draw = () => {
    const { lat, lng: lon } = map.getCenter();
    if (isGone() || (drawnAt && Math.abs(drawnAt.lat - lat) + Math.abs(drawnAt.lon - lon) < fineDegrees / 2)) return;
    drawnAt = { lat, lon };
    map.getSource<GeoJSONSource>("fine")?.setData({ type: "FeatureCollection", features: fine.filter(isNear(drawnAt)) });
    // The ground turns to water once the land is there: until then everything is land.
    void map.once("idle", () => !isGone() && map.setPaintProperty("ground", "background-color", colours.water));
  };
  draw();
  map.on("moveend", draw);
}
