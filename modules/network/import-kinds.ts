/**
 * Which of the kinds that carriers and OpenStreetMap name are lockers: cabinets with doors that open by themselves. Compared without
 * regard to case, spaces, `_` and `-`. A kind that is in neither list is refused until somebody has decided.
 */
export const lockerKinds: ReadonlySet<string> = new Set([
  "locker",
  "parcellocker",
  "smartlocker",
  "pickupstation", // DPD's and DHL's name for their cabinets
  "packstation", // DHL
  "apm",
  "parcelmachine",
  "parcelterminal", // InPost, Omniva, Itella
]);

/** What people are behind a counter for: kind → what it is, for the sentence of the refusal. */
export const otherKinds: ReadonlyMap<string, string> = new Map([
  ["postoffice", "a post office"],
  ["postbox", "a letter box"],
  ["servicepoint", "a staffed service point"],
  ["parcelshop", "a shop that takes parcels"],
  ["pickuppoint", "a staffed pick-up point"],
  ["pudo", "a staffed pick-up point"],
  ["shop", "a shop"],
  ["depot", "a depot"],
]);

export const plainKind = (kind: string): string => kind.toLowerCase().replace(/[\s_-]/g, "");
