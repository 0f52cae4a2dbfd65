import type { Return } from "@pigeonhole/returns/contract";
import { ask } from "@pigeonhole/ui/ask";
import { grouped } from "@pigeonhole/ui/format";
import { useNow } from "@pigeonhole/ui/clock";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { ParcelTimeline, type TimelineEntry } from "@pigeonhole/ui/parcel-timeline.tsx";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { returns } from "../../shell/api.ts";
import { words } from "./words.ts";

interface Filter {
  readonly parcel?: string;
  readonly number?: string;
  readonly orderId?: string;
}
/** What was typed as a search for returns: a number, however it is spaced, else an order. */
export const returnsByText = (text: string): Filter => {
  const digits = text.replaceAll(/\s/g, "");
  return /^\d{12}$/.test(digits) ? { number: digits } : { orderId: text };
};

export const returnsFoundQuery = (filter: Filter) =>
  queryOptions({
    queryKey: ["returns", filter, ...(filter.parcel === undefined ? [] : [`parcel:${filter.parcel}`])],
    queryFn: () => ask(returns.returns.$get({ query: { ...filter, limit: 20 } })),
  });

/** Returns and sendings by their number, their order or the parcel that they came in, each with its time line. Nothing where there is none. */
export function ReturnsFound({ filter, timeZone }: { filter: Filter; timeZone?: string | undefined }) {
  const say = useSay(words);
  const list = useQuery(returnsFoundQuery(filter)).data?.returns ?? [];
  if (list.length === 0) return null;
  return (
    <section className="grid gap-2" aria-labelledby="returns-found">
      <h2 id="returns-found" className="text-title">
        {say("title")}
      </h2>
      <ul className="grid gap-2">
        {list.map((each) => (
          <One key={each.id} it={each} timeZone={timeZone} />
        ))}
      </ul>
    </section>
  );
}

function One({ it, timeZone }: { it: Return; timeZone: string | undefined }) {
  const say = useSay(words);
  const formats = useFormats(timeZone);
  const now = useNow(60_000);
  const entries = it.timeline.map((entry, at): TimelineEntry => ({
    key: `${entry.state} ${entry.at} ${at}`,
    what: say(`state.${entry.state}`),
    when: formats.moment(entry.at, now),
    at: entry.at,
    who: entry.actor?.split(":")[0],
    proof: entry.proof === null ? undefined : say("proof", { seq: String(entry.proof.seq) }),
    state: at === it.timeline.length - 1 ? "now" : "done",
  }));
  const about = [
    it.orderId,
    it.compartment === null ? undefined : say("door", { door: String(it.compartment) }),
    it.carrier === null ? undefined : say("carrier", { carrier: it.carrier }),
    it.state === "ready" ? say("until", { until: formats.moment(it.until, now) }) : undefined,
  ];
  return (
    <li className="card p-4">
      <details>
        <summary className="min-h-11 cursor-pointer content-center">
          <strong>{grouped(it.number)}</strong> · {say(`kind.${it.kind}`)} · {say(`state.${it.state}`)}
        </summary>
        <p className="py-2 text-small text-ink-soft">{about.filter(Boolean).join(" · ")}</p>
        <ParcelTimeline label={grouped(it.number)} entries={entries} />
      </details>
    </li>
  );
}
