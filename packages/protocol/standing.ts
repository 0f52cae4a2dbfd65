import { createHmac, timingSafeEqual } from "node:crypto";
import { standingDigits } from "./standing-form.ts";

/** So long a number is shown before the next one. Seconds. */
export const standingSeconds = 60;
/** Numbers that are taken besides the present one: two earlier ones, for people type slowly, and one later, for clocks differ. */
const takenWindows = [0, -1, -2, 1] as const;

const windowOf = (at: Date): number => Math.floor(at.getTime() / (standingSeconds * 1_000));
const numberIn = (codeKey: Buffer, station: string, window: number): string => {
  const mac = createHmac("sha256", codeKey).update(`standing|${station}|${window}`).digest();
  return String(Number(mac.readBigUInt64BE(0) % 10n ** BigInt(standingDigits))).padStart(standingDigits, "0");
};

/** The number that the station shows at `at`: both sides derive it from the station's code key, nothing is sent. */
export const standingNumber = (codeKey: Buffer, station: string, at: Date): string => numberIn(codeKey, station, windowOf(at));

/** Until when it is shown. */
export const standingUntil = (at: Date): Date => new Date((windowOf(at) + 1) * standingSeconds * 1_000);

/** Whether this is the number of that station about now. It is no right to anything: with a right it says where somebody stands. */
export function isStanding(codeKey: Buffer, station: string, typed: string, at: Date): boolean {
  const given = Buffer.from(typed);
  return takenWindows
    .map((offset) => Buffer.from(numberIn(codeKey, station, windowOf(at) + offset)))
    .some((number) => number.length === given.length && timingSafeEqual(number, given));
}
