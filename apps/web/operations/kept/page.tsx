import { ask } from "@pigeonhole/ui/ask";
import { useNow } from "@pigeonhole/ui/clock";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { privacy } from "../../shell/api.ts";
import { Holds } from "./holds.tsx";
import { words } from "./words.ts";

const archivesQuery = queryOptions({ queryKey: ["archives"], queryFn: () => ask(privacy.archives.$get({ query: {} })) });
const erasuresQuery = queryOptions({ queryKey: ["erasures"], queryFn: () => ask(privacy.erasures.$get({ query: {} })) });

/** What has to be kept, what has been put away, what was deleted. */
export function KeptPage() {
  const say = useSay(words);
  return (
    <div className="mx-auto grid max-w-[60rem] gap-5 px-4 py-5 lg:px-6">
      <h1 className="text-display">{say("title")}</h1>
      <Holds />
      <Archives />
      <Erasures />
    </div>
  );
}

function Archives() {
  const say = useSay(words);
  const formats = useFormats();
  const now = useNow(60_000);
  const query = useQuery(archivesQuery);
  const size = (bytes: number): string => (bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`);
  return (
    <section className="card grid gap-3 p-4 lg:p-5">
      <h2 className="text-title">{say("archive")}</h2>
      {query.isPending ? (
        <Spinner />
      ) : query.isError ? (
        <Failed error={query.error} onRetry={() => void query.refetch()} />
      ) : !query.data.isOn ? (
        <Notice kind="warn" title={say("archive.off")}>
          {say("archive.off_body")}
        </Notice>
      ) : (
        <>
          <p className="text-small text-ink-soft">
            {say("archive.about", { hot: String(query.data.hotDays), cold: String(query.data.archiveDays) })}
          </p>
          {query.data.archives.length === 0 ? (
            <Notice kind="empty" title={say("archive.none")}>
              {say("archive.none_body")}
            </Notice>
          ) : (
            <>
              <p className="font-semibold">{say("archive.total", { count: query.data.files, size: size(query.data.bytes) })}</p>
              <ul className="grid divide-y divide-line">
                {query.data.archives.map(({ id, kind, state, madeAt, keptUntil, endedAt, parcels, rows }) => (
                  <li key={id} className="grid gap-0.5 py-2">
                    <p>
                      {kind === "parcels"
                        ? say("archive.parcels", { count: parcels, rows: String(rows ?? 0) })
                        : say("archive.by_age", { rows: String(rows ?? 0) })}
                    </p>
                    <p className="text-small text-ink-soft">
                      {say("archive.made", { when: formats.moment(madeAt, now) })}
                      {" · "}
                      {endedAt
                        ? say("archive.ended", { when: formats.moment(endedAt, now) })
                        : state === "kept" && keptUntil
                          ? say("archive.until", { when: formats.moment(keptUntil, now) })
                          : say("archive.working")}
                    </p>
                    <p className="font-mono text-small break-all text-ink-soft">{id}</p>
                  </li>
                ))}
              </ul>
            </>
          )}
        </>
      )}
    </section>
  );
}

function Erasures() {
  const say = useSay(words);
  const formats = useFormats();
  const now = useNow(60_000);
  const query = useQuery(erasuresQuery);
  return (
    <section className="card grid gap-3 p-4 lg:p-5">
      <h2 className="text-title">{say("erasures")}</h2>
      {query.isPending ? (
        <Spinner />
      ) : query.isError ? (
        <Failed error={query.error} onRetry={() => void query.refetch()} />
      ) : query.data.erasures.length === 0 ? (
        <Notice kind="empty" title={say("erasures.none")}>
          {say("erasures.none_body")}
        </Notice>
      ) : (
        <ul className="grid divide-y divide-line">
          {query.data.erasures.map(({ id, state, reason, dueAt, endedAt, waitsFor }) => (
            <li key={id} className="grid gap-0.5 py-2">
              <p>{reason}</p>
              <p className="text-small text-ink-soft">
                {say(`erasure.${state}`, { when: formats.moment(endedAt ?? dueAt, now) })}
                {waitsFor && ` · ${say(`erasure.${waitsFor}`)}`}
              </p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
