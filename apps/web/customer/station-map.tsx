import "maplibre-gl/dist/maplibre-gl.css";
import "../map/map.css";
import { Button } from "@pigeonhole/ui/button.tsx";
import { SearchIcon } from "@pigeonhole/ui/icons.tsx";
import { useFormats, useLanguage, useSay } from "@pigeonhole/ui/language.tsx";
import { useTheme } from "@pigeonhole/ui/theme";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Map as MapLibre, NavigationControl, ScaleControl, setWorkerUrl, type GeoJSONSource } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { useEffect, useRef, useState } from "react";
import { addWorld, mapColours, mapStyle } from "../map/map-style.ts";
import { addStationLayers, mark, showRings, showStations, type MapStation } from "../map/station-layers.ts";
import { metresBetween, type Point } from "../places/search.ts";
import { useConfig } from "../shell/config.ts";
import { aroundQuery, searchQuery } from "./queries.ts";
import type { Wish } from "./wish.ts";
import { words } from "./words.ts";

setWorkerUrl(workerUrl);

interface StationMapProps {
  readonly point: Point;
  readonly wish: Wish;
  readonly marked: string | undefined;
  readonly onMark: (station: string | undefined) => void;
  readonly onMove: (point: Point) => void;
}

/** The map has been moved so far from the place searched that searching here makes sense. Metres. */
const movedMetres = 700;

/** The same lockers as the list. What it draws comes from this server alone, unless tiles are configured. */
export function StationMap({ point, wish, marked, onMark, onMove }: StationMapProps) {
  const say = useSay(words);
  const formats = useFormats();
  const { language } = useLanguage();
  const config = useConfig();
  const theme = useTheme();
  const navigate = useNavigate();
  const box = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<MapLibre>();
  const search = useQuery(searchQuery(point, wish, undefined));
  const around = useQuery(aroundQuery(point));
  const [middle, setMiddle] = useState<Point>();

  useEffect(() => {
    let isGone = false;
    const colours = mapColours();
    const made = new MapLibre({
      container: box.current!,
      style: mapStyle(colours, config),
      center: [point.lon, point.lat],
      zoom: 13,
      attributionControl: { compact: true },
      dragRotate: false,
      pitchWithRotate: false,
      maxPitch: 0,
      fadeDuration: 0,
    });
    made.touchZoomRotate.disableRotation();
    made.addControl(new NavigationControl({ showCompass: false }), "top-right");
    made.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
    made.on("load", () => {
      addStationLayers(made, colours);
      setMap(made);
      if (config.tileUrl === undefined) void addWorld(made, colours, () => isGone);
    });
    return () => {
      isGone = true;
      setMap(undefined);
      made.remove();
    };
    // The map is made anew for a theme, a language or other tiles; places and stations are moved in the effects below.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [theme, config, language]);

  useEffect(() => {
    if (!map) return;
    showRings(map, point, (minutes) => formats.minutes(minutes));
    map.easeTo({
      center: [point.lon, point.lat],
      zoom: Math.max(12.4, Math.min(map.getZoom(), 14)),
      duration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 180,
    });
  }, [map, point, formats]);

  useEffect(() => {
    if (!map) return;
    const candidates = search.data?.candidates ?? [];
    const rooms = new Set(candidates.map(({ station }) => station));
    const stations: readonly MapStation[] = [
      ...candidates.map(({ station, name, lat, lon }) => ({ id: station, name, lat, lon, kind: "room" as const })),
      ...(around.data?.stations ?? [])
        .filter(({ id, status }) => status === "active" && !rooms.has(id))
        .map(({ id, name, lat, lon }) => ({ id, name, lat, lon, kind: "other" as const })),
    ];
    showStations(map, stations);
  }, [map, search.data, around.data]);

  useEffect(() => {
    setMiddle(undefined);
    const moved = map?.on("moveend", ({ target }) => {
      const { lat, lng: lon } = target.getCenter();
      setMiddle(metresBetween(point, { lat, lon }) > movedMetres ? { lat, lon } : undefined);
    });
    return () => moved?.unsubscribe();
  }, [map, point]);

  useEffect(() => {
    if (map) mark(map, marked);
  }, [map, marked]);

  useEffect(() => {
    if (!map) return;
    const idAt = (features: readonly { readonly properties: Record<string, unknown> }[] | undefined) =>
      features?.[0]?.properties.id as string | undefined;
    const choose = map.on("click", "stations", ({ features }) => {
      const station = idAt(features);
      if (station) void navigate({ to: "/stations/$station", params: { station }, search: wish });
    });
    const zoomIn = map.on("click", "clusters", async ({ features, lngLat }) => {
      const cluster = Number(features?.[0]?.properties.cluster_id);
      const zoom = await map.getSource<GeoJSONSource>("stations")?.getClusterExpansionZoom(cluster);
      if (zoom !== undefined) map.easeTo({ center: lngLat, zoom });
    });
    const enter = map.on("mousemove", "stations", ({ features }) => {
      map.getCanvas().style.cursor = "pointer";
      onMark(idAt(features));
    });
    const leave = map.on("mouseleave", "stations", () => {
      map.getCanvas().style.cursor = "";
      onMark(undefined);
    });
    return () => {
      for (const each of [choose, zoomIn, enter, leave]) each.unsubscribe();
    };
  }, [map, navigate, wish, onMark]);

  return (
    <div className="relative size-full">
      <div ref={box} role="region" aria-label={say("map.label")} className="map size-full" />
      {middle && (
        <div className="absolute inset-x-0 top-3 grid justify-items-center">
          <div className="rounded-medium shadow-raised">
            <Button size="small" icon={<SearchIcon size={18} />} onPress={() => onMove(middle)}>
              {say("map.search")}
            </Button>
          </div>
        </div>
      )}
    </div>
  );
}
