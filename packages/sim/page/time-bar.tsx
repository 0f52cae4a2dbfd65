import { Button } from "@pigeonhole/ui/button.tsx";
import { useEffect, useState } from "react";
import type { Trace } from "./read-trace.ts";
import { clockTime, faultName } from "./said.ts";

/** So many seconds of the run go by in one second. */
const speeds = [10, 60, 600, 3_600] as const;
const frameMs = 100;
const width = 1_000;

interface Props {
  readonly trace: Trace;
  readonly at: number;
  readonly onMove: (at: number) => void;
}

/** The whole run as a line: faults as they strike, promises as they break; a slider, a way to play, and steps from one happening to the next. */
export function TimeBar({ trace, at, onMove }: Props) {
  const { startMs, endMs, faults, violations, happenings } = trace;
  const [speed, choose] = useState<number>(speeds[1]);
  const [isPlaying, play] = useState(false);
  useEffect(() => {
    if (!isPlaying) return;
    const timer = setInterval(() => onMove(Math.min(endMs, at + speed * frameMs)), frameMs);
    return () => clearInterval(timer);
  }, [isPlaying, at, speed, endMs, onMove]);
  useEffect(() => {
    if (at >= endMs) play(false);
  }, [at, endMs]);
  const x = (ms: number): number => ((ms - startMs) / Math.max(1, endMs - startMs)) * width;
  const moments = [...new Set([...happenings, ...violations, ...faults].map(({ atMs }) => atMs))].toSorted((a, b) => a - b);
  const next = moments.find((ms) => ms > at);
  const before = moments.findLast((ms) => ms < at);
  return (
    <section aria-label="Time" className="card grid gap-2 p-4">
      <svg viewBox={`0 0 ${width} 34`} preserveAspectRatio="none" className="h-9 w-full" aria-hidden>
        {faults.map(({ number, atMs, untilMs, kind }) => (
          <rect key={number} x={x(atMs)} y={(number % 4) * 5} width={Math.max(2, x(untilMs) - x(atMs))} height={4} className="fill-warn">
            <title>{faultName({ kind })}</title>
          </rect>
        ))}
        {happenings
          .filter(({ kind }) => kind === "station_crashes" || kind === "backend_crashes")
          .map(({ atMs, kind }, i) => (
            <rect key={`${kind}${i}`} x={x(atMs) - 1} y={21} width={2} height={6} className="fill-ink" />
          ))}
        {violations.map(({ atMs }, i) => (
          <rect key={`broken${i}`} x={x(atMs) - 2} y={21} width={4} height={13} className="fill-bad" />
        ))}
      </svg>
      <input
        type="range"
        aria-label="Moment of the run"
        aria-valuetext={clockTime(at - startMs)}
        min={startMs}
        max={endMs}
        step={1_000}
        value={at}
        onChange={({ currentTarget }) => onMove(Number(currentTarget.value))}
        className="min-h-11 w-full accent-(--accent)"
      />
      <div className="flex flex-wrap items-center gap-2">
        <Button size="small" look="primary" onPress={() => (at >= endMs && onMove(startMs), play(!isPlaying))}>
          {isPlaying ? "Pause" : "Play"}
        </Button>
        <Button size="small" isDisabled={before === undefined} onPress={() => before !== undefined && onMove(before)}>
          Step back
        </Button>
        <Button size="small" isDisabled={next === undefined} onPress={() => next !== undefined && onMove(next)}>
          Step on
        </Button>
        <label className="flex items-center gap-2 text-small">
          Speed
          <select
            value={speed}
            onChange={({ currentTarget }) => choose(Number(currentTarget.value))}
            className="min-h-11 rounded-medium border border-line-strong bg-surface px-2"
          >
            {speeds.map((each) => (
              <option key={each} value={each}>
                {each} ×
              </option>
            ))}
          </select>
        </label>
        <output className="ml-auto font-mono tabular-nums">{clockTime(at - startMs)}</output>
      </div>
    </section>
  );
}
