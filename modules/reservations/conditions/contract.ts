import { z } from "@hono/zod-openapi";

/** Ages that a shop may ask for. Years. */
export const minimumAges = [16, 18] as const;
export const AgeCheck = z.literal([...minimumAges]);
/** What is to be paid before a parcel is given out: in the currency's smallest unit (ISO 4217), at most a million of its usual ones where it has hundredths. */
export const CashOnDelivery = z.strictObject({
  amountMinor: z.int().min(1).max(100_000_000),
  currency: z.string().regex(/^[A-Z]{3}$/, { error: "a currency of ISO 4217, such as EUR" }),
});
/** A page of the shop's own, in every browser. */
const Page = z.url({ protocol: /^https$/, hostname: z.regexes.domain, error: "an https address" }).max(500);

/** What a shop asks for before the door opens, at the confirmation of its order (N11). */
export const conditionWishes = {
  ageCheck: AgeCheck.optional().openapi({
    description: "Whoever collects has to have proven this age first: the code alone does not open. See `access.attest`.",
  }),
  cashOnDelivery: CashOnDelivery.optional().openapi({
    description: "It has to be paid first, this amount: the code alone does not open. See `access.attest`.",
  }),
  conditionsUrl: Page.optional().openapi({
    description:
      "Your page where the recipient proves their age or pays: linked from the parcel's page and from the message. A proxy's link has `?proxy=` with their id.",
  }),
};

/** The same in a fact; null where nothing is asked for. */
export const Conditions = z.object({
  ageCheck: AgeCheck.nullable(),
  cashOnDelivery: CashOnDelivery.nullable(),
  url: z.string().nullable(),
});
export type Conditions = z.output<typeof Conditions>;

const Wishes = z.object(conditionWishes);
export type ConditionWishes = Pick<z.output<typeof Wishes>, "ageCheck" | "cashOnDelivery" | "conditionsUrl">;
/** What an order asks for, if anything. */
export const conditionsOf = ({ ageCheck, cashOnDelivery, conditionsUrl }: ConditionWishes): Conditions | null =>
  ageCheck === undefined && cashOnDelivery === undefined
    ? null
    : { ageCheck: ageCheck ?? null, cashOnDelivery: cashOnDelivery ?? null, url: conditionsUrl ?? null };
