import type { Redirect } from "@pigeonhole/parcels/redirects/contract";
import { ask } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { useNow } from "@pigeonhole/ui/clock";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { redirects } from "../../shell/api.ts";
import { useSession } from "../../shell/session.ts";
import { To } from "../../shell/to.tsx";
import { parcelAt, stationAt } from "../addresses.ts";
import { redirectsQuery } from "../queries.ts";
import { Section, Task } from "./section.tsx";
import { words } from "./words-redirects.ts";

/** Somebody has to look: before those that wait for a customer or a courier. */
const worstFirst = (a: Redirect, b: Redirect): number => Number(b.state === "parked") - Number(a.state === "parked");

/** Parcels on their way to another station than planned: for whose word or work each of them waits, and those that got stuck. */
export function Redirects({ nameOf }: { nameOf: (station: string) => string }) {
  const say = useSay(words);
  const list = useQuery(redirectsQuery);
  const stuck = list.data?.filter(({ state }) => state === "parked").length ?? 0;
  const title = say("title", { count: list.data?.length ?? 0 });
  return (
    <Section
      id="redirects"
      list={list}
      none={say("none")}
      about={say("about")}
      title={stuck === 0 ? title : `${title}, ${say("stuck", { count: stuck })}`}
    >
      {(items) => (
        <ul className="grid gap-3">
          {items.toSorted(worstFirst).map((each) => (
            <One key={each.id} redirect={each} nameOf={nameOf} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function One({ redirect, nameOf }: { redirect: Redirect; nameOf: (station: string) => string }) {
  const say = useSay(words);
  const formats = useFormats();
  const now = useNow(60_000);
  const queries = useQueryClient();
  const role = useSession().data?.role;
  const { id, parcel, from, to, state, by, reason, note, until, createdAt } = redirect;
  const isStuck = state === "parked";
  const retry = useMutation({
    mutationFn: () => ask(redirects.redirects[":redirect"].retry.$post({ param: { redirect: id } })),
    onSettled: () => queries.invalidateQueries({ queryKey: redirectsQuery.queryKey }),
  });
  return (
    <Task
      actions={
        isStuck &&
        (role === "support" || role === "admin") && (
          <Button size="small" look="primary" isPending={retry.isPending} onPress={() => retry.mutate()}>
            {say("retry")}
          </Button>
        )
      }
    >
      <span>
        <To href={stationAt(from)} className="text-accent underline underline-offset-4">
          {nameOf(from)}
        </To>{" "}
        →{" "}
        <To href={stationAt(to)} className="text-accent underline underline-offset-4">
          {nameOf(to)}
        </To>
        ,{" "}
        <To href={parcelAt(parcel)} className="text-accent underline underline-offset-4">
          {say("parcel")}
        </To>
      </span>
      <b className={isStuck ? "text-bad" : ""}>{say(`state.${state}`)}</b>
      <span className="text-small text-ink-soft">
        {say(`by.${by}`)}, <time dateTime={createdAt}>{say("since", { when: formats.moment(createdAt, now) })}</time>
        {until !== null && <>, {say("until", { when: formats.moment(until, now) })}</>}
      </span>
      {reason !== null && <span className="text-small text-ink-soft">{say(`reason.${reason}`)}</span>}
      {note !== null && <span className="text-small wrap-anywhere text-ink-soft">„{note}“</span>}
      {retry.isError && <Failed error={retry.error} />}
    </Task>
  );
}
