import type { Preferences } from "@pigeonhole/notifications/preferences/contract";
import { ask, codeOf } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { messagePreferences } from "../../shell/api.ts";
import { Mine } from "../mine.tsx";
import { SignInPage } from "../sign-in-page.tsx";
import { TellMe } from "../tell-me.tsx";
import { Diversion } from "./diversion.tsx";
import { Check, Part, Pick } from "./fields.tsx";
import { preferencesQuery } from "./queries.ts";
import { words } from "./words.ts";

const route = getRouteApi("/messages");

/** Which messages the reader gets, how and when. By the link of a reminder it also ends reminders, without signing in. */
export function MessagesPage() {
  const { fewer } = route.useSearch();
  const say = useSay(words);
  return (
    <div className="page grid max-w-2xl grid-cols-[minmax(0,1fr)] gap-5 py-6">
      {fewer !== undefined && <Fewer token={fewer} />}
      <header className="grid gap-1">
        <h1 className="text-display">{say("title")}</h1>
        <p className="text-ink-soft">{say("about")}</p>
      </header>
      <Mine why={say("signin.why")} isPart>
        <Wishes />
      </Mine>
    </div>
  );
}

function Fewer({ token }: { token: string }) {
  const say = useSay(words);
  const client = useQueryClient();
  const stop = useMutation({
    mutationFn: () => ask(messagePreferences["fewer-messages"][":token"].$post({ param: { token } })),
    // The form below begins anew with it.
    onSuccess: () => client.resetQueries({ queryKey: preferencesQuery.queryKey }),
  });
  if (stop.isSuccess) return <Notice kind="good" title={say("fewer.done")} announce />;
  if (codeOf(stop.error) === "not_found") return <Notice kind="warn" title={say("fewer.unknown")} announce />;
  return (
    <Notice
      kind="info"
      title={say("fewer.title")}
      actions={
        <Button isPending={stop.isPending} onPress={() => stop.mutate()}>
          {say("fewer.do")}
        </Button>
      }
    >
      {say("fewer.body")}
      {stop.isError && <Failed error={stop.error} />}
    </Notice>
  );
}

function Wishes() {
  const say = useSay(words);
  const mine = useQuery({ ...preferencesQuery, retry: false });
  if (mine.isPending) return <Spinner onRetry={() => void mine.refetch()} />;
  if (codeOf(mine.error) === "not_signed_in") return <SignInPage isPart why={say("signin.why")} onDone={() => void mine.refetch()} />;
  if (!mine.data) return <Failed error={mine.error} onRetry={() => void mine.refetch()} />;
  return (
    <>
      <Form saved={mine.data} />
      <Diversion />
    </>
  );
}

const written = [
  ["en", "English"],
  ["de", "Deutsch"],
  ["et", "eesti"],
] as const;
const night = { from: "21:00", to: "08:00" };
/** Every half hour, and what is wished already. */
const clocks = (wished: string): (readonly [string, string])[] =>
  [...new Set([...Array.from({ length: 48 }, (_, half) => `${String(half >> 1).padStart(2, "0")}:${half % 2 ? "30" : "00"}`), wished])]
    .toSorted()
    .map((each) => [each, each] as const);

function Form({ saved }: { saved: Preferences }) {
  const say = useSay(words);
  const client = useQueryClient();
  const [wished, wish] = useState(saved);
  const change = (some: Partial<Preferences>) => {
    save.reset();
    wish({ ...wished, ...some });
  };
  const save = useMutation({
    mutationFn: () => ask(messagePreferences["message-preferences"].$put({ json: wished })),
    onSuccess: (kept) => client.setQueryData(preferencesQuery.queryKey, kept),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const way = <W extends string>(...ways: W[]) => ways.map((each) => [each, say(`way.${each as "at_once" | "stand_by" | "off"}`)] as const);
  const zones = [...new Set([wished.timeZone, new Intl.DateTimeFormat().resolvedOptions().timeZone])].filter((zone) => zone !== null);
  const { quiet } = wished;
  return (
    <form onSubmit={submit} className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <Part title={say("ways")}>
        <p className="text-small text-ink-soft">{say("ways.about")}</p>
        <Pick label={say("email")} value={wished.email} options={way("at_once", "stand_by")} onPick={(email) => change({ email })} />
        <Pick label={say("sms")} value={wished.sms} options={way("at_once", "stand_by", "off")} onPick={(sms) => change({ sms })} />
        <Pick label={say("push")} value={wished.push} options={way("at_once", "off")} onPick={(push) => change({ push })} />
        {wished.push !== "off" && <TellMe />}
        <Pick
          label={say("language")}
          value={wished.language ?? ""}
          options={[["", say("language.given")], ...written]}
          onPick={(language) => change({ language: language === "" ? null : language })}
        />
      </Part>
      <Part>
        <Check
          label={say("reminders")}
          hint={say("reminders.about")}
          isOn={wished.reminders}
          onTurn={(reminders) => change({ reminders })}
        />
      </Part>
      <Part>
        <Check
          label={say("quiet")}
          hint={say("quiet.about")}
          isOn={quiet !== null}
          onTurn={(isOn) => change({ quiet: isOn ? night : null })}
        />
        {quiet !== null && (
          <>
            <Pick
              label={say("quiet.from")}
              value={quiet.from}
              options={clocks(quiet.from)}
              onPick={(from) => change({ quiet: { ...quiet, from } })}
            />
            <Pick
              label={say("quiet.to")}
              value={quiet.to}
              options={clocks(quiet.to)}
              onPick={(to) => change({ quiet: { ...quiet, to } })}
            />
            <Pick
              label={say("zone")}
              value={wished.timeZone ?? ""}
              options={[["", say("zone.station")], ...zones.map((zone) => [zone, zone.replaceAll("_", " ")] as const)]}
              onPick={(zone) => change({ timeZone: zone === "" ? null : zone })}
            />
          </>
        )}
      </Part>
      {save.isError && (
        <Notice kind="warn" title={say(codeOf(save.error) === "quiet_too_long" ? "refused.quiet_too_long" : "refused.other")} announce />
      )}
      <div className="flex flex-wrap items-center gap-4">
        <Button type="submit" look="primary" isPending={save.isPending}>
          {say("save")}
        </Button>
        <p role="status">{save.isSuccess ? say("saved") : ""}</p>
      </div>
    </form>
  );
}
