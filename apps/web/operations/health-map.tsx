import "maplibre-gl/dist/maplibre-gl.css";
import "../map/map.css";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { useTheme } from "@pigeonhole/ui/theme";
import { LngLatBounds, Map as MapLibre, NavigationControl, setWorkerUrl, type GeoJSONSource } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { useEffect, useRef, useState } from "react";
import { addWorld, mapColours, mapStyle, type MapColours } from "../map/map-style.ts";
import { useConfig } from "../shell/config.ts";
import { useGo } from "../shell/to.tsx";
import { stationAt } from "./addresses.ts";
import type { FleetStation } from "./use-fleet.ts";
import { words } from "./words.ts";

setWorkerUrl(workerUrl);

const ranks = { alarm: 3, watch: 2, good: 1, unknown: 0 } as const;

function token(name: string): string {
  const probe = document.body.appendChild(document.createElement("span"));
  probe.style.color = `var(--${name})`;
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

/** The worst of a cluster colours it; alarms are drawn larger and on top, so that colour is not alone. */
function addHealthLayers(map: MapLibre, colours: MapColours): void {
  const [bad, warn, good] = [token("bad"), token("warn"), token("accent")];
  const byRank = (rank: unknown) => ["match", rank, 3, bad, 2, warn, 1, good, colours.soft];
  map.addSource("fleet", {
    type: "geojson",
    data: { type: "FeatureCollection", features: [] },
    cluster: true,
    clusterRadius: 26,
    clusterMaxZoom: 12,
    clusterProperties: { worst: ["max", ["get", "rank"]] },
  });
  map.addLayer({
    id: "fleet-clusters",
    type: "circle",
    source: "fleet",
    filter: ["has", "point_count"],
    paint: {
      "circle-color": colours.land,
      "circle-stroke-color": byRank(["get", "worst"]) as unknown as string,
      "circle-stroke-width": 4,
      "circle-radius": ["step", ["get", "point_count"], 14, 10, 17, 100, 22],
    },
  });
  map.addLayer({
    id: "fleet-counts",
    type: "symbol",
    source: "fleet",
    filter: ["has", "point_count"],
    layout: { "text-field": ["get", "point_count_abbreviated"], "text-size": 13, "text-font": ["system-ui"], "text-allow-overlap": true },
    paint: { "text-color": colours.ink },
  });
  map.addLayer({
    id: "fleet-stations",
    type: "circle",
    source: "fleet",
    filter: ["!", ["has", "point_count"]],
    layout: { "circle-sort-key": ["get", "rank"] },
    paint: {
      "circle-color": byRank(["get", "rank"]) as unknown as string,
      "circle-stroke-color": colours.land,
      "circle-stroke-width": 2,
      "circle-radius": ["match", ["get", "rank"], 3, 11, 2, 8, 1, 7, 5],
    },
  });
  map.addLayer({
    id: "fleet-names",
    type: "symbol",
    source: "fleet",
    minzoom: 11,
    filter: ["!", ["has", "point_count"]],
    layout: {
      "text-field": ["get", "name"],
      "text-size": 12,
      "text-font": ["system-ui"],
      "text-anchor": "top",
      "text-offset": [0, 1],
      "text-optional": true,
    },
    paint: { "text-color": colours.ink, "text-halo-color": colours.land, "text-halo-width": 2 },
  });
}

/** Where the stations are and how they are; a press opens one. The table beside it says the same in words. */
export function HealthMap({ fleet }: { fleet: readonly FleetStation[] }) {
  const say = useSay(words);
  const config = useConfig();
  const theme = useTheme();
  const go = useRef(useGo());
  const box = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<MapLibre>();
  const hasFitted = useRef(false);
  const home = useRef(config.home);

  useEffect(() => {
    let isGone = false;
    hasFitted.current = false;
    const colours = mapColours();
    const centre = home.current;
    const made = new MapLibre({
      container: box.current!,
      style: mapStyle(colours, config),
      center: [centre?.lon ?? 15, centre?.lat ?? 52],
      zoom: 5,
      attributionControl: { compact: true },
      dragRotate: false,
      pitchWithRotate: false,
      maxPitch: 0,
      fadeDuration: 0,
    });
    made.touchZoomRotate.disableRotation();
    made.addControl(new NavigationControl({ showCompass: false }), "top-right");
    made.on("load", () => {
      addHealthLayers(made, colours);
      setMap(made);
      if (config.tileUrl === undefined) void addWorld(made, colours, () => isGone, "fleet-clusters");
    });
    made.on("click", "fleet-stations", ({ features }) => {
      const id = features?.[0]?.properties.id as string | undefined;
      if (id !== undefined) go.current(stationAt(id));
    });
    made.on("click", "fleet-clusters", async ({ features, lngLat }) => {
      const zoom = await made.getSource<GeoJSONSource>("fleet")?.getClusterExpansionZoom(Number(features?.[0]?.properties.cluster_id));
      if (zoom !== undefined) made.easeTo({ center: lngLat, zoom });
    });
    return () => {
      isGone = true;
      setMap(undefined);
      made.remove();
    };
  }, [theme, config]);

  useEffect(() => {
    if (!map) return;
    map.getSource<GeoJSONSource>("fleet")?.setData({
      type: "FeatureCollection",
      features: fleet.map(({ station, health }) => ({
        type: "Feature",
        properties: { id: station.id, name: station.name, rank: ranks[health.level] },
        geometry: { type: "Point", coordinates: [station.lon, station.lat] },
      })),
    });
    if (hasFitted.current || fleet.length === 0) return;
    hasFitted.current = true;
    const bounds = fleet.reduce((all, { station }) => all.extend([station.lon, station.lat]), new LngLatBounds());
    map.fitBounds(bounds, { padding: 40, maxZoom: 12, animate: false });
  }, [map, fleet]);

  return <div ref={box} role="region" aria-label={say("overview.map")} className="map size-full" />;
}
