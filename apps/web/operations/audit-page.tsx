import { ask } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { useNow } from "@pigeonhole/ui/clock";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { look } from "@pigeonhole/ui/look";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { audit } from "../shell/api.ts";
import { useSession } from "../shell/session.ts";
import { To, useQueryWord } from "../shell/to.tsx";
import { stationAt } from "./addresses.ts";
import { fieldLook } from "./event-log.tsx";
import { auditQuery, namesQuery, stationsQuery, type AuditFilter } from "./queries.ts";
import { words } from "./words-audit.ts";

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Names of stations that are suggested while one is typed, at most. */
const mostSuggested = 500;
/** "2026-03-01" as the instant at which that day begins here, `plus` days later. */
function dayStart(day: string | undefined, plus = 0): string | undefined {
  const [year, month, date] =
    /^(\d{4})-(\d\d)-(\d\d)$/
      .exec(day ?? "")
      ?.slice(1)
      .map(Number) ?? [];
  return year === undefined ? undefined : new Date(year, month! - 1, date! + plus).toISOString();
}

/** Who did what, when, with which result: the filters are in the address. */
export function AuditPage() {
  const say = useSay(words);
  const formats = useFormats();
  const now = useNow(60_000);
  const role = useSession().data?.role;
  const stations = useQuery(stationsQuery).data?.stations ?? [];
  const nameOf = (id: string): string => stations.find((station) => station.id === id)?.name ?? id.slice(-8);
  const [actor, setActor] = useQueryWord("actor");
  const [action, setAction] = useQueryWord("action");
  const [result, setResult] = useQueryWord("result");
  const [station, setStation] = useQueryWord("station");
  const [compartment, setCompartment] = useQueryWord("compartment");
  const [parcel, setParcel] = useQueryWord("parcel");
  const [from, setFrom] = useQueryWord("from");
  const [to, setTo] = useQueryWord("to");
  // A station is typed by its name; the address keeps its id.
  const known = stations.find(({ id, name }) => id === station || name === station);
  const filter: AuditFilter = {
    actor: actor?.trim(),
    action: action?.trim(),
    result: result?.trim(),
    station: known?.id ?? (station !== undefined && uuid.test(station) ? station : undefined),
    compartment,
    parcel: parcel !== undefined && uuid.test(parcel) ? parcel : undefined,
    from: dayStart(from),
    to: dayStart(to, 1),
  };
  const trail = useInfiniteQuery(auditQuery(filter));
  const entries = trail.data?.pages.flat() ?? [];
  const maySeeNames = role === "support" || role === "admin";
  const names = useQuery({ ...namesQuery(entries.map((entry) => entry.actor)), ...(maySeeNames ? {} : { enabled: false }) }).data;
  const whoIs = (id: string): string => {
    const [kind, of = ""] = id.split(":");
    return names?.[id] ?? (kind === "station" ? nameOf(of) : undefined) ?? shortActor(id);
  };
  const fileAt = (format: "csv" | "jsonl"): string =>
    `/api/audit/export?${new URLSearchParams({ ...Object.fromEntries(Object.entries(filter).filter(([, value]) => value)), format } as Record<string, string>)}`;
  return (
    <div className="mx-auto grid max-w-[100rem] gap-5 px-4 py-5 lg:px-6">
      <header className="flex flex-wrap items-center justify-between gap-3">
        <h1 className="text-display">{say("audit.title")}</h1>
        <Verify />
      </header>
      <div className="grid grid-cols-2 items-end gap-3 lg:grid-cols-4">
        <Filter label={say("audit.actor")} hint={say("audit.actor_hint")} value={actor} onChange={setActor} />
        <Filter label={say("audit.action")} value={action} onChange={setAction} />
        <Filter label={say("audit.result")} value={result} onChange={setResult} />
        <Filter label={say("audit.parcel")} hint={say("audit.id")} value={parcel} onChange={(text) => setParcel(text.trim())} />
        <Filter label={say("audit.station")} list="stations" value={known?.name ?? station} onChange={setStation} />
        <datalist id="stations">
          {stations.slice(0, mostSuggested).map(({ id, name }) => (
            <option key={id}>{name}</option>
          ))}
        </datalist>
        <Filter
          label={say("audit.compartment")}
          value={compartment}
          onChange={(text) => setCompartment(text.replace(/\D/g, "").slice(0, 3))}
        />
        <Filter label={say("audit.from")} type="date" value={from} onChange={setFrom} />
        <Filter label={say("audit.to")} type="date" value={to} onChange={setTo} />
      </div>
      <div className="flex flex-wrap items-center justify-between gap-3 text-small text-ink-soft">
        <span>{say("audit.zone", { zone: formats.zone(now) })}</span>
        {(role === "support" || role === "admin") && (
          <span className="flex flex-wrap gap-2">
            <a href={fileAt("csv")} download className={look("plain")}>
              {say("audit.csv")}
            </a>
            <a href={fileAt("jsonl")} download className={look("plain")}>
              {say("audit.jsonl")}
            </a>
          </span>
        )}
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
                      title={entry.actor}
                      className="cursor-pointer text-start underline-offset-4 hover:underline"
                    >
                      {whoIs(entry.actor)}
                    </button>
                  </td>
                  <td>
                    {entry.station === null ? (
                      "–"
                    ) : (
                      <To href={stationAt(entry.station)} className="text-accent underline underline-offset-4">
                        {nameOf(entry.station)}
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

interface FilterProps {
  readonly label: string;
  readonly hint?: string;
  readonly type?: "text" | "date";
  /** Id of the list of what is suggested. */
  readonly list?: string;
  readonly value: string | undefined;
  readonly onChange: (text: string) => void;
}
function Filter({ label, hint, type = "text", list, value, onChange }: FilterProps) {
  return (
    <label className="grid content-start gap-1 text-small font-semibold">
      {label}
      <input
        type={type}
        list={list}
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
