import type { Parcel, ParcelState } from "@pigeonhole/parcels/contract";
import type { TimelineEntry } from "@pigeonhole/ui/parcel-timeline.tsx";
import type { Formats } from "@pigeonhole/ui/format";
import type { Say } from "@pigeonhole/ui/say";
import { extensionEntries, inserted, pauseEntries } from "../shell/pauses.ts";
import type { words } from "./words-parcel.ts";

/** What a customer may expect after each state. `delivered` becomes `stored` by itself: they are told as one. */
const ahead: Readonly<Record<ParcelState, readonly ("shipped" | "stored" | "collected" | "returned")[]>> = {
  reserved: ["shipped", "stored", "collected"],
  shipped: ["stored", "collected"],
  delivered: ["collected"],
  stored: ["collected"],
  expired: ["returned"],
  collected: [],
  returned: [],
  cancelled: [],
  missing: [],
};
const actors = ["customer", "courier", "station", "shop", "carrier", "operator"] as const;

/** The kind of actor in `kind:id` as the contract writes it; others (modules, jobs) are nobody that a customer knows. */
export const actorKind = (actor: string | null) => actors.find((kind) => actor?.startsWith(`${kind}:`) || actor === kind);

/** A parcel's history and what is still to come, in the reader's words. */
export function entriesOf(
  parcel: Parcel,
  stationName: string | undefined,
  say: Say<(typeof words)["en"]>,
  formats: Formats,
  now: Date,
): readonly TimelineEntry[] {
  // Told as one, they keep who brought it and the station's signature.
  const past = parcel.timeline
    .filter(({ state }, i, all) => !(state === "delivered" && all[i + 1]?.state === "stored"))
    .map((entry) => {
      const before = parcel.timeline[parcel.timeline.indexOf(entry) - 1];
      return entry.state === "stored" && before?.state === "delivered" ? { ...entry, actor: before.actor, proof: before.proof } : entry;
    });
  const isOver = ahead[parcel.state].length === 0;
  const bad: readonly ParcelState[] = ["expired", "returned", "cancelled", "missing"];
  const entries = [
    ...past.map((entry, at): TimelineEntry => {
      const kind = actorKind(entry.actor);
      const isLast = at === past.length - 1;
      return {
        key: `${entry.state} ${entry.at} ${at}`,
        what: say(`state.${entry.state}`),
        who: kind && say(`who.${kind}`),
        when: formats.moment(entry.at, now),
        at: entry.at,
        // An earlier delivery was at another locker, which its proof names.
        where:
          entry.proof !== null && entry.proof.station !== parcel.station
            ? undefined
            : entry.state === "stored" || entry.state === "delivered" || entry.state === "collected"
              ? stationName
              : undefined,
        proof: entry.proof === null ? undefined : say("proof", { seq: String(entry.proof.seq) }),
        state: bad.includes(entry.state) ? "failed" : isLast && !isOver ? "now" : "done",
      };
    }),
    ...(parcel.recalledFor !== null && !isOver
      ? [{ key: "recalled", what: say("next.recalled", { why: say(`recalled.${parcel.recalledFor}`) }), state: "next" } as const]
      : ahead[parcel.state].map((state): TimelineEntry => ({ key: `next ${state}`, what: say(`next.${state}`), state: "next" }))),
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
