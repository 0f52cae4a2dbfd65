import { holdReasons } from "@pigeonhole/protocol/reasons";

/** What is missing, as words-held.ts names it; the station says it as a list. */
export function missingOf(missing: unknown): "age_check" | "cash_on_delivery" | "both" | "other" {
  const known = Array.isArray(missing) ? holdReasons.filter((reason) => missing.includes(reason)) : [];
  return known.length > 1 ? "both" : (known[0] ?? "other");
}
