import { randomBytes, randomInt } from "node:crypto";

/** Cryptographically secure randomness as an argument. */
export interface Random {
  /** `length` random bytes. */
  bytes(length: number): Buffer;
  /** A uniform integer in [0, limit). `limit` at most 2^48. */
  below(limit: number): number;
}

export const systemRandom: Random = { bytes: (length) => randomBytes(length), below: (limit) => randomInt(limit) };

/** `count` uniform decimal digits, the first of them one of `first` (default: any). */
export function digits(random: Random, count: number, first = "0123456789"): string {
  let text = first[random.below(first.length)]!;
  while (text.length < count) text += random.below(10);
  return text;
}
