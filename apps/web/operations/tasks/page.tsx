import { useNow } from "@pigeonhole/ui/clock";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { useQuery } from "@tanstack/react-query";
import { stationAt } from "../addresses.ts";
import { InspectionList } from "../inspections.tsx";
import { Openings } from "../openings/queue.tsx";
import { allInspectionsQuery, stationsQuery } from "../queries.ts";
import { DeadLetters } from "./dead-letters.tsx";
import { words } from "./words.ts";

/** Everything that waits for a person, in every station and every module: the oldest first. */
export function TasksPage() {
  const say = useSay(words);
  return (
    <div className="mx-auto grid max-w-[80rem] gap-5 px-4 py-5 lg:px-6">
      <h1 className="text-display">{say("title")}</h1>
      <Openings />
      <Inspecting />
      <DeadLetters />
    </div>
  );
}

function Inspecting() {
  const say = useSay(words);
  const formats = useFormats();
  const now = useNow(10_000);
  const list = useQuery(allInspectionsQuery);
  const stations = useQuery(stationsQuery).data?.stations;
  const nameOf = (station: string): string => stations?.find(({ id }) => id === station)?.name ?? "…";
  return (
    <section className="card grid gap-3 p-4 lg:p-5">
      <h2 className="text-title">{say("inspections", { count: list.data?.length ?? 0 })}</h2>
      {list.isPending ? (
        <Spinner />
      ) : list.isError ? (
        <Failed error={list.error} onRetry={() => void list.refetch()} />
      ) : list.data.length === 0 ? (
        <Notice kind="empty" title={say("inspections.none")}>
          {say("inspections.none_body")}
        </Notice>
      ) : (
        <InspectionList
          inspections={list.data}
          momentOf={(each) => formats.relative(each.at, now)}
          placeOf={(each) => ({ href: stationAt(each.station, each.compartment), name: nameOf(each.station) })}
        />
      )}
    </section>
  );
}
