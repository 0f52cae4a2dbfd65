import { useNow } from "@pigeonhole/ui/clock";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { useIsFetching, useQuery, useQueryClient, type Query } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { stationAt } from "../addresses.ts";
import { InspectionList } from "../inspections.tsx";
import { Openings } from "../openings/queue.tsx";
import { allInspectionsQuery, stationsQuery } from "../queries.ts";
import { Acceptances } from "./acceptances.tsx";
import { Broken } from "./broken.tsx";
import { Cancellations } from "./cancellations.tsx";
import { DeadLetters } from "./dead-letters.tsx";
import { NotPutIn } from "./not-put-in.tsx";
import { Redirects } from "./redirects.tsx";
import { Retrievals } from "./retrievals.tsx";
import { Section } from "./section.tsx";
import { Tampered } from "./tampered.tsx";
import { Undelivered } from "./undelivered.tsx";
import { words } from "./words.ts";

/** Everything that waits for a person, in every station and every module: what cannot wait first. */
export function TasksPage() {
  const say = useSay(words);
  const nameOf = useNameOf();
  const isComplete = useComplete();
  return (
    <div className="mx-auto grid max-w-[80rem] gap-5 px-4 py-5 lg:px-6">
      <h1 className="text-display">{say("title")}</h1>
      {!isComplete && <Spinner />}
      <div className="grid gap-5" hidden={!isComplete}>
        <Broken />
        <Tampered nameOf={nameOf} />
        <Acceptances />
        <Openings />
        <Inspecting nameOf={nameOf} />
        <NotPutIn nameOf={nameOf} />
        <Retrievals nameOf={nameOf} />
        <Redirects nameOf={nameOf} />
        <Undelivered nameOf={nameOf} />
        <Cancellations />
        <DeadLetters />
      </div>
    </div>
  );
}

const unanswered = { predicate: ({ state }: Query) => state.status === "pending" };

/** Whether every list has answered once. Before, one that comes late would push the others down, and a finger would land on another task. */
function useComplete(): boolean {
  const queries = useQueryClient();
  const waiting = useIsFetching(unanswered);
  const [isComplete, complete] = useState(false);
  // The lists begin to ask in their own effects, before this one: what was counted while rendering knows nothing of them.
  useEffect(() => {
    if (queries.isFetching(unanswered) === 0) complete(true);
  }, [queries, waiting]);
  return isComplete;
}

function useNameOf(): (station: string) => string {
  const stations = useQuery(stationsQuery).data?.stations;
  return (station) => stations?.find(({ id }) => id === station)?.name ?? "…";
}

function Inspecting({ nameOf }: { nameOf: (station: string) => string }) {
  const say = useSay(words);
  const formats = useFormats();
  const now = useNow(10_000);
  const list = useQuery(allInspectionsQuery);
  return (
    <Section id="inspections" list={list} none={say("inspections.none")} title={say("inspections", { count: list.data?.length ?? 0 })}>
      {(items) => (
        <InspectionList
          inspections={items}
          momentOf={(each) => formats.relative(each.at, now)}
          placeOf={(each) => ({ href: stationAt(each.station, each.compartment), name: nameOf(each.station) })}
        />
      )}
    </Section>
  );
}
