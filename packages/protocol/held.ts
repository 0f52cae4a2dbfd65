import { z } from "zod";
import { holdReasons, type HoldReason } from "./reasons.ts";

/** What is still missing of a right (N11): at least one; a right that nothing holds has no such member. */
export const heldBy = z.array(z.enum(holdReasons)).min(1).max(holdReasons.length);

/** What is missing when several signed words speak of the same right: what one of them no longer names has happened, and never unhappens. */
export const stillHeld = (...words: readonly (readonly HoldReason[] | undefined)[]): readonly HoldReason[] =>
  holdReasons.filter((reason) => words.every((held) => held?.includes(reason) === true));
