import { Button } from "@pigeonhole/ui/button.tsx";
import { NotLive } from "@pigeonhole/ui/changes.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { AlarmIcon } from "@pigeonhole/ui/icons.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { lazy, Suspense, useState } from "react";
import { To, useQueryWord } from "../shell/to.tsx";
import { stationAt } from "./addresses.ts";
import { byCause } from "./health.ts";
import { HealthMark, Why } from "./health-mark.tsx";
import { mostStations } from "./queries.ts";
import { useFleet, type FleetStation } from "./use-fleet.ts";
import { words } from "./words.ts";

const HealthMap = lazy(async () => ({ default: (await import("./health-map.tsx")).HealthMap }));
/** Rows that are drawn at once; a network has thousands. */
const rowsPerPage = 60;
/** Stations that one cause names; the table has the others. */
const named = 4;

/** All stations: alarms first, then map and table. */
export function Overview() {
  const say = useSay(words);
  const { fleet, stations, devices, liveness, now } = useFleet();
  const [show, choose] = useQueryWord("show");
  const [rows, setRows] = useState(rowsPerPage);
  const failed = stations.error ?? devices.error;
  if (stations.isPending || devices.isPending) return <Spinner onRetry={() => void stations.refetch()} />;
  if (failed && fleet.length === 0)
    return (
      <div className="page py-6">
        <Failed
          heading
          error={failed}
          onRetry={() => {
            void stations.refetch();
            void devices.refetch();
          }}
        />
      </div>
    );
  if (fleet.length === 0)
    return (
      <div className="page py-6">
        <Notice kind="empty" heading title={say("overview.none")}>
          {say("overview.none_body")}
        </Notice>
      </div>
    );
  const withDevice = fleet.filter(({ device }) => device !== undefined);
  const shown = show === "all" ? fleet : withDevice;
  const alarms = withDevice.filter(({ health }) => health.level === "alarm").length;
  return (
    <div className="mx-auto grid max-w-[100rem] gap-5 px-4 py-5 lg:px-6">
      <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-2">
        <h1 className="text-display">{say("overview.title")}</h1>
        <p className="text-ink-soft">{say("overview.summary", { count: withDevice.length, alarms })}</p>
      </div>
      <NotLive liveness={liveness} />
      <Causes fleet={withDevice} />
      <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_minmax(0,30rem)]">
        <section className="card min-w-0 overflow-hidden xl:order-first">
          <div className="flex flex-wrap gap-2 border-b border-line p-3">
            <Button
              size="small"
              look={show === "all" ? "plain" : "primary"}
              aria-pressed={show !== "all"}
              onPress={() => choose(undefined)}
            >{`${say("overview.device")} (${withDevice.length})`}</Button>
            <Button
              size="small"
              look={show === "all" ? "primary" : "plain"}
              aria-pressed={show === "all"}
              onPress={() => choose("all")}
            >{`${say("overview.all")} (${fleet.length})`}</Button>
          </div>
          <Table rows={shown.slice(0, rows)} now={now} />
          {shown.length > rows && (
            <div className="p-3">
              <Button onPress={() => setRows(rows + rowsPerPage)}>
                {say("overview.more", { count: Math.min(rowsPerPage, shown.length - rows) })}
              </Button>
            </div>
          )}
          {stations.data?.truncated && <p className="p-3 text-small text-ink-soft">{say("overview.truncated", { count: mostStations })}</p>}
        </section>
        <div className="card sticky top-4 h-[min(60dvh,34rem)] overflow-hidden max-xl:static max-xl:order-first max-xl:h-64">
          <Suspense fallback={<Spinner />}>
            <HealthMap fleet={show === "all" ? fleet : withDevice} />
          </Suspense>
        </div>
      </div>
    </div>
  );
}

function Causes({ fleet }: { fleet: readonly FleetStation[] }) {
  const say = useSay(words);
  const groups = byCause(fleet);
  if (fleet.length > 0 && groups.length === 0)
    return (
      <Notice kind="good" title={say("overview.quiet")}>
        {say("overview.quiet_body")}
      </Notice>
    );
  return (["alarm", "watch"] as const).map((level) => {
    const causes = groups.filter((group) => group.level === level);
    if (causes.length === 0) return null;
    return (
      <section
        key={level}
        aria-label={say(level === "alarm" ? "overview.alarms" : "overview.watch")}
        className={`grid gap-2 rounded-large p-4 ${level === "alarm" ? "bg-bad-soft" : "bg-warn-soft"}`}
      >
        <h2 className={`flex items-center gap-2 text-lead ${level === "alarm" ? "text-bad" : "text-warn"}`}>
          {level === "alarm" && <AlarmIcon />}
          {say(level === "alarm" ? "overview.alarms" : "overview.watch")}
        </h2>
        <ul className="grid gap-x-8 gap-y-1.5 sm:grid-cols-2 xl:grid-cols-3">
          {causes.map(({ kind, stations }) => (
            <li key={kind}>
              <b>{say(`group.${kind}`)}</b> <span className="text-ink-soft">{stations.length}</span>
              {": "}
              {stations.slice(0, named).map((station, at) => (
                <span key={station.id}>
                  {at > 0 && ", "}
                  <To href={stationAt(station.id)} className="text-ink underline underline-offset-4">
                    {station.name}
                  </To>
                </span>
              ))}
              {stations.length > named && " …"}
            </li>
          ))}
        </ul>
      </section>
    );
  });
}

function Table({ rows, now }: { rows: readonly FleetStation[]; now: Date }) {
  const say = useSay(words);
  const formats = useFormats();
  return (
    <table className="w-full border-collapse text-start [&_td]:px-3 [&_td]:py-2.5 [&_th]:px-3 [&_th]:py-2">
      <caption className="sr-only">{say("overview.table")}</caption>
      <thead className="border-b border-line text-small text-ink-soft max-md:sr-only">
        <tr>
          {(["health", "station", "why", "free", "seen"] as const).map((column) => (
            <th key={column} scope="col" className="text-start font-semibold">
              {say(`col.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ station, device, occupancy, health }) => (
          <tr
            key={station.id}
            className="border-b border-line align-top last:border-0 focus-within:bg-sunken hover:bg-sunken max-md:grid max-md:grid-cols-[auto_1fr] max-md:items-center"
          >
            <td className="w-24">
              <HealthMark health={health} />
            </td>
            <th scope="row" className="text-start font-semibold">
              <To data-row href={stationAt(station.id)} className="inline-block text-ink no-underline hover:underline">
                {station.name}
              </To>
              {station.status !== "active" && (
                <span className="ms-2 text-small font-normal text-ink-soft">{say(`status.${station.status}`)}</span>
              )}
            </th>
            <td className="text-small max-md:col-span-2 max-md:pt-0!">
              <Why health={health} />
            </td>
            <td className="text-small whitespace-nowrap max-md:hidden">
              {occupancy ? say("free.of", { free: occupancy.free, all: occupancy.all }) : "–"}
            </td>
            <td className="text-small whitespace-nowrap text-ink-soft max-md:hidden">
              {device?.lastSeenAt ? formats.relative(device.lastSeenAt, now) : "–"}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
