/** A time in which nobody could get at the parcel; half-open, without an end while it lasts. */
export interface Outage {
  readonly from: Date;
  readonly to: Date | null;
  readonly cause: string;
}
/** When the right ends, and the times in which its clock stood still, in order and apart from each other. */
export interface FairWindow {
  readonly until: Date;
  readonly stoppedSince: Date | null;
  readonly pauses: readonly Outage[];
}

/** Overlapping outages are one time, named by the cause that came first. */
function merged(outages: readonly Outage[]): Outage[] {
  const apart: Outage[] = [];
  for (const outage of outages.toSorted((a, b) => a.from.getTime() - b.from.getTime())) {
    const last = apart.at(-1);
    if (!last || (last.to !== null && last.to < outage.from)) apart.push(outage);
    else if (last.to !== null && (outage.to === null || outage.to > last.to)) apart[apart.length - 1] = { ...last, to: outage.to };
  }
  return apart;
}

/**
 * The window that was promised, in time during which the parcel could be reached (F6). Reckoned anew from the outages themselves: the same
 * outages give the same end, in whatever order they were heard of and however often.
 */
export function fairWindow(began: Date, promisedUntil: Date, outages: readonly Outage[]): FairWindow {
  let untilMs = promisedUntil.getTime();
  const pauses: Outage[] = [];
  for (const outage of merged(outages)) {
    if (outage.to !== null && outage.to <= began) continue;
    const from = outage.from < began ? began : outage.from;
    // What began after the end could not keep anybody from their parcel in time.
    if (from.getTime() >= untilMs) break;
    pauses.push({ ...outage, from });
    if (outage.to === null) return { until: new Date(untilMs), stoppedSince: from, pauses };
    untilMs += outage.to.getTime() - from.getTime();
  }
  return { until: new Date(untilMs), stoppedSince: null, pauses };
}

/**
 * The time in which its recipient is away (N8), as far as the shop lets the clock stand still for it: so many days at most from when they are away
 * and it waits.
 */
export function vacationOf(away: { readonly from: Date; readonly to: Date } | null, began: Date, mostDays: number): readonly Outage[] {
  if (away === null || mostDays === 0 || away.to <= began) return [];
  const from = away.from < began ? began : away.from;
  const limit = new Date(from.getTime() + mostDays * 86_400_000);
  return [{ from, to: away.to < limit ? away.to : limit, cause: "vacation" }];
}
