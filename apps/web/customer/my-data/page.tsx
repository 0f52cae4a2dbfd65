import type { Kept } from "@pigeonhole/privacy/kept/contract";
import type { MyData } from "@pigeonhole/privacy/contract";
import { ask, codeOf } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { look } from "@pigeonhole/ui/look";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { privacy } from "../../shell/api.ts";
import { Mine } from "../mine.tsx";
import { SignInPage } from "../sign-in-page.tsx";
import { DeleteMe } from "./delete-me.tsx";
import { words } from "./words.ts";

export const myDataQuery = queryOptions({ queryKey: ["my-data"], queryFn: () => ask(privacy.my.data.$get()) });

/** Everything that is kept of whoever is signed in: shown, saved as a file, deleted. */
export function MyDataPage() {
  const say = useSay(words);
  return (
    <Mine why={say("why")}>
      <Everything />
    </Mine>
  );
}

function Everything() {
  const say = useSay(words);
  const formats = useFormats();
  const [isGone, setGone] = useState(false);
  const mine = useQuery({ ...myDataQuery, enabled: !isGone });
  if (isGone) return <Gone />;
  if (mine.isPending) return <Spinner onRetry={() => void mine.refetch()} />;
  if (codeOf(mine.error) === "not_signed_in") return <SignInPage why={say("why")} onDone={() => void mine.refetch()} />;
  if (!mine.data)
    return (
      <div className="page py-8">
        <Failed heading error={mine.error} onRetry={() => void mine.refetch()} />
      </div>
    );
  const { data } = mine;
  return (
    <div className="page grid gap-6 py-6">
      <header className="grid gap-2">
        <h1 className="text-display">{say("title")}</h1>
        <p className="max-w-prose">{say("about")}</p>
        <p className="text-small text-ink-soft">{say("as_of", { time: formats.time(data.asOf) })}</p>
      </header>
      <section className="card grid gap-2 p-4 lg:p-5">
        {data.kept.map((each) => (
          <Records key={each.what} kept={each} />
        ))}
        <span className="pt-2">
          <Button onPress={() => save(data)}>{say("save")}</Button>
        </span>
      </section>
      <DeleteMe data={data} onChanged={() => void mine.refetch()} onGone={() => setGone(true)} />
    </div>
  );
}

function Records({ kept: { what, records } }: { kept: Kept }) {
  const say = useSay(words);
  const title = say(`what.${what}`, { count: records.length });
  if (records.length === 0)
    return (
      <p className="flex min-h-11 items-center justify-between gap-3">
        <b>{title}</b>
        <span className="text-ink-soft">{say("nothing")}</span>
      </p>
    );
  return (
    <details>
      <summary className="flex min-h-11 cursor-pointer items-center justify-between gap-3">
        <b>{title}</b>
        <span className="text-small text-accent underline underline-offset-4">{say("show")}</span>
      </summary>
      <ul className="grid gap-3 pb-3">
        {records.map((record, i) => (
          <li key={i} className="overflow-x-auto rounded-medium bg-sunken p-3">
            <dl className="grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1 text-small">
              {Object.entries(record)
                .filter(([, value]) => value !== null)
                .map(([name, value]) => (
                  <div key={name} className="contents">
                    <dt className="text-ink-soft">{name}</dt>
                    <dd className="wrap-anywhere">{typeof value === "string" ? value : JSON.stringify(value)}</dd>
                  </div>
                ))}
            </dl>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Gone() {
  const say = useSay(words);
  return (
    <div className="page py-8 sm:py-16">
      <Notice
        kind="good"
        title={say("gone.title")}
        heading
        announce
        actions={
          <Link to="/" className={look("primary")}>
            {say("gone.home")}
          </Link>
        }
      >
        {say("gone.body")}
      </Notice>
    </div>
  );
}

/** Made in the browser from what it has already: nothing personal passes through an address. */
function save(data: MyData): void {
  const url = URL.createObjectURL(new Blob([`${JSON.stringify(data, null, 2)}\n`], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `pigeonhole-${data.asOf.slice(0, 10)}.json`;
  link.click();
  URL.revokeObjectURL(url);
}
