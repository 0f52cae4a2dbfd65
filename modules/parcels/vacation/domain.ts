import { Refused } from "@pigeonhole/kit/refused";
import { longestDays } from "./contract.ts";

const dayMs = 86_400_000;

/** A time in which somebody is away; half-open. */
export interface Away {
  readonly from: Date;
  readonly to: Date;
}

/** Throws Refused `vacation_invalid`. Whoever has left already stays away since then: what has stood still is never taken back. */
export function away(wish: Away, before: Away | undefined, now: Date): Away {
  if (wish.to <= wish.from) throw new Refused("vacation_invalid", "You come back before you go.");
  if (wish.to <= now) throw new Refused("vacation_invalid", "These days are over.");
  const isGone = before !== undefined && before.from <= now && now < before.to;
  const from = isGone && before.from < wish.from ? before.from : wish.from;
  if (wish.to.getTime() - from.getTime() > longestDays * dayMs)
    throw new Refused("vacation_invalid", `Parcels wait for ${longestDays} days at most while you are away.`, { most: longestDays });
  return { from, to: wish.to };
}

/** What is left of a time that ends now: nothing when it had not begun. */
export function cutShort(before: Away, now: Date): Away | null {
  if (now <= before.from) return null;
  return now < before.to ? { from: before.from, to: now } : before;
}
