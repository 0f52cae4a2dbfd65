import type { Cancellation } from "@pigeonhole/parcels/cancelling/contract";
import { ask } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { useNow } from "@pigeonhole/ui/clock";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { cancellations } from "../../shell/api.ts";
import { useSession } from "../../shell/session.ts";
import { To } from "../../shell/to.tsx";
import { parcelAt } from "../addresses.ts";
import { words } from "../cancelling/words.ts";
import { Section, Task } from "./section.tsx";

const parkedQuery = queryOptions({
  queryKey: ["cancellations"],
  queryFn: async () => (await ask(cancellations.cancellations.parked.$get())).cancellations,
});

/** Parcels that were called off, of which a step failed too often: whoever mended the cause lets them go on. */
export function Cancellations() {
  const say = useSay(words);
  const list = useQuery(parkedQuery);
  return (
    <Section
      id="cancellations"
      list={list}
      none={say("tasks.none")}
      about={say("tasks.about")}
      title={say("tasks.title", { count: list.data?.length ?? 0 })}
    >
      {(items) => (
        <ul className="grid gap-3">
          {items.map((each) => (
            <One key={each.parcel} cancellation={each} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function One({ cancellation: { parcel, by, reason, askedAt } }: { cancellation: Cancellation }) {
  const say = useSay(words);
  const formats = useFormats();
  const now = useNow(60_000);
  const queries = useQueryClient();
  const role = useSession().data?.role;
  const retry = useMutation({
    mutationFn: () => ask(cancellations.parcels[":id"].cancellation.retry.$post({ param: { id: parcel } })),
    onSettled: () => queries.invalidateQueries({ queryKey: parkedQuery.queryKey }),
  });
  return (
    <Task
      actions={
        (role === "support" || role === "admin") && (
          <Button size="small" look="primary" isPending={retry.isPending} onPress={() => retry.mutate()}>
            {say("tasks.retry")}
          </Button>
        )
      }
    >
      <To href={parcelAt(parcel)} className="text-accent underline underline-offset-4">
        {say("tasks.parcel")}
      </To>
      <span className="text-small text-ink-soft">
        {say(`tasks.by.${by}`)}, <time dateTime={askedAt}>{say("tasks.since", { when: formats.moment(askedAt, now) })}</time>
      </span>
      <span className="text-small wrap-anywhere text-ink-soft">„{reason}“</span>
      {retry.isError && <Failed error={retry.error} />}
    </Task>
  );
}
