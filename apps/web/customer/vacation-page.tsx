import { ask, codeOf } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { TextField } from "@pigeonhole/ui/field.tsx";
import { BackIcon } from "@pigeonhole/ui/icons.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import type { Vacation } from "@pigeonhole/parcels/vacation/contract";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { vacations } from "../shell/api.ts";
import { awayBetween, lastDayOf } from "./away.ts";
import { Mine } from "./mine.tsx";
import { SignInPage } from "./sign-in-page.tsx";
import { words } from "./words-vacation.ts";

/** When the customer is away: their parcels keep their time (N8). */
export function VacationPage() {
  const say = useSay(words);
  return (
    <Mine why={say("why")}>
      <Away />
    </Mine>
  );
}

function Away() {
  const say = useSay(words);
  const formats = useFormats();
  const queries = useQueryClient();
  const known = useQuery({ queryKey: ["vacation"], queryFn: () => ask(vacations.my.vacation.$get()), retry: false });
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const changed = (answer: { readonly vacation: Vacation | null }) => {
    queries.setQueryData(["vacation"], answer);
    void queries.invalidateQueries({ queryKey: ["parcel"] });
  };
  const set = useMutation({ mutationFn: () => ask(vacations.my.vacation.$put({ json: awayBetween(from, to) })), onSuccess: changed });
  const end = useMutation({ mutationFn: () => ask(vacations.my.vacation.$delete()), onSuccess: changed });
  if (known.isPending) return <Spinner onRetry={() => void known.refetch()} />;
  if (codeOf(known.error) === "not_signed_in") return <SignInPage why={say("why")} onDone={() => void known.refetch()} />;
  if (!known.data)
    return (
      <div className="page py-8">
        <Failed heading error={known.error} onRetry={() => void known.refetch()} />
      </div>
    );
  const { vacation } = known.data;
  const isBackwards = from !== "" && to !== "" && to < from;
  return (
    <div className="page grid max-w-xl content-start gap-6 py-6">
      <Link
        to="/parcels"
        className="inline-flex min-h-11 items-center gap-1 justify-self-start font-medium text-accent no-underline hover:underline"
      >
        <BackIcon />
        {say("parcels")}
      </Link>
      <h1 className="text-display">{say("title")}</h1>
      <p>{say("body")}</p>
      {vacation && (
        <Notice
          kind="good"
          title={say("saved", { from: formats.day(vacation.from), to: formats.day(lastDayOf(vacation.to)) })}
          announce
          actions={
            <Button isPending={end.isPending} onPress={() => end.mutate()}>
              {say("end")}
            </Button>
          }
        />
      )}
      <form
        className="card grid gap-4 p-5"
        onSubmit={(event) => {
          event.preventDefault();
          if (from !== "" && to !== "" && !isBackwards) set.mutate();
        }}
      >
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField label={say("from")} type="date" isRequired value={from} onChange={setFrom} />
          <TextField label={say("to")} type="date" isRequired value={to} onChange={setTo} error={isBackwards ? say("order") : undefined} />
        </div>
        {set.isError && codeOf(set.error) === "vacation_invalid" ? (
          <Notice kind="error" title={say("invalid")} announce>
            {set.error.message}
          </Notice>
        ) : (
          set.isError && <Failed error={set.error} />
        )}
        {end.isError && <Failed error={end.error} />}
        <Button look="primary" size="large" wide type="submit" isPending={set.isPending}>
          {say("save")}
        </Button>
      </form>
    </div>
  );
}
