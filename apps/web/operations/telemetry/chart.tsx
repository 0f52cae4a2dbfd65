import type { Point } from "@pigeonhole/devices/telemetry/contract";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { useId, useState, type KeyboardEvent, type PointerEvent } from "react";
import { bandOf, box, frameOf, lineOf, nearest, runsOf, thinned, xOf, yOf } from "./chart-geometry.ts";
import { words } from "./words.ts";

interface ChartProps {
  readonly title: string;
  readonly points: readonly Point[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly timeZone: string;
  readonly now: Date;
  /** A value as people read it, with its unit. */
  readonly write: (value: number) => string;
  /** Bars of these values instead of a line: for counts. */
  readonly isCount?: boolean;
  /** The scale reaches at least so far. */
  readonly least?: { readonly low?: number; readonly high?: number };
  /** Times that are shaded: without mains, without a link. */
  readonly shaded?: readonly { readonly from: string; readonly to: string }[];
}

const tableRows = 12;

/** One curve: mean as a line, lowest to highest as a band, a gap where nothing was told. In words for who does not see it, and as a table. */
export function Chart({ title, points, fromMs, toMs, timeZone, now, write, isCount = false, least, shaded = [] }: ChartProps) {
  const say = useSay(words);
  const formats = useFormats(timeZone);
  const label = useId();
  const [chosen, choose] = useState<Point>();
  const last = points.at(-1);
  if (!last)
    return (
      <figure className="m-0 grid content-start gap-1 rounded-medium border border-line p-3">
        <figcaption className="text-small font-semibold">{title}</figcaption>
        <p className="text-small text-ink-soft">{say("chart.none")}</p>
      </figure>
    );
  const frame = frameOf(points, fromMs, toMs, least);
  const low = Math.min(...points.map((p) => p.low));
  const high = Math.max(...points.map((p) => p.high));
  const shown = chosen ?? last;
  const told = say("chart.told", { title, last: write(last.mean), low: write(low), high: write(high) });
  const point = (event: PointerEvent<SVGSVGElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    choose(nearest(points, frame, (event.clientX - left) / width));
  };
  const step = (event: KeyboardEvent<SVGSVGElement>) => {
    const by = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (by === 0) return;
    event.preventDefault();
    choose(points[Math.max(0, Math.min(points.length - 1, points.indexOf(shown) + by))]);
  };
  return (
    <figure className="m-0 grid min-w-0 gap-1 rounded-medium border border-line p-3" aria-labelledby={label}>
      <figcaption className="flex flex-wrap items-baseline justify-between gap-x-3">
        <span id={label} className="text-small font-semibold">
          {title}
        </span>
        <span className="text-small tabular-nums text-ink-soft" aria-live={chosen ? "polite" : "off"}>
          <b className="text-body text-ink">{write(shown.mean)}</b> {formats.moment(shown.at, now)}
        </span>
      </figcaption>
      <svg
        role="img"
        aria-label={told}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        viewBox={`0 0 ${box.width} ${box.height}`}
        preserveAspectRatio="none"
        className="h-24 w-full touch-pan-y rounded-small"
        onPointerMove={point}
        onPointerDown={point}
        onPointerLeave={() => choose(undefined)}
        onKeyDown={step}
        onBlur={() => choose(undefined)}
      >
        {shaded.map(({ from, to }) => {
          const [left, right] = [Math.max(0, xOf(frame, from)), Math.min(box.width, xOf(frame, to))];
          return (
            right > left && (
              <rect key={from} x={left} width={Math.max(1, right - left)} y={0} height={box.height} className="fill-warn-soft" />
            )
          );
        })}
        <line x1={0} x2={box.width} y1={box.height - 0.5} y2={box.height - 0.5} className="stroke-line" vectorEffect="non-scaling-stroke" />
        {isCount
          ? points.map((p) => {
              const y = yOf(frame, p.mean);
              return (
                p.mean > 0 && (
                  <rect
                    key={p.at}
                    x={xOf(frame, p.at) - 1}
                    width={2.5}
                    y={y}
                    height={box.height - box.bottom - y}
                    className="fill-accent"
                  />
                )
              );
            })
          : runsOf(points).map((run) => (
              <g key={run[0]!.at}>
                <path d={bandOf(frame, run)} className="fill-accent-soft" />
                <path
                  d={lineOf(frame, run)}
                  className="fill-none stroke-accent"
                  strokeWidth={1.75}
                  strokeLinecap="round"
                  vectorEffect="non-scaling-stroke"
                />
              </g>
            ))}
        {chosen && (
          <line
            x1={xOf(frame, chosen.at)}
            x2={xOf(frame, chosen.at)}
            y1={0}
            y2={box.height}
            className="stroke-ink-soft"
            vectorEffect="non-scaling-stroke"
          />
        )}
      </svg>
      <p className="flex justify-between text-small text-ink-soft">
        <span>{formats.moment(new Date(fromMs), now)}</span>
        <span className="tabular-nums">{say("chart.range", { low: write(low), high: write(high) })}</span>
      </p>
      <details className="text-small">
        <summary className="cursor-pointer py-1 text-ink-soft">{say("chart.table")}</summary>
        <table className="w-full tabular-nums">
          <thead className="text-left text-ink-soft">
            <tr>
              <th scope="col">{say("chart.when")}</th>
              <th scope="col">{say("chart.mean")}</th>
              <th scope="col">{say("chart.low")}</th>
              <th scope="col">{say("chart.high")}</th>
            </tr>
          </thead>
          <tbody>
            {thinned(points, tableRows).map((p) => (
              <tr key={p.at}>
                <th scope="row" className="text-left font-normal">
                  {formats.moment(p.at, now)}
                </th>
                <td>{write(p.mean)}</td>
                <td>{write(p.low)}</td>
                <td>{write(p.high)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
