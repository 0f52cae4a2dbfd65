import { Cabinet } from "@pigeonhole/ui/cabinet.tsx";
import type { DoorState } from "@pigeonhole/ui/cabinet-geometry";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { placeDoors } from "@pigeonhole/network/layout";
import { standardLayout } from "@pigeonhole/network/standard-layout";
import { useMemo, useState, type ReactNode } from "react";
import { momentOf, storyOf } from "./moment.ts";
import { clockTime, faultName } from "./said.ts";
import { Story } from "./story.tsx";
import { TimeBar } from "./time-bar.tsx";
import { TownMap } from "./town-map.tsx";
import type { Trace } from "./read-trace.ts";

/** So many parcels are listed; the field finds the others. */
const listed = 60;

/** A run of the simulator: the town, its time, and the story of one parcel. */
export function RunPage({ trace, name, other }: { trace: Trace; name: string; other: ReactNode }) {
  const { stations, lives, violations, startMs } = trace;
  const blamed = lives.find(({ parcel }) => violations.some(({ what }) => what.includes(parcel)));
  const [at, move] = useState(violations[0]?.atMs ?? startMs);
  const [station, choose] = useState(stations[0]!.id);
  const [parcel, tell] = useState((blamed ?? lives[0])?.parcel);
  const [wanted, want] = useState("");
  const moment = useMemo(() => momentOf(trace, at), [trace, at]);
  const { name: nameOfChosen, doors: count } = stations.find(({ id }) => id === station)!;
  const doors = useMemo(() => placeDoors(standardLayout(count)), [count]);
  const now = moment.stations.get(station)!;
  const states = new Map<number, DoorState>(doors.map(({ number }) => [number, now.inside.has(number) ? "occupied" : "free"]));
  const found = lives.filter(({ number, parcel: id }) => `${number} ${id}`.includes(wanted.trim())).slice(0, listed);
  const shown = lives.find((life) => life.parcel === parcel);
  const follow = (id: string): void => {
    tell(id);
    const first = storyOf(trace, id)[0];
    if (first) move(first.atMs);
  };
  const inTown = [...(moment.isBackendRunning ? [] : ["the backend is down"]), ...moment.faults.map(faultName)];
  return (
    <main className="mx-auto grid max-w-360 gap-4 px-4 py-6">
      <header className="flex flex-wrap items-end justify-between gap-4">
        <div>
          <h1 className="text-title font-semibold">Seed {trace.seed}</h1>
          <p className="text-ink-soft">
            {name}: {lives.length} parcels, {stations.length} stations, {trace.faults.length} faults, {clockTime(trace.endMs - startMs)}
          </p>
        </div>
        {other}
      </header>
      {violations.length > 0 ? (
        <Notice kind="error" title={`${violations.length} broken promises`} announce={false}>
          <ul className="grid gap-1">
            {violations.slice(0, 10).map(({ atMs, invariant, what }, i) => (
              <li key={i}>
                <button type="button" className="min-h-8 text-left underline" onClick={() => move(atMs)}>
                  {clockTime(atMs - startMs)}, {invariant}: {what}
                </button>
              </li>
            ))}
          </ul>
        </Notice>
      ) : (
        <Notice kind="good" title="Every promise was kept" />
      )}
      <TimeBar trace={trace} at={at} onMove={move} />
      <p role="status" className="min-h-6 text-small">
        {moment.isHealed ? "Nothing goes wrong by itself any more." : inTown.length > 0 ? `In the whole town: ${inTown.join(", ")}.` : ""}
      </p>
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <section aria-label="The town" className="card p-4">
          <TownMap stations={stations} moment={moment} chosen={station} onChoose={choose} />
        </section>
        <section aria-label={nameOfChosen} className="card grid gap-2 p-4">
          <h2 className="text-lead font-semibold">{nameOfChosen}</h2>
          <p className="text-small text-ink-soft">What really lies behind its doors.</p>
          <Cabinet label={`${nameOfChosen}, cabinet`} doors={doors} states={states} open={now.open} />
        </section>
      </div>
      <div className="grid items-start gap-4 lg:grid-cols-[16rem_1fr]">
        <section aria-label="Parcels" className="card grid gap-3 p-4">
          <label className="grid gap-1 text-small">
            Find a parcel
            <input
              type="search"
              value={wanted}
              onChange={({ currentTarget }) => want(currentTarget.value)}
              className="min-h-11 rounded-medium border border-line-strong bg-surface px-3"
            />
          </label>
          {found.length === 0 && <p className="text-small text-ink-soft">No parcel of this run has that number.</p>}
          <ul className="grid max-h-96 overflow-y-auto">
            {found.map((life) => (
              <li key={life.parcel}>
                <button
                  type="button"
                  aria-pressed={life.parcel === parcel}
                  onClick={() => follow(life.parcel)}
                  className={`min-h-11 w-full rounded-small px-2 text-left font-mono tabular-nums ${life.parcel === parcel ? "bg-accent-soft text-on-accent-soft" : ""}`}
                >
                  {life.number}
                </button>
              </li>
            ))}
          </ul>
        </section>
        {shown && <Story trace={trace} parcel={shown.parcel} number={shown.number} at={at} onMove={move} />}
      </div>
    </main>
  );
}
