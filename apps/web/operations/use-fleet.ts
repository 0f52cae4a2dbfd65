import { useNow } from "@pigeonhole/ui/clock";
import { useChanges } from "@pigeonhole/ui/changes.tsx";
import type { Device } from "@pigeonhole/devices/contract";
import type { StationPoint } from "@pigeonhole/network/contract";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { z } from "zod";
import { healthOf, occupancyOf, worstFirst, type Health, type Occupancy } from "./health.ts";
import { compartmentsQuery, devicesQuery, stationsQuery } from "./queries.ts";

export interface FleetStation {
  readonly station: z.output<typeof StationPoint>;
  readonly device: Device | undefined;
  readonly occupancy: Occupancy | undefined;
  readonly health: Health;
}

/** Occupancy is asked station by station, so only for the first so many; topics of one page end at 50. */
const mostOccupancies = 40;

/** Every station with its device and health, the worst first. */
export function useFleet() {
  const stations = useQuery(stationsQuery);
  const devices = useQuery(devicesQuery);
  const now = useNow(10_000);
  const enrolled = useMemo(() => (devices.data?.devices ?? []).filter((device) => device.enrolled), [devices.data]);
  const asked = useMemo(() => enrolled.slice(0, mostOccupancies).map(({ station }) => station), [enrolled]);
  const liveness = useChanges(useMemo(() => asked.map((station) => `station:${station}`), [asked]));
  const occupancies = useQueries({
    queries: asked.map((station) => compartmentsQuery(station)),
    combine: (results) => new Map(results.flatMap(({ data }, at) => (data ? [[asked[at]!, occupancyOf(data)] as const] : []))),
  });
  const fleet = useMemo(() => {
    const byStation = new Map(enrolled.map((device) => [device.station, device]));
    return (stations.data?.stations ?? [])
      .map((station): FleetStation => {
        const device = byStation.get(station.id);
        const occupancy = occupancies.get(station.id);
        return { station, device, occupancy, health: healthOf(station, device, occupancy, now) };
      })
      .toSorted((a, b) => worstFirst(a.health, b.health) || a.station.name.localeCompare(b.station.name));
  }, [stations.data, enrolled, occupancies, now]);
  return { fleet, stations, devices, liveness, now };
}
