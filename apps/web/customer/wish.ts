import type { Point } from "../places/search.ts";
import type { Size } from "@pigeonhole/network/layout";

/** What the reader looks for; lives in the URL, so that every search can be shared and gone back to. */
export interface Wish {
  readonly place?: string;
  readonly lat?: number;
  readonly lon?: number;
  readonly size?: Size;
  /** Measured instead of picked: centimetres and kilograms. */
  readonly l?: number;
  readonly w?: number;
  readonly h?: number;
  readonly kg?: number;
  readonly stepFree?: boolean;
  readonly open?: boolean;
}

export const sizes = ["small", "medium", "large", "oversized"] as const satisfies readonly Size[];

const number = (value: unknown, min: number, max: number): number | undefined => {
  const parsed = typeof value === "string" || typeof value === "number" ? Number(value) : Number.NaN;
  return parsed >= min && parsed <= max ? parsed : undefined;
};

/** Reads a wish from an address that anybody may have typed; what makes no sense is left out. */
export function readWish(raw: Readonly<Record<string, unknown>>): Wish {
  const wish = {
    place: typeof raw.place === "string" ? raw.place.slice(0, 100) : undefined,
    lat: number(raw.lat, -90, 90),
    lon: number(raw.lon, -180, 180),
    size: sizes.find((size) => size === raw.size),
    l: number(raw.l, 1, 300),
    w: number(raw.w, 1, 300),
    h: number(raw.h, 1, 300),
    kg: number(raw.kg, 0.01, 100),
    stepFree: raw.stepFree === true || raw.stepFree === "true" ? true : undefined,
    open: raw.open === true || raw.open === "true" ? true : undefined,
  };
  return Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined));
}

export const pointOf = (wish: Wish): Point | undefined =>
  wish.lat !== undefined && wish.lon !== undefined ? { lat: wish.lat, lon: wish.lon } : undefined;

/** Whether the parcel was measured; a size is used otherwise. */
export const isMeasured = (wish: Wish): boolean => wish.l !== undefined && wish.w !== undefined && wish.h !== undefined;

/** The parcel as the contract wants it: size, or millimetres and grams (rounded up: a parcel does not shrink). */
export function parcelOf(wish: Wish) {
  if (!isMeasured(wish)) return { size: wish.size ?? "medium" } as const;
  const mm = (centimetres: number) => Math.ceil(centimetres * 10);
  return {
    dimensions: { lengthMm: mm(wish.l!), widthMm: mm(wish.w!), heightMm: mm(wish.h!), weightGrams: Math.ceil((wish.kg ?? 1) * 1000) },
  } as const;
}

const key = "ph-place";

/** The last place looked at on this device. */
export function rememberedPlace(): Pick<Wish, "place" | "lat" | "lon"> | undefined {
  const stored = localStorage.getItem(key);
  const wish = stored === null ? {} : readWish(JSON.parse(stored) as Record<string, unknown>);
  return pointOf(wish) ? wish : undefined;
}
export const rememberPlace = ({ place, lat, lon }: Wish): void => localStorage.setItem(key, JSON.stringify({ place, lat, lon }));
