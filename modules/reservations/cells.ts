/**
 * The globe as a grid of cells of 0.05 degrees, numbered row by row from the South Pole, in a row eastward from the antimeridian: the
 * cells around a point are, row by row, one or two unbroken ranges of numbers, so that a B-tree finds their stations (A1.2).
 */
const perDegree = 20;
const perRow = 360 * perDegree;
const rows = 180 * perDegree;
const earthMetres = 6_371_008.8;
const metresPerDegree = (Math.PI * earthMetres) / 180;

const rowOf = (lat: number): number => Math.min(rows - 1, Math.max(0, Math.floor((lat + 90) * perDegree)));
const columnOf = (lon: number): number => ((Math.floor((lon + 180) * perDegree) % perRow) + perRow) % perRow;

export const cellOf = (lat: number, lon: number): number => rowOf(lat) * perRow + columnOf(lon);

/** Cell numbers from `low` to `high`, both included. */
export interface CellRange {
  readonly low: number;
  readonly high: number;
}

/** Ranges that together hold every cell with a point within `metres` of the place, and few others. */
export function cellsAround(lat: number, lon: number, metres: number): readonly CellRange[] {
  const reach = metres / metresPerDegree;
  const ranges: CellRange[] = [];
  for (let row = rowOf(lat - reach); row <= rowOf(lat + reach); row++) {
    const first = row * perRow;
    // The row's edge nearest to a pole is where a degree of longitude is shortest. Near the poles every longitude is near.
    const edge = Math.max(Math.abs(row / perDegree - 90), Math.abs((row + 1) / perDegree - 90), Math.abs(lat));
    const across = edge + reach >= 89.9 ? 180 : Math.min(180, (reach / Math.cos((Math.min(89.9, edge + reach) * Math.PI) / 180)) * 1.0001);
    if (across >= 179) ranges.push({ low: first, high: first + perRow - 1 });
    else {
      const [west, east] = [columnOf(lon - across), columnOf(lon + across)];
      if (west <= east) ranges.push({ low: first + west, high: first + east });
      else ranges.push({ low: first, high: first + east }, { low: first + west, high: first + perRow - 1 });
    }
  }
  return ranges;
}

/** Great-circle distance on a sphere (haversine). Metres. */
export function metresBetween(
  a: { readonly lat: number; readonly lon: number },
  b: { readonly lat: number; readonly lon: number },
): number {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const h =
    Math.sin(radians(b.lat - a.lat) / 2) ** 2 +
    Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * Math.sin(radians(b.lon - a.lon) / 2) ** 2;
  return 2 * earthMetres * Math.asin(Math.min(1, Math.sqrt(h)));
}
