import { sizes, standardInnerMm, type Layout, type Size } from "./layout.ts";

/** Shares of the four sizes in percent (A2.1). */
export const standardShares: Readonly<Record<Size, number>> = { small: 40, medium: 35, large: 20, oversized: 5 };
/** Doors of a station whose layout nobody stated (A2.1: 30 to 150). */
export const standardDoors = 60;
/** From the pavement to the lowest door, and the most that the doors of one column may take up: the highest door is still in reach. Millimetres. */
const floorMm = 150;
const columnMm = 1_800;
const wallMm = 20;

/** How many doors of each size: whole numbers that add up to `doors`, what is lost by rounding down given to the largest remainders. */
export function standardCounts(doors: number): Readonly<Record<Size, number>> {
  const exact = sizes.map((size) => ({ size, share: (doors * standardShares[size]) / 100 }));
  const left = doors - exact.reduce((sum, { share }) => sum + Math.floor(share), 0);
  const generous = new Set(
    exact
      .toSorted((a, b) => (b.share % 1) - (a.share % 1))
      .slice(0, left)
      .map(({ size }) => size),
  );
  return Object.fromEntries(exact.map(({ size, share }) => [size, Math.floor(share) + (generous.has(size) ? 1 : 0)])) as Record<
    Size,
    number
  >;
}

/** Doors of one width share columns: as few as their heights allow, about equally high, the highest doors at the bottom. */
function columnsOf(doors: readonly Size[]): readonly (readonly Size[])[] {
  const heightOf = (size: Size): number => standardInnerMm[size].heightMm + wallMm;
  const highestFirst = doors.toSorted((a, b) => heightOf(b) - heightOf(a));
  for (let count = 1; ; count++) {
    const columns = Array.from({ length: count }, () => ({ heightMm: 0, doors: [] as Size[] }));
    for (const size of highestFirst) {
      const lowest = columns.reduce((a, b) => (b.heightMm < a.heightMm ? b : a));
      lowest.doors.unshift(size);
      lowest.heightMm += heightOf(size);
    }
    if (columns.every(({ heightMm }) => heightMm <= columnMm)) return columns.map(({ doors }) => doors);
  }
}

/** A2.1's cabinet: sizes in their shares, numbered from 1, column by column from the left, each from top to bottom. */
export function standardLayout(doors: number = standardDoors): Layout {
  const counts = standardCounts(doors);
  const all = sizes.flatMap((size) => Array.from({ length: counts[size] }, () => size));
  const widths = [...new Set(all.map((size) => standardInnerMm[size].widthMm))];
  const columns = widths.flatMap((width) => columnsOf(all.filter((size) => standardInnerMm[size].widthMm === width)));
  let number = 0;
  return {
    floorMm,
    columns: columns.map((column) => ({ doors: column.map((size) => ({ number: ++number, size, ...standardInnerMm[size] })) })),
  };
}
