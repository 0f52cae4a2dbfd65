import type { Inspection } from "@pigeonhole/reservations/inspections/contract";
import { ask } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Dialog } from "@pigeonhole/ui/dialog.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { TextField } from "@pigeonhole/ui/field.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { reservations } from "../shell/api.ts";
import { useSession } from "../shell/session.ts";
import { To } from "../shell/to.tsx";
import { fieldLook } from "./event-log.tsx";
import { inspectionsQuery } from "./queries.ts";
import { words } from "./words-inspections.ts";

/** The shortest note that somebody else can use. */
const leastNote = 3;

/** What somebody has to look into at this station; takes no room while there is nothing. */
export function Inspections({ station, timeZone, now }: { station: string; timeZone: string; now: Date }) {
  const say = useSay(words);
  const formats = useFormats(timeZone);
  const list = useQuery(inspectionsQuery(station));
  if (list.isError) return <Failed error={list.error} onRetry={() => void list.refetch()} />;
  if (!list.data || list.data.length === 0) return null;
  return (
    <section className="card grid gap-3 border-2 border-warn! p-4 lg:p-5">
      <h2 className="text-title">{say("title")}</h2>
      <InspectionList inspections={list.data} momentOf={(each) => formats.moment(each.at, now)} />
    </section>
  );
}

interface InspectionListProps {
  readonly inspections: readonly Inspection[];
  /** When it began, in words. */
  readonly momentOf: (inspection: Inspection) => string;
  /** Which station, where the list is of several. */
  readonly placeOf?: (inspection: Inspection) => { readonly href: string; readonly name: string };
}

/** Doors that somebody has to look into, and the way to write down what was found. */
export function InspectionList({ inspections, momentOf, placeOf }: InspectionListProps) {
  const say = useSay(words);
  const session = useSession();
  const [asked, ask] = useState<Inspection>();
  const mayResolve = session.data?.role === "admin" || session.data?.role === "support";
  return (
    <>
      <ul className="grid gap-3">
        {inspections.map((each) => (
          <li
            key={each.id}
            className="flex flex-wrap items-center justify-between gap-3 border-t border-line pt-3 first:border-0 first:pt-0"
          >
            <span className="grid min-w-0 flex-1 basis-64 gap-0.5">
              <b>
                {placeOf && <Place {...placeOf(each)} />}
                {say("door", { door: each.compartment })}: {say(`why.${each.reason}`)}
              </b>
              <span className="text-small text-ink-soft">
                <time dateTime={each.at}>{momentOf(each)}</time>
                {each.isBlocking && <>, {say("waits")}</>}
              </span>
              {each.what !== "" && <span className="text-small wrap-anywhere text-ink-soft">{each.what}</span>}
            </span>
            {mayResolve && (
              <Button size="small" onPress={() => ask(each)}>
                {say("resolve")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {!mayResolve && <p className="text-small text-ink-soft">{say("support_only")}</p>}
      {asked && <Finding inspection={asked} onClose={() => ask(undefined)} />}
    </>
  );
}

const Place = ({ href, name }: { href: string; name: string }) => (
  <>
    <To href={href} className="text-accent underline underline-offset-4">
      {name}
    </To>
    {", "}
  </>
);

function Finding({ inspection, onClose }: { inspection: Inspection; onClose: () => void }) {
  const say = useSay(words);
  const queries = useQueryClient();
  const [finding, setFinding] = useState<"empty" | "as_recorded">("empty");
  const [note, setNote] = useState("");
  const resolve = useMutation({
    mutationFn: () =>
      ask(reservations.inspections[":id"].resolve.$post({ param: { id: inspection.id }, json: { finding, note: note.trim() } })),
    onSuccess: async () => {
      onClose();
      await Promise.all(
        [["inspections"], ["compartments", `station:${inspection.station}`]].map((queryKey) => queries.invalidateQueries({ queryKey })),
      );
    },
  });
  const isReady = note.trim().length >= leastNote;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) resolve.mutate();
  };
  return (
    <Dialog title={say("heading", { door: inspection.compartment })} isOpen onClose={onClose}>
      <form onSubmit={submit} className="grid gap-4">
        <p>{say("body")}</p>
        <label className="grid gap-1 font-semibold">
          {say("finding")}
          <select
            value={finding}
            onChange={(event) => setFinding(event.target.value === "empty" ? "empty" : "as_recorded")}
            className={`${fieldLook} font-normal`}
          >
            <option value="empty">{say("empty")}</option>
            <option value="as_recorded">{say("as_recorded")}</option>
          </select>
        </label>
        <TextField label={say("note")} hint={say("note_hint")} value={note} onChange={setNote} maxLength={500} />
        {resolve.isError && <Failed error={resolve.error} />}
        <Button type="submit" look="primary" wide isPending={resolve.isPending} isDisabled={!isReady}>
          {say("resolve")}
        </Button>
        <Button wide onPress={onClose}>
          {say("cancel")}
        </Button>
      </form>
    </Dialog>
  );
}
