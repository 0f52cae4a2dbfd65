import type { Point } from "../places/search.ts";

/** Directions on foot in a map outside; opened only when the reader asks for it. */
export const wayTo = ({ lat, lon }: Point): string =>
  `https://www.openstreetmap.org/directions?engine=fossgis_osrm_foot&to=${lat}%2C${lon}`;
