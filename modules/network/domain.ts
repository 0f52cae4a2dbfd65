import { Refused } from "@pigeonhole/kit/refused";
import tzLookup from "tz-lookup";
import type { z } from "zod";
import type { Station } from "./contract.ts";
import type { StationChanged } from "./events.ts";
import type { Layout } from "./layout.ts";
import { moved } from "./lifecycle.ts";
import { checkOpeningHours } from "./opening-hours.ts";
import { standardLayout } from "./standard-layout.ts";

/** What may be said of a station; what is left out keeps its value, or takes the default of a new one. */
export type Settings = {
  readonly [K in Exclude<keyof Station, "id" | "timeZone" | "maintenance" | "suspendedFor">]?: Station[K] | undefined;
};
type Needed = Settings & Required<Pick<Station, "name" | "lat" | "lon">>;

const usual = standardLayout();

export const doorNumbers = (layout: Layout): ReadonlySet<number> =>
  new Set(layout.columns.flatMap(({ doors }) => doors.map(({ number }) => number)));

/** IANA zone of a place; at sea the nautical one. */
export const timeZoneAt = (lat: number, lon: number): string => tzLookup(lat, lon);

/** A new station from what is said of it. Throws Refused `opening_hours_invalid` or `malformed`. */
export const found = (id: string, said: Needed): Station =>
  checked({
    id,
    carrier: null,
    address: null,
    country: null,
    openingHours: null,
    stepFree: false,
    supportPhone: null,
    status: "provisioning",
    suspendedFor: null,
    walkUp: [],
    maintenance: [],
    ...stated(said),
    name: said.name,
    lat: said.lat,
    lon: said.lon,
    layout: said.layout ?? usual,
    timeZone: timeZoneAt(said.lat, said.lon),
  });

/** The station with what is said of it. Throws as `found` does, and when its state cannot follow the present one. */
export const change = (station: Station, said: Settings): Station => {
  // A new state has to follow the old one, also when a file says so.
  const standing = said.status === undefined || said.status === station.status ? {} : moved(station, { to: said.status });
  const next = { ...station, ...stated(said), ...standing };
  const doors = doorNumbers(next.layout);
  return checked({ ...next, timeZone: timeZoneAt(next.lat, next.lon), maintenance: next.maintenance.filter((door) => doors.has(door)) });
};

const stated = (said: Settings): Partial<Station> => Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));

function checked(station: Station): Station {
  const country = station.country?.toUpperCase() ?? null;
  if (country !== null && !/^[A-Z]{2}$/.test(country))
    throw new Refused("malformed", `“${station.country}” is no country code (ISO 3166-1 alpha-2).`);
  const doors = doorNumbers(station.layout);
  const unknown = station.walkUp.find((number) => !doors.has(number));
  if (unknown !== undefined) throw new Refused("malformed", `Walk-up compartment ${unknown} is not in the station's layout.`);
  if (station.openingHours !== null) checkOpeningHours(station.openingHours, { ...station, country });
  const suspendedFor = station.status === "suspended" ? (station.suspendedFor ?? "operator") : null;
  return { ...station, country, suspendedFor, walkUp: [...new Set(station.walkUp)].toSorted((a, b) => a - b) };
}

/** Takes a compartment out of service or back in; the same station when nothing changes. */
export function setCompartment(station: Station, compartment: number, state: "in_service" | "maintenance"): Station {
  if (!doorNumbers(station.layout).has(compartment))
    throw new Refused("no_such_compartment", `Station ${station.name} has no compartment ${compartment}.`);
  const others = station.maintenance.filter((number) => number !== compartment);
  return { ...station, maintenance: state === "in_service" ? others : [...others, compartment].toSorted((a, b) => a - b) };
}

/** The fact that tells others how the station is now. */
export const factOf = ({ id, carrier: _carrier, ...station }: Station): z.input<(typeof StationChanged)["payload"]> => ({
  station: id,
  ...station,
});
