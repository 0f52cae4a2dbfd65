import type { Problem } from "@pigeonhole/couriers/mistakes/contract";
import { useNow } from "@pigeonhole/ui/clock";
import { grouped } from "@pigeonhole/ui/format";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { useQuery } from "@tanstack/react-query";
import { To } from "../../shell/to.tsx";
import { parcelAt, stationAt } from "../addresses.ts";
import { problemsQuery } from "../queries.ts";
import { Section, Task } from "./section.tsx";
import { words } from "./words-not-put-in.ts";

/** Parcels that a courier could not put in: why, whose they are now, and what that is to do next. */
export function NotPutIn({ nameOf }: { nameOf: (station: string) => string }) {
  const say = useSay(words);
  const list = useQuery(problemsQuery);
  return (
    <Section id="not-put-in" list={list} none={say("none")} title={say("title", { count: list.data?.length ?? 0 })}>
      {(items) => (
        <ul className="grid gap-3">
          {items.map((each) => (
            <One key={each.id} problem={each} station={nameOf(each.station)} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function One({ problem, station }: { problem: Problem; station: string }) {
  const say = useSay(words);
  const formats = useFormats();
  const now = useNow(10_000);
  const { parcel, number, reason, state, compartment, at } = problem;
  return (
    <Task>
      <span className="flex flex-wrap items-baseline gap-x-4">
        <To href={parcelAt(parcel)} className="font-mono text-accent underline underline-offset-4">
          {grouped(number)}
        </To>
        <span className="text-small text-ink-soft">{formats.relative(at, now)}</span>
      </span>
      <span>
        <b>{say(`reason.${reason}`)}</b>,{" "}
        <To href={stationAt(problem.station, compartment)} className="text-accent underline underline-offset-4">
          {station}, {say("door", { door: compartment })}
        </To>
      </span>
      <span className="text-small text-ink-soft">{say(`state.${state}`, { carrier: problem.carrier })}</span>
    </Task>
  );
}
