import type { ProblemDocument } from "@pigeonhole/kit/client";
import type { Purpose } from "@pigeonhole/station/kiosk/contract";

/** What the reader was doing when the station said no: "try again" leads back there. */
export type Wish = "code" | "scan" | "bring" | "reopen";

/** Whether somebody puts something in. */
export const isDepositing = (purpose: Purpose): boolean => purpose === "deliver" || purpose === "bring" || purpose === "return";

/** Where the reader stands while no door is concerned; the station's own step comes before it. */
export type Visit =
  | { readonly at: "start" }
  /** `typedAtMs`: when the last digit came, for forgetting them. */
  | { readonly at: "code"; readonly digits: string; readonly typedAtMs: number }
  | { readonly at: "sizes" }
  | { readonly at: "receipts" }
  | { readonly at: "asking"; readonly wish: Wish }
  | { readonly at: "refused"; readonly wish: Wish; readonly problem: Refusal };

/** The station's refusal, or that nobody answered. `code` decides the words. */
export type Refusal = Pick<ProblemDocument, "code"> & { readonly [detail: string]: unknown };

export type VisitEvent =
  | { readonly kind: "collect" }
  | { readonly kind: "bring" }
  | { readonly kind: "receipts" }
  | { readonly kind: "typed"; readonly digits: string; readonly atMs: number }
  | { readonly kind: "erased"; readonly atMs: number }
  /** Escape, back, time over, or a door took over. */
  | { readonly kind: "left" }
  | { readonly kind: "forgot_digits" }
  | { readonly kind: "asked"; readonly wish: Wish }
  | { readonly kind: "refused"; readonly problem: Refusal }
  | { readonly kind: "again" };

const empty: Visit = { at: "code", digits: "", typedAtMs: 0 };

/** The next place. Digits typed anywhere but during a question begin a code, so that nothing has to be chosen first. */
export function visited(visit: Visit, event: VisitEvent, codeDigits: number): Visit {
  switch (event.kind) {
    case "collect":
      return empty;
    case "bring":
      return { at: "sizes" };
    case "receipts":
      return { at: "receipts" };
    case "typed": {
      if (visit.at === "asking") return visit;
      const before = visit.at === "code" ? visit.digits : "";
      return { at: "code", digits: (before + event.digits.replace(/\D/g, "")).slice(0, codeDigits), typedAtMs: event.atMs };
    }
    case "erased":
      return visit.at === "code" ? { ...visit, digits: visit.digits.slice(0, -1), typedAtMs: event.atMs } : visit;
    case "forgot_digits":
      return visit.at === "code" ? empty : visit;
    case "left":
      return { at: "start" };
    case "asked":
      return { at: "asking", wish: event.wish };
    case "refused":
      return visit.at === "asking" ? { at: "refused", wish: visit.wish, problem: event.problem } : visit;
    case "again":
      return visit.at === "refused" && visit.wish === "bring" ? { at: "sizes" } : empty;
  }
}
