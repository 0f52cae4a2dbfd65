import { Refused } from "@pigeonhole/kit/refused";
import { services, type OrderWindows, type Service, type WindowBounds, type Windows } from "./contract.ts";

/** Where a shop has set nothing (A6.4): three days, for prime seven, for business fourteen. */
export const usualWindows: Windows = {
  holdMinutes: 15,
  deliveryDays: 5,
  collectionDays: { standard: 3, prime: 7, business: 14 },
  extensions: 1,
  extensionDays: 2,
  vacationDays: 14,
};
export const usualBounds: WindowBounds = { collectionDays: 14, deliveryDays: 30, extensions: 3, vacationDays: 21, waitDays: 30 };

/** Throws Refused `out_of_bounds`, with the field and its bound. */
export function requireWithin(windows: Windows, bounds: WindowBounds): void {
  const stated: readonly (readonly [field: string, value: number, most: number])[] = [
    ...services.map((service) => [`collectionDays.${service}`, windows.collectionDays[service], bounds.collectionDays] as const),
    ["deliveryDays", windows.deliveryDays, bounds.deliveryDays],
    ["extensions", windows.extensions, bounds.extensions],
    ["vacationDays", windows.vacationDays, bounds.vacationDays],
  ];
  for (const [field, value, most] of stated)
    if (value > most) throw new Refused("out_of_bounds", `${field} may be ${most} at most in this network.`, { field, most });
}

/** What an order keeps: the longer of what was ordered and what its recipient was promised. */
export function ofOrder(windows: Windows, ordered: Service, promised: Service | null, bounds: WindowBounds): OrderWindows {
  const { collectionDays, extensions, extensionDays, vacationDays } = windows;
  return {
    collectionDays: Math.max(collectionDays[ordered], promised === null ? 0 : collectionDays[promised]),
    extensions,
    extensionDays,
    mostDays: Math.max(bounds.waitDays, collectionDays[ordered]),
    vacationDays,
  };
}
