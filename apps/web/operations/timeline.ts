import type { Parcel, ParcelState } from "@pigeonhole/parcels/contract";
import type { Formats } from "@pigeonhole/ui/format";
import type { TimelineEntry } from "@pigeonhole/ui/parcel-timeline.tsx";
import type { Say } from "@pigeonhole/ui/say";
import { extensionEntries, inserted, pauseEntries } from "../shell/pauses.ts";
import type { words } from "./words-parcel.ts";

const ahead: Readonly<Record<ParcelState, readonly ParcelState[]>> = {
  reserved: ["shipped", "delivered", "stored", "collected"],
  shipped: ["delivered", "stored", "collected"],
  delivered: ["stored", "collected"],
  stored: ["collected"],
  expired: ["returned"],
  collected: [],
  returned: [],
  cancelled: [],
  missing: [],
};
const bad: readonly ParcelState[] = ["expired", "returned", "cancelled", "missing"];
const kinds = ["customer", "courier", "operator", "shop", "carrier", "station", "module"] as const;

/** Every entry of a parcel with who and the proof, and what is still to come: an operator sees all of it, and of people only what they are. */
export function entriesOf(
  parcel: Parcel,
  stationName: string | undefined,
  say: Say<(typeof words)["en"]>,
  formats: Formats,
  now: Date,
): readonly TimelineEntry[] {
  const isOver = ahead[parcel.state].length === 0;
  const entries = [
    ...parcel.timeline.map((entry, at): TimelineEntry => {
      const kind = kinds.find((each) => entry.actor === each || entry.actor?.startsWith(`${each}:`));
      const isLast = at === parcel.timeline.length - 1;
      return {
        key: `${entry.state} ${entry.at}`,
        what: say(`state.${entry.state}`),
        who: kind && say(`who.${kind}`),
        when: formats.moment(entry.at, now),
        at: entry.at,
        where: entry.proof === null ? undefined : stationName,
        proof: entry.proof === null ? undefined : say("parcel.proof", { seq: String(entry.proof.seq) }),
        state: bad.includes(entry.state) ? "failed" : isLast && !isOver ? "now" : "done",
      };
    }),
    ...(parcel.recalledFor !== null && !isOver
      ? [{ key: "recalled", what: say("next.recalled", { why: say(`recalled.${parcel.recalledFor}`) }), state: "next" } as const]
      : ahead[parcel.state].map((state): TimelineEntry => ({ key: `next ${state}`, what: say(`state.${state}`), state: "next" }))),
  ];
  const pauses = pauseEntries(
    parcel,
    {
      what: (cause) => say(`pause.${cause}`),
      span: (from, to) => say("pause.span", { from, to }),
      since: (from) => say("pause.now", { from }),
    },
    formats,
    now,
  );
  const extensions = extensionEntries(parcel, (until) => say("extended", { until }), formats, now);
  return inserted(entries, [...pauses, ...extensions]);
}
