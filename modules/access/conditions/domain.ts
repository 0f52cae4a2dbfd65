import { Refused } from "@pigeonhole/kit/refused";
import { holdReasons, type HoldReason } from "@pigeonhole/protocol/reasons";
import type { Conditions } from "@pigeonhole/reservations/conditions/contract";
import type { Attestation, ConditionState } from "./contract.ts";

/** What is asked for, as far as decisions need it. */
export type Asked = { readonly state: ConditionState } & (
  | { readonly kind: "age_check"; readonly minimumAge: number }
  | { readonly kind: "cash_on_delivery"; readonly amountMinor: number; readonly currency: string }
);

/** What holds the rights of a parcel from the beginning. */
export const heldFor = (asked: Conditions | null): HoldReason[] =>
  holdReasons.filter((reason) => (reason === "age_check" ? asked?.ageCheck != null : asked?.cashOnDelivery != null));

/** What holds the right of somebody who collects for its owner: that it is paid is asked once, an age of each of them, whoever else has proven theirs. */
export const heldForProxy = (owners: readonly HoldReason[], asked: readonly { readonly kind: HoldReason }[]): HoldReason[] =>
  holdReasons.filter((reason) => (reason === "age_check" ? asked.some(({ kind }) => kind === reason) : owners.includes(reason)));

/** Whether the word is the first of it; said again it changes nothing. Throws Refused `other_amount` or `over`. */
export function attest(asked: Asked, said: Attestation): "met" | "known" {
  const isSame =
    asked.kind === "age_check"
      ? said.kind === asked.kind && said.minimumAge >= asked.minimumAge
      : said.kind === asked.kind && said.amountMinor === asked.amountMinor && said.currency === asked.currency;
  if (!isSame) throw new Refused("other_amount", "Attest what is asked for, in full: a higher age will do, another amount will not.");
  if (asked.state === "over") throw new Refused("over", "Nobody waits for this parcel any more: there is nothing to attest.");
  return asked.state === "met" ? "known" : "met";
}
