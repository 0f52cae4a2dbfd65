import { overdueHours, type Retrieval } from "@pigeonhole/couriers/retrievals/contract";
import { ask, codeOf } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { useNow } from "@pigeonhole/ui/clock";
import { Dialog } from "@pigeonhole/ui/dialog.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { grouped } from "@pigeonhole/ui/format";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { retrievals } from "../../shell/api.ts";
import { useSession } from "../../shell/session.ts";
import { To } from "../../shell/to.tsx";
import { parcelAt, stationAt } from "../addresses.ts";
import { fieldLook } from "../event-log.tsx";
import { retrievalsQuery, tenantsQuery } from "../queries.ts";
import { words as general } from "../words.ts";
import { Section, Task } from "./section.tsx";
import { words } from "./words-retrievals.ts";

const hourMs = 3_600_000;
/** What is on nobody's route, or on one for too long. */
const isOverdue = ({ neededAt }: Retrieval, now: Date): boolean => now.getTime() - Date.parse(neededAt) > overdueHours * hourMs;

/** Parcels that a courier has to take out: whose task each is, since when, and which have waited too long. */
export function Retrievals({ nameOf }: { nameOf: (station: string) => string }) {
  const say = useSay(words);
  const now = useNow(60_000);
  const list = useQuery(retrievalsQuery);
  const late = list.data?.filter((each) => isOverdue(each, now)).length ?? 0;
  const count = list.data?.length ?? 0;
  return (
    <Section
      id="retrievals"
      list={list}
      none={say("none")}
      about={say("about")}
      title={late === 0 ? say("title", { count }) : `${say("title", { count })}, ${say("overdue.count", { count: late })}`}
    >
      {(items) => (
        <ul className="grid gap-3">
          {items.map((each) => (
            <One key={each.id} retrieval={each} station={nameOf(each.station)} now={now} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function One({ retrieval, station, now }: { retrieval: Retrieval; station: string; now: Date }) {
  const say = useSay(words);
  const formats = useFormats();
  const role = useSession().data?.role;
  const [isHanding, hand] = useState(false);
  const { parcel, number, compartment, reason, state, carrier, neededAt, problem } = retrieval;
  const isLate = isOverdue(retrieval, now);
  const mayHand = (role === "support" || role === "admin") && (state === "open" || state === "assigned");
  return (
    <Task
      actions={
        mayHand && (
          <Button size="small" look={carrier === null ? "primary" : "plain"} onPress={() => hand(true)}>
            {say("hand")}
          </Button>
        )
      }
    >
      <span className="flex flex-wrap items-baseline gap-x-3">
        <To href={parcelAt(parcel)} className="font-mono text-accent underline underline-offset-4">
          {grouped(number)}
        </To>
        {isLate && <b className="rounded-full bg-bad-soft px-2 text-small text-bad">{say("overdue")}</b>}
      </span>
      <span>
        <b>{say(`reason.${reason}`)}</b>,{" "}
        <To href={stationAt(retrieval.station, compartment)} className="text-accent underline underline-offset-4">
          {station}, {say("door", { door: compartment })}
        </To>
      </span>
      <span className={`text-small ${carrier === null ? "font-semibold text-warn" : "text-ink-soft"}`}>
        {carrier === null ? say("nobodys") : say(`state.${state as "open"}`, { carrier })},{" "}
        <time dateTime={neededAt}>{say("since", { when: formats.moment(neededAt, now) })}</time>
      </span>
      {problem !== null && <span className="text-small text-ink-soft">{say(`problem.${problem}`)}</span>}
      {isHanding && <Hand retrieval={retrieval} onClose={() => hand(false)} />}
    </Task>
  );
}

/** Another carrier takes it out. */
function Hand({ retrieval: { id, number, carrier }, onClose }: { retrieval: Retrieval; onClose: () => void }) {
  const say = useSay(words);
  const sayGeneral = useSay(general);
  const queries = useQueryClient();
  const tenants = useQuery(tenantsQuery);
  const others = (tenants.data ?? []).filter((each) => each.kind === "carrier" && each.slug !== carrier);
  const [chosen, choose] = useState("");
  const slug = chosen || (others[0]?.slug ?? "");
  const handing = useMutation({
    mutationFn: () => ask(retrievals.retrievals[":id"].carrier.$put({ param: { id }, json: { carrier: slug } })),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries({ queryKey: retrievalsQuery.queryKey });
    },
  });
  return (
    <Dialog title={say("hand.title", { number: grouped(number) })} isOpen onClose={onClose}>
      {tenants.isPending ? (
        <Spinner />
      ) : tenants.isError ? (
        <Failed error={tenants.error} onRetry={() => void tenants.refetch()} />
      ) : others.length === 0 ? (
        <Notice kind="empty" title={say("hand.none")} />
      ) : (
        <form
          className="grid gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            handing.mutate();
          }}
        >
          <p>{say("hand.body")}</p>
          <label className="grid gap-1 font-semibold">
            {say("hand.to")}
            <select value={slug} onChange={(event) => choose(event.target.value)} className={`${fieldLook} font-normal`}>
              {others.map((each) => (
                <option key={each.id} value={each.slug}>
                  {each.name}
                </option>
              ))}
            </select>
          </label>
          {codeOf(handing.error) === "wrong_state" ? (
            <Notice kind="warn" title={say("hand.late")} announce />
          ) : (
            handing.isError && <Failed error={handing.error} />
          )}
          <div className="flex flex-wrap justify-end gap-3">
            <Button onPress={onClose}>{sayGeneral("cancel")}</Button>
            <Button type="submit" look="primary" isPending={handing.isPending}>
              {say("hand")}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
