import type { Point } from "../places/search.ts";

/** Straight-line metres that somebody walks in a minute: 80 m along streets 1.3 times as long as the straight line. */
const metresAMinute = 80 / 1.3;
const metresADegree = 111_195;
const corners = 96;

/** A circle of so many minutes on foot as a closed ring of [lon, lat]. */
export function walkingRing(centre: Point, minutes: number): readonly (readonly [number, number])[] {
  const degrees = (minutes * metresAMinute) / metresADegree;
  const squeeze = Math.max(0.01, Math.cos((centre.lat * Math.PI) / 180));
  return Array.from({ length: corners + 1 }, (_, at) => {
    const angle = ((at % corners) / corners) * 2 * Math.PI;
    return [centre.lon + (Math.cos(angle) * degrees) / squeeze, centre.lat + Math.sin(angle) * degrees] as const;
  });
}
