import { ask, codeOf } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { TextField } from "@pigeonhole/ui/field.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { queryOptions, useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { proxies } from "../shell/api.ts";
import { Mine } from "./mine.tsx";
import { SignInPage } from "./sign-in-page.tsx";
import { words } from "./words-proxy.ts";

export const peopleQuery = queryOptions({ queryKey: ["people"], queryFn: () => ask(proxies.people.$get()) });

/** People I trust: names to choose from when somebody else collects. */
export function PeoplePage() {
  const say = useSay(words);
  return (
    <Mine why={say("people.sign_in")}>
      <People />
    </Mine>
  );
}

function People() {
  const say = useSay(words);
  const people = useQuery(peopleQuery);
  const [name, setName] = useState("");
  const add = useMutation({
    mutationFn: () => ask(proxies.people.$post({ json: { name: name.trim() } })),
    onSuccess: () => {
      setName("");
      return people.refetch();
    },
  });
  const forget = useMutation({
    mutationFn: (person: string) => ask(proxies.people[":person"].$delete({ param: { person } })),
    onSettled: () => people.refetch(),
  });
  if (codeOf(people.error) === "not_signed_in") return <SignInPage why={say("people.sign_in")} onDone={() => void people.refetch()} />;
  return (
    <div className="page grid max-w-xl gap-6 py-6">
      <header className="grid gap-2">
        <h1 className="text-display">{say("people.title")}</h1>
        <p className="text-ink-soft">{say("people.body")}</p>
      </header>
      {people.isPending && <Spinner onRetry={() => void people.refetch()} />}
      {people.isError && <Failed error={people.error} onRetry={() => void people.refetch()} />}
      {people.data?.people.length === 0 && <Notice kind="empty" title={say("people.none")} />}
      {people.data && people.data.people.length > 0 && (
        <ul className="card grid divide-y divide-line">
          {people.data.people.map((person) => (
            <li key={person.id} className="flex items-center justify-between gap-3 p-3 ps-4">
              <span>{person.name}</span>
              <Button
                size="small"
                aria-label={say("people.forget_who", { name: person.name })}
                isPending={forget.isPending && forget.variables === person.id}
                onPress={() => forget.mutate(person.id)}
              >
                {say("people.forget")}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <form
        noValidate
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== "") add.mutate();
        }}
      >
        <TextField label={say("proxy.who")} value={name} onChange={setName} autoComplete="off" autoCapitalize="words" />
        {add.isError && <Failed error={add.error} />}
        <Button type="submit" isPending={add.isPending}>
          {say("people.add")}
        </Button>
      </form>
    </div>
  );
}
