import type { Random } from "@pigeonhole/kit/random";
import { Secret, TOTP } from "otpauth";

/** What every authenticator app understands (RFC 6238, and the key URI that apps read). Seconds. */
const form = { issuer: "Pigeonhole", algorithm: "SHA1", digits: 6, period: 30 } as const;
/** Clocks of phones differ: a code of the step before and of the one after is right, too. */
const windowSteps = 1;
/** RFC 4226, 4: as long as the hash. */
const secretBytes = 20;

/** Pauses after wrong second codes of one operator: whoever types them has the password, so no stranger keeps anybody out. Seconds. */
export const codePauses = { free: 5, seconds: [30, 120, 600, 3_600] } as const;

const totp = (secret: string, label: string): TOTP => new TOTP({ ...form, label, secret: Secret.fromBase32(secret) });

/** A fresh secret, base32. */
export const newSecret = (random: Random): string => {
  const bytes = random.bytes(secretBytes);
  return new Secret({ buffer: Uint8Array.from(bytes).buffer }).base32;
};
/** What an app reads as a QR code. */
export const uriOf = (secret: string, email: string): string => totp(secret, email).toString();

/** Which time step a code is of, among those that are right now; null: none. */
export function stepOf(secret: string, code: string, now: Date): number | null {
  const timestamp = now.getTime();
  const delta = totp(secret, "").validate({ token: code, timestamp, window: windowSteps });
  return delta === null ? null : Math.floor(timestamp / 1_000 / form.period) + delta;
}
/** The code of a moment. */
export const codeAt = (secret: string, now: Date): string => totp(secret, "").generate({ timestamp: now.getTime() });

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/** Ten letters of 32, shown in two groups; typed in any writing. */
export function newRecoveryCode(random: Random): string {
  return Array.from({ length: 10 }, () => letters[random.below(letters.length)]!).join("");
}
export const shownRecoveryCode = (code: string): string => `${code.slice(0, 5)}-${code.slice(5)}`;
