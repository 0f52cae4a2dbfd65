import type { StaffOpening } from "@pigeonhole/access/staff/contract";
import { ask } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { useNow } from "@pigeonhole/ui/clock";
import { Dialog } from "@pigeonhole/ui/dialog.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { staffOpenings } from "../../shell/api.ts";
import { useSession } from "../../shell/session.ts";
import { To } from "../../shell/to.tsx";
import { stationAt } from "../addresses.ts";
import { namesQuery, stationsQuery } from "../queries.ts";
import { ReasonDialog } from "../reason-dialog.tsx";
import { Section } from "../tasks/section.tsx";
import { openingsQuery } from "./queries.ts";
import { words } from "./words.ts";

/** So long what became of a request is shown after it was decided. Milliseconds. */
const shownMs = 15 * 60_000;

/** Doors that a colleague wants to open: the second person approves or refuses, and sees what the station answered. */
export function Openings() {
  const say = useSay(words);
  const now = useNow(5_000);
  const list = useQuery(openingsQuery);
  const stations = useQuery(stationsQuery).data?.stations;
  const nameOf = (station: string): string => stations?.find(({ id }) => id === station)?.name ?? "…";
  const waiting = (list.data ?? []).filter(({ state, expiresAt }) => state === "waiting" && new Date(expiresAt) > now);
  const ended = (list.data ?? []).filter(
    ({ state, decidedAt }) => state === "approved" && decidedAt !== null && now.getTime() - new Date(decidedAt).getTime() < shownMs,
  );
  const shown = list.data && [...ended, ...waiting];
  return (
    <div aria-live="polite" className="grid">
      <Section
        id="openings"
        list={{ ...list, data: shown }}
        none={say("none")}
        about={say("about")}
        title={say("title", { count: waiting.length })}
      >
        {() => (
          <>
            {ended.map((each) => (
              <Ended key={each.id} opening={each} name={nameOf(each.station)} />
            ))}
            <ul className="grid gap-3">
              {waiting.map((each) => (
                <Waiting key={each.id} opening={each} name={nameOf(each.station)} now={now} />
              ))}
            </ul>
          </>
        )}
      </Section>
    </div>
  );
}

function Ended({ opening: { compartment, outcome, outcomeReason }, name }: { opening: StaffOpening; name: string }) {
  const say = useSay(words);
  return (
    <Notice kind={outcome === "opened" ? "good" : "warn"} title={say("door", { station: name, door: compartment })}>
      {say(`outcome.${outcome ?? "waiting"}`, { door: compartment, reason: outcomeReason ?? "" })}
    </Notice>
  );
}

function Waiting({ opening, name, now }: { opening: StaffOpening; name: string; now: Date }) {
  const say = useSay(words);
  const formats = useFormats();
  const session = useSession().data;
  const [asked, setAsked] = useState<"approve" | "refuse">();
  const { data: names } = useQuery({ ...namesQuery([opening.requestedBy]), ...(session?.role === "viewer" ? { enabled: false } : {}) });
  const who = names?.[opening.requestedBy];
  const isOwn = opening.requestedBy === `operator:${session?.id ?? ""}`;
  const mayDecide = session?.role === "support" || session?.role === "admin";
  const when = formats.relative(opening.requestedAt, now);
  return (
    <li className="flex flex-wrap items-center justify-between gap-3 border-t border-line pt-3 first:border-0 first:pt-0">
      <span className="grid min-w-0 flex-1 basis-64 gap-0.5">
        <b>
          <To href={stationAt(opening.station, opening.compartment)} className="text-accent underline underline-offset-4">
            {say("door", { station: name, door: opening.compartment })}
          </To>
          , {say(opening.parcel === null ? "empty" : "inside")}
        </b>
        <span className="wrap-anywhere">{opening.reason}</span>
        <span className="text-small text-ink-soft">
          {isOwn ? say("asked_by_you", { when }) : say("asked", { who: who ?? opening.requestedBy.slice(-6), when })},{" "}
          {say("until", { when: formats.relative(opening.expiresAt, now) })}
        </span>
        {isOwn && <span className="text-small font-semibold">{say("own")}</span>}
        {!mayDecide && <span className="text-small text-ink-soft">{say("support_only")}</span>}
      </span>
      {mayDecide && (
        <span className="flex flex-wrap gap-2">
          {!isOwn && (
            <Button size="small" look="primary" onPress={() => setAsked("approve")}>
              {say("approve")}
            </Button>
          )}
          <Button size="small" onPress={() => setAsked("refuse")}>
            {say("refuse")}
          </Button>
        </span>
      )}
      {asked === "approve" && <Approving opening={opening} name={name} onClose={() => setAsked(undefined)} />}
      {asked === "refuse" && (
        <ReasonDialog
          title={say("refuse.title", { door: opening.compartment })}
          body={say("refuse.body")}
          verb={say("refuse")}
          changes="openings"
          act={(note) => ask(staffOpenings.openings[":opening"].refusal.$post({ param: { opening: opening.id }, json: { note } }))}
          onClose={() => setAsked(undefined)}
        />
      )}
    </li>
  );
}

/** Says what will happen before it does. */
function Approving({ opening, name, onClose }: { opening: StaffOpening; name: string; onClose: () => void }) {
  const say = useSay(words);
  const queries = useQueryClient();
  const approving = useMutation({
    mutationFn: () => ask(staffOpenings.openings[":opening"].approval.$post({ param: { opening: opening.id } })),
    onSuccess: onClose,
    onSettled: () => queries.invalidateQueries({ queryKey: ["openings"] }),
  });
  return (
    <Dialog title={say("approve.title", { door: opening.compartment })} isOpen onClose={onClose}>
      <div className="grid gap-4">
        <p className="wrap-anywhere">{say("approve.body", { station: name, reason: opening.reason })}</p>
        {approving.isError && <Failed error={approving.error} />}
        <div className="flex flex-wrap justify-end gap-3">
          <Button onPress={onClose}>{say("cancel")}</Button>
          <Button look="danger" isPending={approving.isPending} onPress={() => approving.mutate()}>
            {say("approve")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
