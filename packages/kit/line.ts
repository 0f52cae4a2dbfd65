import { z } from "zod";

/**
 * One line of text that people typed: trimmed, 1 to `max` UTF-16 units, no control characters (PostgreSQL cannot store NUL) and no
 * lone surrogates.
 */
export const line = (max: number, min = 1) =>
  z
    .string()
    .trim()
    .min(min)
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, { error: "must not contain control characters" });
