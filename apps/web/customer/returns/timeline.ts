import type { Return } from "@pigeonhole/returns/contract";
import type { ReturnState } from "@pigeonhole/returns/lifecycle";
import type { Formats } from "@pigeonhole/ui/format";
import type { TimelineEntry } from "@pigeonhole/ui/parcel-timeline.tsx";
import type { Say } from "@pigeonhole/ui/say";
import type { words } from "./words.ts";

/** What may be expected after each state. */
const ahead: Readonly<Record<ReturnState, readonly ("dropped_off" | "retrieved" | "received")[]>> = {
  claiming: ["dropped_off", "retrieved", "received"],
  ready: ["dropped_off", "retrieved", "received"],
  cancelling: [],
  dropped_off: ["retrieved", "received"],
  missing: [],
  retrieved: ["received"],
  received: [],
  undelivered: [],
  cancelled: [],
  lapsed: [],
  refused: [],
};
const bad: readonly ReturnState[] = ["missing", "undelivered", "cancelled", "lapsed", "refused"];
/** A moment between two others, which nobody has to read. */
const passing: readonly ReturnState[] = ["claiming", "cancelling"];

/** What happened, and what is still to come, in the reader's words. */
export function returnEntries(it: Return, say: Say<(typeof words)["en"]>, formats: Formats, now: Date): readonly TimelineEntry[] {
  const past = it.timeline.filter(({ state }, at, all) => !passing.includes(state) || at === all.length - 1);
  return [
    ...past.map((entry, at): TimelineEntry => ({
      key: `${entry.state} ${entry.at} ${at}`,
      what: say(`state.${entry.state}`),
      when: formats.moment(entry.at, now),
      at: entry.at,
      state: bad.includes(entry.state) ? "failed" : at === past.length - 1 && ahead[it.state].length > 0 ? "now" : "done",
    })),
    ...ahead[it.state].map((state): TimelineEntry => ({ key: `next ${state}`, what: say(`next.${state}`), state: "next" })),
  ];
}
