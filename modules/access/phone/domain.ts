import { nearMetres, type Standing } from "./contract.ts";

/** Attempts to open by phone in a row, for one right, and how soon one is forgiven. Seconds. */
export const phoneAttempts = { burst: 5, forgiveSeconds: 300 } as const;

const earthMetres = 6_371_008.8;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Along the surface. Metres. */
export function metresBetween(
  a: { readonly lat: number; readonly lon: number },
  b: { readonly lat: number; readonly lon: number },
): number {
  const h =
    Math.sin(radians(b.lat - a.lat) / 2) ** 2 +
    Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * Math.sin(radians(b.lon - a.lon) / 2) ** 2;
  return 2 * earthMetres * Math.asin(Math.min(1, Math.sqrt(h)));
}

export type Whereabouts =
  | { readonly isThere: true }
  | { readonly isThere: false; readonly why: "number_wrong" | "not_there"; readonly metres: number | null };

/**
 * Whether somebody stands at the station. The number on its screen decides where it is given; else the position, when the phone itself is sure
 * enough of it. It is said by a phone and proves little: it keeps people from opening a door they do not stand at by mistake, and is no right.
 */
export function whereabouts(
  { position, number }: Standing,
  station: { readonly lat: number; readonly lon: number },
  isNumber: (typed: string) => boolean,
): Whereabouts {
  if (number !== undefined) return isNumber(number) ? { isThere: true } : { isThere: false, why: "number_wrong", metres: null };
  if (position === undefined) return { isThere: false, why: "not_there", metres: null };
  const metres = Math.round(metresBetween(position, station));
  const isSure = position.accuracyMetres <= nearMetres.doubt;
  return isSure && metres <= nearMetres.away ? { isThere: true } : { isThere: false, why: "not_there", metres: isSure ? metres : null };
}
