import type { Return } from "@pigeonhole/returns/contract";
import { ask } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { useNow } from "@pigeonhole/ui/clock";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { grouped } from "@pigeonhole/ui/format";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { returns } from "../../shell/api.ts";
import { useSession } from "../../shell/session.ts";
import { undeliveredQuery } from "../queries.ts";
import { Section, Task } from "./section.tsx";
import { words } from "./words-undelivered.ts";

/** Sendings that nobody collected: their carrier has each of them, and owes it to its sender (N10). */
export function Undelivered({ nameOf }: { nameOf: (station: string) => string }) {
  const say = useSay(words);
  const list = useQuery(undeliveredQuery);
  return (
    <Section id="undelivered" list={list} none={say("none")} about={say("about")} title={say("title", { count: list.data?.length ?? 0 })}>
      {(items) => (
        <ul className="grid gap-3">
          {items.map((each) => (
            <One key={each.id} sending={each} station={nameOf(each.station)} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function One({ sending, station }: { sending: Return; station: string }) {
  const say = useSay(words);
  const formats = useFormats();
  const now = useNow(60_000);
  const queries = useQueryClient();
  const role = useSession().data?.role;
  const { id, number, carrier, timeline } = sending;
  const since = timeline.findLast(({ state }) => state === "undelivered")?.at;
  const back = useMutation({
    mutationFn: () => ask(returns.returns[":id"].received.$post({ param: { id } })),
    onSettled: () => queries.invalidateQueries({ queryKey: undeliveredQuery.queryKey }),
  });
  return (
    <Task
      actions={
        (role === "support" || role === "admin") && (
          <Button size="small" isPending={back.isPending} onPress={() => back.mutate()}>
            {say("back")}
          </Button>
        )
      }
    >
      <b>{grouped(number)}</b>
      <span className="text-small text-ink-soft">
        {say("owner", { carrier: carrier ?? say("nobody"), station })}
        {since !== undefined && `, ${formats.moment(since, now)}`}
      </span>
      {back.isError && <Failed error={back.error} />}
    </Task>
  );
}
