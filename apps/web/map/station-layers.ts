import type { GeoJSONSource, Map as MapLibre } from "maplibre-gl";
import type { Point } from "../places/search.ts";
import type { MapColours } from "./map-style.ts";
import { walkingRing } from "./rings.ts";

/** `kind`: has room for the parcel, is there, or cannot be used. */
export interface MapStation extends Point {
  readonly id: string;
  readonly name: string;
  readonly kind: "room" | "other";
}

const ringMinutes = [5, 10, 15] as const;
const nothing: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };

/** Rings, clusters and stations above whatever the basemap is. Clustering keeps thousands of points light. */
export function addStationLayers(map: MapLibre, colours: MapColours): void {
  map.addSource("rings", { type: "geojson", data: nothing });
  map.addSource("stations", {
    type: "geojson",
    data: nothing,
    cluster: true,
    clusterRadius: 30,
    clusterMaxZoom: 13,
    clusterProperties: { room: ["+", ["case", ["==", ["get", "kind"], "room"], 1, 0]] },
  });
  map.addLayer({
    id: "rings",
    type: "line",
    source: "rings",
    filter: ["==", "$type", "LineString"],
    paint: { "line-color": colours.soft, "line-width": 1, "line-dasharray": [3, 4] },
  });
  map.addLayer({
    id: "ring-names",
    type: "symbol",
    source: "rings",
    filter: ["==", "$type", "Point"],
    layout: { "text-field": ["get", "name"], "text-size": 12, "text-font": ["system-ui"] },
    paint: { "text-color": colours.soft, "text-halo-color": colours.land, "text-halo-width": 2 },
  });
  map.addLayer({
    id: "here",
    type: "circle",
    source: "rings",
    filter: ["==", ["get", "name"], ""],
    paint: { "circle-radius": 6, "circle-color": colours.focus, "circle-stroke-color": colours.land, "circle-stroke-width": 2.5 },
  });
  map.addLayer({
    id: "clusters",
    type: "circle",
    source: "stations",
    filter: ["has", "point_count"],
    paint: {
      "circle-color": ["case", [">", ["get", "room"], 0], colours.accent, colours.land],
      "circle-stroke-color": ["case", [">", ["get", "room"], 0], colours.land, colours.border],
      "circle-stroke-width": 2,
      "circle-radius": ["step", ["get", "point_count"], 14, 10, 18, 100, 23],
    },
  });
  map.addLayer({
    id: "cluster-counts",
    type: "symbol",
    source: "stations",
    filter: ["has", "point_count"],
    layout: { "text-field": ["get", "point_count_abbreviated"], "text-size": 13, "text-font": ["system-ui"], "text-allow-overlap": true },
    paint: { "text-color": ["case", [">", ["get", "room"], 0], colours.onAccent, colours.ink] },
  });
  map.addLayer({
    id: "stations",
    type: "circle",
    source: "stations",
    filter: ["!", ["has", "point_count"]],
    paint: {
      "circle-radius": ["case", ["==", ["get", "kind"], "room"], 9, 6],
      "circle-color": ["case", ["==", ["get", "kind"], "room"], colours.accent, colours.land],
      "circle-stroke-color": ["case", ["==", ["get", "kind"], "room"], colours.land, colours.border],
      "circle-stroke-width": 2.5,
    },
  });
  map.addLayer({
    id: "marked",
    type: "circle",
    source: "stations",
    filter: ["==", ["get", "id"], ""],
    paint: { "circle-radius": 14, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": colours.accent, "circle-stroke-width": 3.5 },
  });
  map.addLayer({
    id: "names",
    type: "symbol",
    source: "stations",
    minzoom: 12,
    filter: ["!", ["has", "point_count"]],
    layout: {
      "text-field": ["get", "name"],
      "text-size": 13,
      "text-font": ["system-ui"],
      "text-anchor": "top",
      "text-offset": [0, 0.9],
      "text-optional": true,
    },
    paint: { "text-color": colours.ink, "text-halo-color": colours.land, "text-halo-width": 2 },
  });
}

const point = (at: Point, properties: GeoJSON.GeoJsonProperties): GeoJSON.Feature => ({
  type: "Feature",
  properties,
  geometry: { type: "Point", coordinates: [at.lon, at.lat] },
});

export function showStations(map: MapLibre, stations: readonly MapStation[]): void {
  map.getSource<GeoJSONSource>("stations")?.setData({
    type: "FeatureCollection",
    features: stations.map((station) => point(station, { id: station.id, name: station.name, kind: station.kind })),
  });
}

/** Where the reader is, and how far five, ten and fifteen minutes on foot reach. */
export function showRings(map: MapLibre, centre: Point, minutesText: (minutes: number) => string): void {
  const rings = ringMinutes.flatMap((minutes): readonly GeoJSON.Feature[] => {
    const ring = walkingRing(centre, minutes);
    const [lon, lat] = ring[24]!;
    return [
      { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: ring.map((corner) => [...corner]) } },
      point({ lon, lat }, { name: minutesText(minutes) }),
    ];
  });
  map.getSource<GeoJSONSource>("rings")?.setData({ type: "FeatureCollection", features: [...rings, point(centre, { name: "" })] });
}

export const mark = (map: MapLibre, station: string | undefined): unknown =>
  map.getLayer("marked") && map.setFilter("marked", ["==", ["get", "id"], station ?? ""]);
