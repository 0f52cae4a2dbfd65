import countriesUrl from "world-atlas/countries-10m.json?url";
import type { StyleSpecification } from "maplibre-gl";
import { feature } from "topojson-client";
import type { Topology } from "topojson-specification";
import type { WebConfig } from "../shell/config.ts";

/** The colours of the token file as MapLibre can read them: resolved for the theme that is shown now. */
export function mapColours() {
  const probe = document.body.appendChild(document.createElement("span"));
  const resolve = (token: string) => {
    probe.style.color = `var(--${token})`;
    return getComputedStyle(probe).color;
  };
  const colours = { water: resolve("sunken"), land: resolve("surface"), border: resolve("line-strong"), line: resolve("line"), ink: resolve("ink"), soft: resolve("ink-soft"), accent: resolve("accent"), onAccent: resolve("on-accent"), focus: resolve("focus") };
  probe.remove();
  return colours;
}
export type MapColours = ReturnType<typeof mapColours>;

let world: Promise<GeoJSON.GeoJSON> | undefined;
/** Natural Earth's countries (public domain), loaded once. */
const countries = () => (world ??= fetch(countriesUrl).then(async (answer) => {
  const topology = (await answer.json()) as Topology;
  return feature(topology, topology.objects.countries!);
}));

/** Only shapes that we serve ourselves, unless the operator has configured tiles. No glyphs: text is drawn with the device's own fonts. */
export async function mapStyle(colours: MapColours, { tileUrl, tileAttribution }: WebConfig): Promise<StyleSpecification | string> {
  if (tileUrl?.endsWith(".json")) return tileUrl;
  const tiles = tileUrl === undefined ? undefined : { type: "raster" as const, tiles: [tileUrl], tileSize: 256, ...(tileAttribution === undefined ? {} : { attribution: tileAttribution }) };
  return {
    version: 8,
    sources: { world: { type: "geojson", data: await countries(), attribution: "Natural Earth" }, ...(tiles ? { tiles } : {}) },
    layers: [
      { id: "water", type: "background", paint: { "background-color": colours.water } },
      { id: "land", type: "fill", source: "world", paint: { "fill-color": colours.land } },
      { id: "borders", type: "line", source: "world", paint: { "line-color": colours.border, "line-width": 0.8 } },
      ...(tiles ? [{ id: "tiles", type: "raster" as const, source: "tiles" }] : []),
    ],
  };
}
