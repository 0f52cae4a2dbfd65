import type { NewId } from "@pigeonhole/kit/ids";
import type { Random } from "@pigeonhole/kit/random";

/** 32 bits of a text, well mixed (FNV-1a and a finaliser). */
function hash32(text: string, seed: number): number {
  let h = (2_166_136_261 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16_777_619);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * Chance, all of it from one seed (sfc32). Every subsystem has a stream of its own by name, so that one that draws more, or a fault that is
 * left out, shifts nobody else's draws.
 */
export interface Draw {
  /** A stream of its own; the same name gives the same stream, however much has been drawn here. */
  of(name: string): Draw;
  /** In [0, 1). */
  next(): number;
  /** A whole number in [from, upto]. */
  between(from: number, upto: number): number;
  /** True with this chance. */
  chance(share: number): boolean;
  pick<T>(choices: readonly T[]): T;
  /** One of the names, each as likely as its weight says. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K;
  /** Exponential with this mean: the time until something that happens at random. */
  waiting(mean: number): number;
  /** What the product draws from. */
  readonly random: Random;
}

export function drawOf(seed: number, name = ""): Draw {
  let [a, b, c, d] = [hash32(name, seed), hash32(`${name}|b`, seed), hash32(`${name}|c`, seed), 1];
  const word = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) word();
  const next = (): number => word() / 4_294_967_296;
  const below = (limit: number): number => Math.floor(next() * limit);
  const random: Random = {
    bytes: (length) => {
      const bytes = Buffer.alloc(length);
      for (let i = 0; i < length; i++) bytes[i] = word() & 255;
      return bytes;
    },
    below,
  };
  const draw: Draw = {
    of: (more) => drawOf(seed, `${name}/${more}`),
    next,
    between: (from, upto) => from + below(upto - from + 1),
    chance: (share) => next() < share,
    pick: (choices) => choices[below(choices.length)]!,
    weighted: (weights) => {
      const names = Object.keys(weights) as (keyof typeof weights)[];
      let left = next() * names.reduce((sum, each) => sum + weights[each], 0);
      for (const each of names) if ((left -= weights[each]) < 0) return each;
      return names.at(-1)!;
    },
    waiting: (mean) => -Math.log(1 - next()) * mean,
    random,
  };
  return draw;
}

/** UUIDs of version 7 from virtual time and a stream: they sort by creation, also within a millisecond. */
export function idsOf(nowMs: () => number, draw: Draw): NewId {
  let lastMs = 0;
  let count = 0;
  return () => {
    const ms = Math.max(Math.floor(nowMs()), lastMs);
    count = ms === lastMs ? count + 1 : 0;
    lastMs = ms;
    const time = ms.toString(16).padStart(12, "0");
    const tail = draw.random.bytes(8).toString("hex");
    const within = (0x7000 + (count & 0xfff)).toString(16);
    const variant = (8 + (Number.parseInt(tail[0]!, 16) & 3)).toString(16);
    return `${time.slice(0, 8)}-${time.slice(8)}-${within}-${variant}${tail.slice(1, 4)}-${tail.slice(4)}`;
  };
}
