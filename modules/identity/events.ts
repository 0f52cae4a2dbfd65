import { fact } from "@pigeonhole/kit/fact";
import { z } from "zod";

/** Somebody wants to sign in. Address and code are sealed at place `identity.sign_in_code|<request>`; the address as JSON `{ email, code }`. */
export const SignInCodeRequested = fact("identity.sign_in_code_requested", "request", {
  request: z.uuid(),
  sealed: z.string(),
  language: z.string(),
  expiresAt: z.iso.datetime(),
});
export const SignedIn = fact("identity.signed_in", "subject", { subject: z.string(), session: z.uuid() });
/** An operator's second factor: put on, used up in part, taken off, by themselves or by somebody else (`actor`, as `actorText` writes it). */
export const SecondFactorChanged = fact("identity.second_factor_changed", "operator", {
  operator: z.uuid(),
  change: z.enum(["enrolled", "codes_renewed", "recovery_used", "removed", "reset"]),
  actor: z.string(),
  reason: z.string(),
});
export const SignInFailed = fact("identity.sign_in_failed", "subject", { subject: z.string(), reason: z.string() });
