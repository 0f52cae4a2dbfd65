import { createHmac } from "node:crypto";

/** Digits of a typed code unless a network configures otherwise (A6.2; the table in reliability §3 says why eight). */
export const codeDigits = 8;
/** Codes that begin with this digit are minted at the station (walk-ups), all others by the backend: the two never collide. */
export const stationFirstDigit = "9";
export const backendFirstDigits = "012345678";

/** What a station and the backend keep of a code: HMAC-SHA256 under the station's code key, in hex. */
export const codeHash = (codeKey: Buffer, station: string, code: string): string =>
  createHmac("sha256", codeKey).update(`${station}|${code}`).digest("hex");
