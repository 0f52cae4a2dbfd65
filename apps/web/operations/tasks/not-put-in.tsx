import type { Problem } from "@pigeonhole/couriers/mistakes/contract";
import { useNow } from "@pigeonhole/ui/clock";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { grouped } from "@pigeonhole/ui/format";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { useQuery } from "@tanstack/react-query";
import { To } from "../../shell/to.tsx";
import { parcelAt, stationAt } from "../addresses.ts";
import { problemsQuery } from "../queries.ts";
import { words } from "./words-not-put-in.ts";

/** Parcels that a courier could not put in: why, whose they are now, and what that is to do next. */
export function NotPutIn({ nameOf }: { nameOf: (station: string) => string }) {
  const say = useSay(words);
  const list = useQuery(problemsQuery);
  return (
    <section className="card grid gap-3 p-4 lg:p-5">
      <h2 className="text-title">{say("title", { count: list.data?.length ?? 0 })}</h2>
      {list.isPending ? (
        <Spinner />
      ) : list.isError ? (
        <Failed error={list.error} onRetry={() => void list.refetch()} />
      ) : list.data.length === 0 ? (
        <Notice kind="empty" title={say("none")}>
          {say("none_body")}
        </Notice>
      ) : (
        <ul className="grid gap-2">
          {list.data.map((each) => (
            <One key={each.id} problem={each} station={nameOf(each.station)} />
          ))}
        </ul>
      )}
    </section>
  );
}

function One({ problem, station }: { problem: Problem; station: string }) {
  const say = useSay(words);
  const formats = useFormats();
  const now = useNow(10_000);
  const { parcel, number, reason, state, compartment, at } = problem;
  return (
    <li className="grid gap-1 rounded-medium border border-line p-3">
      <p className="flex flex-wrap items-baseline justify-between gap-x-4">
        <To href={parcelAt(parcel)} className="font-mono text-accent">
          {grouped(number)}
        </To>
        <span className="text-small text-ink-soft">{formats.relative(at, now)}</span>
      </p>
      <p>
        <b>{say(`reason.${reason}`)}</b> ·{" "}
        <To href={stationAt(problem.station, compartment)} className="text-accent">
          {station}, {say("door", { door: compartment })}
        </To>
      </p>
      <p className="text-ink-soft">{say(`state.${state}`, { carrier: problem.carrier })}</p>
    </li>
  );
}
