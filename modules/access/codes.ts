import { digits, type Random } from "@pigeonhole/kit/random";
import { backendFirstDigits } from "@pigeonhole/protocol/codes";

/** A uniformly drawn code: every text of `count` digits that does not begin with the stations' own digit is as likely (I-33). */
export const drawCode = (random: Random, count: number): string => digits(random, count, backendFirstDigits);

/** The codes for which `code` is easily mistyped: one digit other, or two neighbours swapped (I-31). Without `code` itself. */
export function neighbours(code: string): readonly string[] {
  const others = [...code].flatMap((own, i) =>
    [..."0123456789"].filter((digit) => digit !== own).map((digit) => code.slice(0, i) + digit + code.slice(i + 1)),
  );
  const swaps = [...code]
    .slice(1)
    .map((right, i) => code.slice(0, i) + right + code[i]! + code.slice(i + 2))
    .filter((swapped) => swapped !== code);
  return [...others, ...swaps];
}
