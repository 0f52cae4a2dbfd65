import { ask } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { useNow } from "@pigeonhole/ui/clock";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { audit } from "../shell/api.ts";
import { To, useQueryWord } from "../shell/to.tsx";
import { stationAt } from "./addresses.ts";
import { fieldLook } from "./event-log.tsx";
import { auditQuery } from "./queries.ts";
import { words } from "./words-audit.ts";

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Who did what, when, with which result: the filters are in the address. */
export function AuditPage() {
  const say = useSay(words);
  const formats = useFormats();
  const now = useNow(60_000);
  const [actor, setActor] = useQueryWord("actor");
  const [action, setAction] = useQueryWord("action");
  const [station, setStation] = useQueryWord("station");
  const [compartment, setCompartment] = useQueryWord("compartment");
  const trail = useInfiniteQuery(
    auditQuery({ actor, action, station: station !== undefined && uuid.test(station) ? station : undefined, compartment }),
  );
  const entries = trail.data?.pages.flat() ?? [];
  return (
    <div className="mx-auto grid max-w-[100rem] gap-5 px-4 py-5 lg:px-6">
      <header className="flex flex-wrap items-center justify-between gap-3">
        <h1 className="text-display">{say("audit.title")}</h1>
        <Verify />
      </header>
      <div className="grid gap-3 sm:grid-cols-2 lg:grid-cols-[1fr_1fr_2fr_8rem]">
        <Filter label={say("audit.actor")} hint={say("audit.actor_hint")} value={actor} onChange={setActor} />
        <Filter label={say("audit.action")} value={action} onChange={setAction} />
        <Filter label={say("audit.station")} value={station} onChange={setStation} />
        <Filter
          label={say("audit.compartment")}
          value={compartment}
          onChange={(text) => setCompartment(text.replace(/\D/g, "").slice(0, 3))}
        />
      </div>
      {trail.isPending ? (
        <Spinner />
      ) : trail.isError ? (
        <Failed error={trail.error} onRetry={() => void trail.refetch()} />
      ) : entries.length === 0 ? (
        <Notice kind="empty" title={say("audit.none")}>
          {say("audit.none_body")}
        </Notice>
      ) : (
        <div className="card overflow-x-auto" tabIndex={0} role="region" aria-label={say("audit.title")}>
          <table className="w-full border-collapse text-small [&_td]:px-3 [&_td]:py-2 [&_th]:px-3 [&_th]:py-2">
            <thead className="border-b border-line text-ink-soft">
              <tr>
                {(
                  [
                    "audit.seq",
                    "audit.when",
                    "audit.action",
                    "audit.result",
                    "audit.actor",
                    "audit.station",
                    "audit.compartment",
                    "audit.detail",
                  ] as const
                ).map((column) => (
                  <th key={column} scope="col" className="text-start font-semibold whitespace-nowrap">
                    {say(column)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {entries.map((entry) => (
                <tr key={entry.seq} className="border-b border-line align-top last:border-0 hover:bg-sunken">
                  <td className="text-ink-soft">{entry.seq}</td>
                  <td className="whitespace-nowrap">
                    <time dateTime={entry.at}>{formats.moment(entry.at, now)}</time>
                  </td>
                  <td>
                    <button
                      type="button"
                      data-row
                      onClick={() => setAction(entry.action)}
                      className="cursor-pointer text-start font-semibold underline-offset-4 hover:underline"
                    >
                      {entry.action}
                    </button>
                  </td>
                  <td className={entry.result === "refused" ? "font-semibold text-bad" : ""}>{entry.result}</td>
                  <td>
                    <button
                      type="button"
                      onClick={() => setActor(entry.actor)}
                      className="cursor-pointer text-start font-mono underline-offset-4 hover:underline"
                    >
                      {shortActor(entry.actor)}
                    </button>
                  </td>
                  <td>
                    {entry.station === null ? (
                      "–"
                    ) : (
                      <To href={stationAt(entry.station)} className="font-mono text-accent underline underline-offset-4">
                        {entry.station.slice(-8)}
                      </To>
                    )}
                  </td>
                  <td>{entry.compartment ?? "–"}</td>
                  <td className="max-w-[24rem] font-mono wrap-anywhere text-ink-soft">{detailText(entry.detail)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {trail.hasNextPage && (
        <div>
          <Button isPending={trail.isFetchingNextPage} onPress={() => void trail.fetchNextPage()}>
            {say("audit.older")}
          </Button>
        </div>
      )}
    </div>
  );
}

/** `courier:…3f2a9c10`: the kind and as much of the id as tells two of them apart. */
const shortActor = (actor: string): string => actor.replace(/:[0-9a-f-]{28}([0-9a-f]{8})$/i, ":…$1");
const detailText = (detail: Readonly<Record<string, unknown>>): string =>
  Object.entries(detail)
    .filter(([name, value]) => name !== "event" && value !== null && typeof value !== "object")
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(", ");

function Filter({
  label,
  hint,
  value,
  onChange,
}: {
  label: string;
  hint?: string;
  value: string | undefined;
  onChange: (text: string) => void;
}) {
  return (
    <label className="grid content-start gap-1 text-small font-semibold">
      {label}
      <input
        value={value ?? ""}
        placeholder={hint ?? ""}
        onChange={(event) => onChange(event.target.value)}
        spellCheck={false}
        className={`${fieldLook} w-full font-normal placeholder:text-ink-soft`}
      />
    </label>
  );
}

function Verify() {
  const say = useSay(words);
  const verify = useMutation({ mutationFn: () => ask(audit.audit.verification.$get()) });
  return (
    <div className="flex flex-wrap items-center gap-3">
      {verify.isError && <Failed error={verify.error} />}
      {verify.data &&
        (verify.data.whole ? (
          <Notice kind="good" title={say("audit.whole", { count: verify.data.entries })} announce />
        ) : (
          <Notice kind="error" title={say("audit.broken", { seq: verify.data.brokenAt ?? 0 })}>
            {say("audit.broken_body")}
          </Notice>
        ))}
      <Button isPending={verify.isPending} onPress={() => verify.mutate()}>
        {say("audit.verify")}
      </Button>
    </div>
  );
}
