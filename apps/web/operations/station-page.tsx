import { NotLive, useChanges } from "@pigeonhole/ui/changes.tsx";
import { Cabinet, CabinetLegend } from "@pigeonhole/ui/cabinet.tsx";
import { doorStateOf, type DoorState } from "@pigeonhole/ui/cabinet-geometry";
import { useNow } from "@pigeonhole/ui/clock";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useParam, useQueryWord } from "../shell/to.tsx";
import { AcceptancePanel } from "./acceptance/panel.tsx";
import { DevicePanel } from "./device-panel.tsx";
import { DiagnosisPanel } from "./diagnosis/panel.tsx";
import { DoorPanel } from "./door-panel.tsx";
import { EventLog } from "./event-log.tsx";
import { HealthMark, Why } from "./health-mark.tsx";
import { healthOf, occupancyOf } from "./health.ts";
import { Inspections } from "./inspections.tsx";
import { LifePanel } from "./life/panel.tsx";
import { compartmentsQuery, deviceQuery, stationQuery } from "./queries.ts";
import { Reservations } from "./reservations.tsx";
import { TamperPanel } from "./tamper/panel.tsx";
import { TelemetryPanel } from "./telemetry/panel.tsx";
import { words } from "./words.ts";

/** One station: what is in it now, how its device is, what happened. */
export function StationPage() {
  const id = useParam("station");
  const say = useSay(words);
  const now = useNow(5_000);
  const liveness = useChanges(useMemo(() => [`station:${id}`], [id]));
  const station = useQuery(stationQuery(id));
  const device = useQuery(deviceQuery(id));
  const compartments = useQuery(compartmentsQuery(id));
  const formats = useFormats(station.data?.timeZone);
  const [chosen, choose] = useQueryWord("door");
  const states = useMemo(
    () => new Map<number, DoorState>((compartments.data ?? []).map(({ compartment, state }) => [compartment, doorStateOf(state)])),
    [compartments.data],
  );
  const open = useMemo(() => new Set(device.data?.openDoors), [device.data?.openDoors]);
  if (station.isPending) return <Spinner onRetry={() => void station.refetch()} />;
  if (!station.data)
    return (
      <div className="page py-6">
        <Failed heading error={station.error} onRetry={() => void station.refetch()} />
      </div>
    );
  const health = healthOf(station.data, device.data ?? undefined, compartments.data && occupancyOf(compartments.data), now);
  const isAway = device.data != null && !device.data.connected;
  const age = isAway && device.data?.lastSeenAt ? formats.relative(device.data.lastSeenAt, now) : undefined;
  const door = chosen === undefined ? undefined : compartments.data?.find(({ compartment }) => compartment === Number(chosen));
  return (
    <div className="mx-auto grid max-w-[100rem] gap-5 px-4 py-5 lg:px-6">
      <header className="grid gap-1.5">
        <h1 className="flex flex-wrap items-center gap-3 text-display">
          {station.data.name}
          <HealthMark health={health} />
        </h1>
        <p className="flex flex-wrap gap-x-4 text-ink-soft">
          {station.data.address !== null && <span>{station.data.address}</span>}
          <span>{say(`status.${station.data.status}`)}</span>
        </p>
        <Why health={health} />
      </header>
      <NotLive liveness={liveness} />
      <TamperPanel station={station.data} />
      {device.data?.quarantine != null && (
        <Notice kind="error" title={say("station.quarantine")}>
          {say("station.quarantine_body", { reason: device.data.quarantine })}
        </Notice>
      )}
      {age !== undefined && <Notice kind="offline" title={say("station.not_live", { age })} />}
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_minmax(0,24rem)]">
        <section className="card grid min-w-0 gap-4 p-4 lg:p-5">
          <div>
            <h2 className="text-title">{say("station.cabinet")}</h2>
            <p className="text-small text-ink-soft">{say("station.cabinet_hint")}</p>
          </div>
          {compartments.isError && <Failed error={compartments.error} onRetry={() => void compartments.refetch()} />}
          {compartments.isPending ? (
            <Spinner />
          ) : (
            <>
              <Cabinet
                label={station.data.name}
                doors={station.data.doors}
                states={states}
                open={open}
                highlight={door?.compartment}
                age={age}
                onPick={({ number }) => choose(String(number))}
                className="[&_svg]:max-h-[52dvh]"
              />
              <CabinetLegend states={states} open={open} />
            </>
          )}
        </section>
        <div className="grid min-w-0 gap-5">
          {door && <DoorPanel station={station.data} door={door} onClose={() => choose(undefined)} />}
          <Inspections station={id} timeZone={station.data.timeZone} now={now} />
          <DevicePanel device={device.data} isPending={device.isPending} error={device.error} timeZone={station.data.timeZone} now={now} />
          <AcceptancePanel station={id} timeZone={station.data.timeZone} now={now} />
          <LifePanel
            station={station.data}
            stakes={
              compartments.data && {
                orders: compartments.data.filter(({ state }) => state === "reserved").length,
                inside: compartments.data.filter(({ state }) => state === "occupied" || state === "return_pending").length,
              }
            }
          />
        </div>
      </div>
      {device.data?.enrolled && <TelemetryPanel station={id} timeZone={station.data.timeZone} now={now} />}
      {device.data?.enrolled && <DiagnosisPanel station={id} timeZone={station.data.timeZone} now={now} />}
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <EventLog station={id} timeZone={station.data.timeZone} now={now} />
        <Reservations station={id} timeZone={station.data.timeZone} now={now} />
      </div>
    </div>
  );
}
