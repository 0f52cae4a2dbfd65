import type { DepositReason } from "@pigeonhole/protocol/reasons";

/** What becomes of a parcel, from the order to its end. */
export const flows = {
  straight: { share: 38, end: "collected" },
  extended: { share: 5, end: "collected" },
  by_a_proxy: { share: 5, end: "collected" },
  opened_by_staff: { share: 3, end: "collected" },
  does_not_fit: { share: 3, end: "collected" },
  not_empty: { share: 2, end: "collected" },
  wrong_parcel: { share: 3, end: "collected" },
  taken_back: { share: 3, end: "collected" },
  redirected_before: { share: 4, end: "collected" },
  redirected_inside: { share: 4, end: "collected" },
  station_away: { share: 6, end: "collected" },
  cancelled_before: { share: 4, end: "cancelled" },
  cancelled_under_way: { share: 4, end: "cancelled" },
  cancelled_at_the_door: { share: 2, end: "returned" },
  cancelled_inside: { share: 4, end: "returned" },
  expired: { share: 7, end: "returned" },
  never_brought: { share: 3, end: "cancelled" },
} as const satisfies Readonly<Record<string, { readonly share: number; readonly end: string }>>;
export type Flow = keyof typeof flows;

/** What the courier says is wrong in which flow. */
export const mistakeOf: Partial<Readonly<Record<Flow, DepositReason>>> = {
  does_not_fit: "does_not_fit",
  not_empty: "not_empty",
  wrong_parcel: "wrong_parcel",
  taken_back: "other",
};
/** In these somebody has to be signed in for the parcel. */
export const needsCustomer: ReadonlySet<Flow> = new Set(["extended", "by_a_proxy", "redirected_before", "redirected_inside"]);

const order = (Object.keys(flows) as Flow[]).flatMap((flow) => Array.from({ length: flows[flow].share }, () => flow));
/** Prime to the sum of the shares, which is 100: neighbours take different ways, and each hundred has the whole mix. */
const stride = 37;

/** The way of the parcel with this number. */
export const flowOf = (number: number): Flow => order[(number * stride) % order.length]!;
