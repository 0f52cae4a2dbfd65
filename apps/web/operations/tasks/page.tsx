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
import { NotPutIn } from "./not-put-in.tsx";
import { words } from "./words.ts";

/** Everything that waits for a person, in every station and every module: the oldest first. */
export function TasksPage() {
  const say = useSay(words);
  return (
    <div className="mx-auto grid max-w-[80rem] gap-5 px-4 py-5 lg:px-6">
      <h1 className="text-display">{say("title")}</h1>
      <Openings />
      <Inspecting />
      <NotPutIn nameOf={useNameOf()} />
      <DeadLetters />
    </div>
  );
}

function useNameOf(): (station: string) => string {
  const stations = useQuery(stationsQuery).data?.stations;
  return (station) => stations?.find(({ id }) => id === station)?.name ?? "…";
}

function Inspecting() {
  const say = useSay(words);
  const formats = useFormats();
  const now = useNow(10_000);
  const list = useQuery(allInspectionsQuery);
  const nameOf = useNameOf();
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
