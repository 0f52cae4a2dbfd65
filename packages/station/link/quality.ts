import type { Monotonic } from "@pigeonhole/kit/clock";

/** So many round trips are remembered between two looks. */
const maxKept = 50;

/** How well the line to the backend carries: what the broker confirmed and how soon, what was lost, how often the line came up again. */
export function quality(monotonic: Monotonic) {
  let trips: number[] = [];
  let lost = 0;
  let ups = 0;
  return {
    /** One message: resolves as `sent` does. */
    async measured(sent: Promise<boolean>): Promise<boolean> {
      const began = monotonic();
      const isSent = await sent;
      if (!isSent) lost++;
      else trips = [...trips.slice(1 - maxKept), monotonic() - began];
      return isSent;
    },
    up: (): void => void ups++,
    /** What happened since the last call. */
    take(): { readonly roundTripMs: number | null; readonly lostMessages: number; readonly reconnects: number } {
      const sorted = trips.toSorted((a, b) => a - b);
      const taken = {
        roundTripMs: sorted.length === 0 ? null : Math.round(sorted[Math.floor(sorted.length / 2)]! * 10) / 10,
        lostMessages: lost,
        reconnects: ups,
      };
      [trips, lost, ups] = [[], 0, 0];
      return taken;
    },
  };
}
export type Quality = ReturnType<typeof quality>;
