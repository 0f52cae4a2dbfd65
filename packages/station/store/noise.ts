import type { StationFact } from "@pigeonhole/protocol/messages";
import type { NoiseCount } from "@pigeonhole/protocol/noise-count";
import type { Sql } from "./database.ts";

/** Kinds counted apart at most; further ones are counted together without compartment and reason. */
const mostKinds = 400;

interface Row {
  type: NoiseCount["type"];
  compartment: number;
  reason: string;
  count: number;
}

/** Counts of what could come without end and says nothing about who has what. Compartment 0 and reason '' stand for none. */
export const noiseStore = (sql: Sql) => {
  const of = sql.prepare("select count from noise where type = ? and compartment = ? and reason = ?");
  const any = sql.prepare("select 1 from noise where type = ?");
  const kinds = sql.prepare("select count(*) as kinds from noise");
  const add = sql.prepare(
    "insert into noise (type, compartment, reason, count, since) values (?, ?, ?, 1, ?) on conflict (type, compartment, reason) do update set count = count + 1",
  );
  const all = sql.prepare("select type, compartment, reason, count from noise order by type, compartment, reason");
  const since = sql.prepare("select min(since) as since from noise");
  const clear = sql.prepare("delete from noise");
  const countOf = (type: string, compartment: number): number =>
    (of.get(type, compartment, "") as { count: number } | undefined)?.count ?? 0;
  return {
    count(event: StationFact, at: Date): void {
      const [compartment, reason] = ["compartment" in event ? event.compartment : 0, "reason" in event ? (event.reason ?? "") : ""];
      const isKnown = of.get(event.type, compartment, reason) !== undefined;
      const isRoom = isKnown || (kinds.get() as { kinds: number }).kinds < mostKinds;
      add.run(event.type, isRoom ? compartment : 0, isRoom ? reason : "", at.toISOString());
    },
    /** A forced opening of this door was counted and its closing not yet. */
    isOpenCounted: (compartment: number): boolean =>
      countOf("compartment_opened", compartment) > countOf("compartment_closed", compartment),
    isCounted: (type: string): boolean => any.get(type) !== undefined,
    /** Since when there are counts; undefined when there are none. */
    since: (): string | undefined => (since.get() as { since: string | null }).since ?? undefined,
    /** The counts, which begin anew. */
    take(): NoiseCount[] {
      const counts = (all.all() as unknown as Row[]).map(({ type, compartment, reason, count }) => ({
        type,
        compartment: compartment === 0 ? null : compartment,
        reason: reason === "" ? null : reason,
        count,
      }));
      clear.run();
      return counts;
    },
  };
};

/** Whether an entry may be counted instead of written. Never what says who has what, nor what puts a compartment out of use or back into it. */
export function isNoise(event: StationFact, noise: Pick<ReturnType<typeof noiseStore>, "isOpenCounted" | "isCounted">): boolean {
  switch (event.type) {
    case "station_started":
    case "code_refused":
    case "command_refused":
    case "door_left_open":
    case "open_failed":
      return true;
    case "tampered":
      return noise.isCounted("tampered");
    case "compartment_opened":
      return event.cause.kind === "forced";
    case "compartment_closed":
      return noise.isOpenCounted(event.compartment);
    default:
      return false;
  }
}
