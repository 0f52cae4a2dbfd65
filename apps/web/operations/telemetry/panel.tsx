import type { Curve, Metric, Point } from "@pigeonhole/devices/telemetry/contract";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { useQueries } from "@tanstack/react-query";
import { useQueryWord } from "../../shell/to.tsx";
import { Chart } from "./chart.tsx";
import { curveQuery, isRange, ranges, type Range } from "./queries.ts";
import { words } from "./words.ts";

const drawn = ["temperatureC", "batteryPercent", "roundTripMs", "doorCycles", "unlockMs", "mains"] as const satisfies readonly Metric[];

/** Counts are kept as means: what happened within a point is their sum. */
const summed = (points: readonly Point[]): Point[] =>
  points.map((p) => {
    const sum = Math.round(p.mean * p.samples);
    return { ...p, low: sum, mean: sum, high: sum };
  });

/** Times in which some sample had no mains. */
function withoutMains({ points, resolution }: Pick<Curve, "points" | "resolution">): { from: string; to: string }[] {
  const lengthMs = resolution === "raw" ? 60_000 : resolution === "5min" ? 300_000 : 3_600_000;
  return points.flatMap((point, i) => {
    const next = points[i + 1]?.at;
    const end = new Date(Math.min(Date.parse(point.at) + lengthMs, next === undefined ? Infinity : Date.parse(next))).toISOString();
    return point.low < 1 ? [{ from: point.at, to: end }] : [];
  });
}

/** How a station was: its curves, over a time that the address names. */
export function TelemetryPanel({ station, timeZone, now }: { station: string; timeZone: string; now: Date }) {
  const say = useSay(words);
  const formats = useFormats(timeZone);
  const [word, setWord] = useQueryWord("range");
  const range: Range = isRange(word) ? word : "day";
  const curves = useQueries({ queries: drawn.map((metric) => curveQuery(station, metric, range)) });
  const failed = curves.find((curve) => curve.isError && !curve.data);
  const known = Object.fromEntries(drawn.map((metric, i) => [metric, curves[i]!.data])) as Record<
    (typeof drawn)[number],
    (typeof curves)[number]["data"]
  >;
  const isEmpty = drawn.every((metric) => known[metric]?.points.length === 0);
  const any = known.temperatureC ?? known.roundTripMs;
  // Of a new station the first samples fill the drawing: a curve that begins now is not squeezed into a corner.
  const earliest = Math.min(...drawn.flatMap((metric) => known[metric]?.points.slice(0, 1).map((p) => Date.parse(p.at)) ?? []));
  const frame = {
    fromMs: Math.max(any?.fromMs ?? 0, Number.isFinite(earliest) ? earliest : 0),
    toMs: any?.toMs ?? now.getTime(),
    timeZone,
    now,
  };
  const unit = (text: string) => (value: number) => `${formats.number(Math.round(value * 10) / 10)} ${text}`;
  const shaded = known.mains ? withoutMains(known.mains) : [];
  return (
    <section className="card grid min-w-0 gap-4 p-4 lg:p-5">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-title">{say("telemetry.title")}</h2>
        <fieldset className="m-0 flex flex-wrap gap-1 border-0 p-0">
          <legend className="sr-only">{say("telemetry.range")}</legend>
          {(Object.keys(ranges) as Range[]).map((each) => (
            <label
              key={each}
              className="cursor-pointer rounded-full border border-line-strong px-3 py-2 text-small has-checked:border-accent has-checked:bg-accent has-checked:text-on-accent has-focus-visible:outline-2 has-focus-visible:outline-focus"
            >
              <input type="radio" name="range" className="sr-only" checked={each === range} onChange={() => setWord(each)} />
              {say(`telemetry.${each}`)}
            </label>
          ))}
        </fieldset>
      </div>
      {failed ? (
        <Failed error={failed.error} onRetry={() => curves.forEach((curve) => void curve.refetch())} />
      ) : curves.some((curve) => curve.isPending) ? (
        <Spinner />
      ) : isEmpty ? (
        <Notice kind="empty" title={say("telemetry.none")}>
          {say("telemetry.none_body")}
        </Notice>
      ) : (
        <div className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
          <Chart {...frame} title={say("telemetry.temperature")} points={known.temperatureC?.points ?? []} write={unit("°C")} />
          <Chart
            {...frame}
            title={say("telemetry.battery")}
            points={known.batteryPercent?.points ?? []}
            write={unit("%")}
            least={{ low: 0, high: 100 }}
            shaded={shaded}
          />
          <Chart
            {...frame}
            title={say("telemetry.network")}
            points={known.roundTripMs?.points ?? []}
            write={unit("ms")}
            least={{ low: 0 }}
          />
          <Chart
            {...frame}
            title={say("telemetry.doors")}
            points={summed(known.doorCycles?.points ?? [])}
            write={(value) => formats.number(value)}
            least={{ low: 0 }}
            isCount
          />
          <Chart {...frame} title={say("telemetry.unlock")} points={known.unlockMs?.points ?? []} write={unit("ms")} least={{ low: 0 }} />
        </div>
      )}
      {shaded.length > 0 && <p className="text-small text-ink-soft">{say("telemetry.shaded")}</p>}
    </section>
  );
}
