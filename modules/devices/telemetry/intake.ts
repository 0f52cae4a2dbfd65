import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import { Sample, Telemetry, maxSamples } from "@pigeonhole/protocol/telemetry";
import { z } from "zod";
import { bucket } from "../bucket.ts";
import type { RefusedReason } from "./contract.ts";
import { isTimely, valuesOf, type Keeping } from "./domain.ts";
import * as queries from "./queries.ts";
import type { TelemetryTables } from "./tables.ts";

/** Samples that one station may say: a day's worth at once after it was away, then one a second. */
const limit = { perSecond: 1, burst: 2_000 } as const;
/** Of so many stations the pace is remembered. */
const maxStations = 20_000;

/** The message as far as it has to be right as a whole: one bad sample does not cost its neighbours. */
const Outline = Telemetry.extend({ samples: z.array(z.unknown()).min(1).max(maxSamples) });

interface Needs {
  readonly db: Db<TelemetryTables>;
  readonly now: Now;
  readonly keeping: Keeping;
}

/** Takes samples in: what cannot be true is dropped and counted, never a reason to stumble. */
export function intake({ db, now, keeping }: Needs) {
  const paces = new Map<string, ReturnType<typeof bucket>>();
  let uncounted = new Map<string, Map<RefusedReason, number>>();

  const paceOf = (station: string): ReturnType<typeof bucket> => {
    const pace = paces.get(station) ?? bucket(limit, () => now().getTime());
    if (paces.size >= maxStations) paces.clear();
    paces.set(station, pace);
    return pace;
  };
  const refuse = (station: string, reason: RefusedReason, count = 1): void => {
    if (count === 0) return;
    const reasons = uncounted.get(station) ?? new Map<RefusedReason, number>();
    uncounted.set(station, reasons.set(reason, (reasons.get(reason) ?? 0) + count));
  };

  return {
    async take(station: string, message: unknown): Promise<void> {
      const outline = Outline.safeParse(message);
      if (!outline.success) return refuse(station, "form");
      refuse(station, "forgotten", outline.data.dropped);
      const at = now();
      const pace = paceOf(station);
      const good = outline.data.samples.flatMap((each) => {
        if (!pace.take()) return (refuse(station, "flood"), []);
        const sample = Sample.safeParse(each);
        if (!sample.success) return (refuse(station, "form"), []);
        const sampledAt = new Date(sample.data.at);
        if (!isTimely(sampledAt, at, keeping)) return (refuse(station, "time"), []);
        return [{ at: sampledAt, values: valuesOf(sample.data) }];
      });
      await queries.store(db, station, good, at);
    },
    /** Writes the counts of what was dropped. They wait in memory: a flood must not become a flood of writes. */
    async count(): Promise<void> {
      const counts = uncounted;
      uncounted = new Map();
      for (const [station, reasons] of counts)
        for (const [reason, count] of reasons) await queries.countRefused(db, station, reason, count, now());
    },
  };
}
