import type { Point } from "@pigeonhole/devices/telemetry/contract";

/** The drawing's own units; the browser stretches them. */
export const box = { width: 320, height: 96, top: 6, bottom: 4 } as const;

export interface Frame {
  readonly fromMs: number;
  readonly toMs: number;
  readonly low: number;
  readonly high: number;
}

/** What is drawn around the points: a little air above and below, never a flat line of no height. */
export function frameOf(
  points: readonly Point[],
  fromMs: number,
  toMs: number,
  least?: { readonly low?: number; readonly high?: number },
): Frame {
  const low = Math.min(...points.map((p) => p.low), least?.low ?? Infinity);
  const high = Math.max(...points.map((p) => p.high), least?.high ?? -Infinity);
  const air = Math.max((high - low) * 0.08, 0.5);
  return { fromMs, toMs, low: least?.low === low ? low : low - air, high: least?.high === high ? high : high + air };
}

export const xOf = ({ fromMs, toMs }: Frame, at: string): number => ((Date.parse(at) - fromMs) / Math.max(1, toMs - fromMs)) * box.width;
export const yOf = ({ low, high }: Frame, value: number): number =>
  box.top + (1 - (value - low) / Math.max(1e-9, high - low)) * (box.height - box.top - box.bottom);

/** Points that follow each other closely; where the distance is more than three times the usual, nothing was told, and nothing is drawn. */
export function runsOf(points: readonly Point[]): readonly (readonly Point[])[] {
  const steps = points
    .slice(1)
    .map((point, i) => Date.parse(point.at) - Date.parse(points[i]!.at))
    .toSorted((a, b) => a - b);
  const usual = steps[Math.floor(steps.length / 2)] ?? 0;
  const runs: Point[][] = [];
  for (const [i, point] of points.entries()) {
    const step = i === 0 ? Infinity : Date.parse(point.at) - Date.parse(points[i - 1]!.at);
    if (step > 3 * usual) runs.push([point]);
    else runs.at(-1)!.push(point);
  }
  return runs;
}

const at = (x: number, y: number): string => `${x.toFixed(1)},${y.toFixed(1)}`;
/** The mean, as one path per run. */
export const lineOf = (frame: Frame, run: readonly Point[]): string =>
  `M${run.map((p) => at(xOf(frame, p.at), yOf(frame, p.mean))).join("L")}`;
/** From lowest to highest, as one closed path per run. */
export const bandOf = (frame: Frame, run: readonly Point[]): string =>
  `M${[...run.map((p) => at(xOf(frame, p.at), yOf(frame, p.high))), ...run.toReversed().map((p) => at(xOf(frame, p.at), yOf(frame, p.low)))].join("L")}Z`;

/** The point nearest to a share of the width. */
export function nearest(points: readonly Point[], frame: Frame, share: number): Point | undefined {
  const wanted = frame.fromMs + share * (frame.toMs - frame.fromMs);
  let best: Point | undefined;
  for (const point of points) {
    if (!best || Math.abs(Date.parse(point.at) - wanted) < Math.abs(Date.parse(best.at) - wanted)) best = point;
  }
  return best;
}

/** At most `rows` of the points, evenly, the last among them: what a table can hold. */
export function thinned(points: readonly Point[], rows: number): readonly Point[] {
  const step = Math.max(1, Math.ceil(points.length / rows));
  return points.filter((_, i) => (points.length - 1 - i) % step === 0);
}
