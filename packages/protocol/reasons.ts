/** Why a compartment takes nothing new until somebody has looked into it. */
export const quarantineReasons = [
  /** Opened without a right. */
  "forced",
  /** A sensor sees goods where nothing is known to be. */
  "goods_inside",
  /** A sensor sees nothing where a parcel is known to be. */
  "nothing_inside",
  /** The door is closed and its lock does not hold it. */
  "lock_released",
  /** Fired for a deposit and stayed shut, or whoever came to collect says so. */
  "will_not_open",
  /** The person before it says that it can not be shut. */
  "will_not_close",
  /** A walk-up's depositor has gone without a word. */
  "unanswered",
  /** A depositor found something in it. */
  "not_empty",
  /** Whoever came to collect found nothing in it. */
  "found_empty",
  /** Whoever came to collect found something that is not theirs. */
  "not_theirs",
] as const;
export type QuarantineReason = (typeof quarantineReasons)[number];

/** Why a deposit is given up at the door: the same words in the courier's app, at the kiosk and in the log (A2.10, N3). `wrong_parcel`: another one was put in. */
export const depositReasons = ["does_not_fit", "not_empty", "will_not_close", "will_not_open", "wrong_parcel", "other"] as const;
export type DepositReason = (typeof depositReasons)[number];

/** What is wrong for whoever came to take something out and stands before the open compartment. */
export const pickupReasons = ["empty", "not_mine"] as const;
export type PickupReason = (typeof pickupReasons)[number];

/** For which of them the compartment takes nothing more before somebody has looked (F7); the others leave it as good as it was. */
export const quarantineFor = {
  not_empty: "not_empty",
  will_not_close: "will_not_close",
  will_not_open: "will_not_open",
  empty: "found_empty",
  not_mine: "not_theirs",
} as const satisfies Partial<Record<DepositReason | PickupReason, QuarantineReason>>;

/** The quarantine that a reason gives rise to, if any. */
export const quarantineOf = (reason: DepositReason | PickupReason): QuarantineReason | undefined =>
  (quarantineFor as Partial<Record<DepositReason | PickupReason, QuarantineReason>>)[reason];

/**
 * What may have to happen before a parcel is given out, although its code is right (N11). `age_check`: whoever collects has to have proven their age;
 * `cash_on_delivery`: it has to be paid. In this order everywhere.
 */
export const holdReasons = ["age_check", "cash_on_delivery"] as const;
/** One of them. */
export type HoldReason = (typeof holdReasons)[number];

/** Why a code opens nothing. `held`: it is right, and something is missing before the door opens; a station that does not say `hold` is answered `not_yet`. */
export const refusalReasons = ["wrong", "used", "expired", "not_yet", "replaced", "revoked", "held"] as const;
