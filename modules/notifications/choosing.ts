import type { Kind, Template } from "./templates/template.ts";
import type { Channel } from "./domain.ts";
import type { Wishes } from "./preferences/queries.ts";

/** What leaves first. */
export const priorityOf: Readonly<Record<Kind, number>> = { sign_in: 0, code: 1, alarm: 1, news: 2, reminder: 3 };

export interface Chosen {
  readonly atOnce: readonly Channel[];
  /** In the order in which they step in. */
  readonly standBy: readonly Channel[];
}

/**
 * By which channels a message goes, of those that are `open` for this recipient: as the template has it, within what the recipient wishes. One from
 * which messages came back stands by. Where nothing is left to go by at once, the first that stands by leaves: nobody is told by nothing.
 */
export function choose(
  { atOnce, standBy }: Pick<Template, "atOnce" | "standBy">,
  wishes: Wishes,
  open: readonly Channel[],
  bad: readonly Channel[] = [],
): Chosen {
  const wanted = [...atOnce, ...standBy].filter((channel) => open.includes(channel) && wishes[channel] !== "off");
  const first = atOnce.filter((channel) => wanted.includes(channel) && wishes[channel] === "at_once" && !bad.includes(channel));
  const others = wanted.filter((channel) => !first.includes(channel));
  return first.length > 0 ? { atOnce: first, standBy: others } : { atOnce: others.slice(0, 1), standBy: others.slice(1) };
}
