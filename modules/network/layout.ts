import { z } from "zod";

export const sizes = ["small", "medium", "large", "oversized"] as const;
export type Size = (typeof sizes)[number];

/** Usable inner dimensions of the standard sizes, millimetres (A2.1). A layout may state others. */
export const standardInnerMm: Readonly<Record<Size, { readonly widthMm: number; readonly heightMm: number; readonly depthMm: number }>> = {
  small: { widthMm: 350, heightMm: 180, depthMm: 300 },
  medium: { widthMm: 350, heightMm: 300, depthMm: 480 },
  large: { widthMm: 450, heightMm: 350, depthMm: 600 },
  oversized: { widthMm: 550, heightMm: 450, depthMm: 700 },
};

const mm = (max: number) => z.int().min(1).max(max);
/** One door: `number` as it is written on it; inner, usable dimensions. */
export const Door = z.strictObject({
  number: z.int().min(1).max(999),
  size: z.enum(sizes),
  widthMm: mm(3_000),
  heightMm: mm(3_000),
  depthMm: mm(3_000),
});
/** A cabinet as it stands: columns from left to right, the doors of a column from top to bottom. `floorMm`: from the pavement to the lower edge of the lowest door. */
export const Layout = z
  .strictObject({
    floorMm: z.int().min(0).max(2_000),
    columns: z
      .array(z.strictObject({ doors: z.array(Door).min(1).max(40) }))
      .min(1)
      .max(60),
  })
  .refine(
    (layout) => {
      const numbers = layout.columns.flatMap((column) => column.doors.map((door) => door.number));
      return new Set(numbers).size === numbers.length;
    },
    { error: "each door number may occur once" },
  );
export type Layout = z.output<typeof Layout>;

/** Wall between two doors, millimetres. */
const wallMm = 20;

/** A door with its place: `xMm` from the cabinet's left edge, `bottomMm` from the pavement to its lower edge. Columns are numbered from 1. */
export interface PlacedDoor extends z.output<typeof Door> {
  readonly column: number;
  readonly xMm: number;
  readonly bottomMm: number;
}

/** Computes where each door is. */
export function placeDoors(layout: Layout): readonly PlacedDoor[] {
  let x = 0;
  return layout.columns.flatMap(({ doors }, i) => {
    let bottom = layout.floorMm;
    const xMm = x;
    x += Math.max(...doors.map((door) => door.widthMm)) + wallMm;
    return doors
      .toReversed()
      .map((door) => {
        const placed = { ...door, column: i + 1, xMm, bottomMm: bottom };
        bottom += door.heightMm + wallMm;
        return placed;
      })
      .toReversed();
  });
}
