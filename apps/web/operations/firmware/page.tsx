import type { PublishedRelease } from "@pigeonhole/firmware/contract";
import { ask } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { useNow } from "@pigeonhole/ui/clock";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { firmware } from "../../shell/api.ts";
import { useSession } from "../../shell/session.ts";
import { BeginDialog } from "./dialogs.tsx";
import { RolloutCard } from "./rollout.tsx";
import { words } from "./words.ts";

/** A rollout moves by itself, and sends no hint. Milliseconds. */
const againMs = 5_000;
const megabyte = 1_048_576;

const releasesQuery = queryOptions({
  queryKey: ["firmware", "releases"],
  refetchInterval: 6 * againMs,
  queryFn: () => ask(firmware.firmware.releases.$get()),
});
const rolloutsQuery = queryOptions({
  queryKey: ["firmware", "rollouts"],
  refetchInterval: againMs,
  queryFn: async () => (await ask(firmware.firmware.rollouts.$get({ query: {} }))).rollouts,
});

/** What stations run, what they could run, and what is on its way to them. */
export function FirmwarePage() {
  const say = useSay(words);
  const now = useNow(10_000);
  const rollouts = useQuery(rolloutsQuery);
  const mayAct = useSession().data?.role === "admin";
  return (
    <div className="mx-auto grid max-w-[100rem] gap-6 px-4 py-5 lg:px-6">
      <header className="grid gap-1">
        <h1 className="text-display">{say("title")}</h1>
        <p className="max-w-[60rem] text-ink-soft">{say("about")}</p>
      </header>
      <Releases now={now} mayAct={mayAct} />
      <section className="grid gap-3">
        <h2 className="text-title">{say("rollouts")}</h2>
        {rollouts.isPending ? (
          <Spinner />
        ) : rollouts.isError ? (
          <Failed error={rollouts.error} onRetry={() => void rollouts.refetch()} />
        ) : rollouts.data.length === 0 ? (
          <Notice kind="empty" title={say("rollouts.none")}>
            {say("rollouts.none_body")}
          </Notice>
        ) : (
          <ul className="grid gap-4">
            {rollouts.data.map((rollout) => (
              <RolloutCard key={rollout.id} rollout={rollout} now={now} mayAct={mayAct} />
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}

function Releases({ now, mayAct }: { now: Date; mayAct: boolean }) {
  const say = useSay(words);
  const formats = useFormats();
  const known = useQuery(releasesQuery);
  const [chosen, setChosen] = useState<PublishedRelease>();
  if (known.isPending) return <Spinner />;
  if (known.isError) return <Failed error={known.error} onRetry={() => void known.refetch()} />;
  const { releases, fleet } = known.data;
  const runs = ({ model, release }: PublishedRelease): number =>
    fleet.find((count) => count.model === model && count.release === release)?.stations ?? 0;
  return (
    <section className="grid gap-3">
      <h2 className="text-title">{say("releases")}</h2>
      {releases.length === 0 ? (
        <Notice kind="empty" title={say("releases.none")}>
          {say("releases.none_body")}
        </Notice>
      ) : (
        <ul className="grid gap-3">
          {releases.map((release) => (
            <li key={`${release.model}${release.release}`} className="card flex flex-wrap items-center justify-between gap-x-6 gap-y-3 p-4">
              <span className="grid min-w-0 flex-1 basis-60 gap-0.5">
                <b>
                  {say("release")} {release.release} ({release.version})
                </b>
                {release.notes !== "" && <span className="wrap-anywhere">{release.notes}</span>}
                <span className="text-small text-ink-soft">
                  {release.model}, {say("built").toLowerCase()} {formats.moment(release.builtAt, now)},{" "}
                  {formats.number(Math.round((release.bytes / megabyte) * 10) / 10)} MB
                </span>
              </span>
              <span className="text-small text-ink-soft">
                {say("running")}: <b className="text-ink">{runs(release)}</b>
              </span>
              {mayAct && (
                <Button size="small" onPress={() => setChosen(release)}>
                  {say("begin")}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {!mayAct && <p className="text-small text-ink-soft">{say("begin.admin")}</p>}
      {chosen && <BeginDialog release={chosen} onClose={() => setChosen(undefined)} />}
    </section>
  );
}
