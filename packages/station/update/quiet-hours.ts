import type { QuietHours } from "@pigeonhole/protocol/firmware";

/** Whether it is quiet at a station: `from` inclusive to `until` exclusive on the clock of its own zone, over midnight when `from` is later. */
export function isQuiet({ from, until }: QuietHours, timeZone: string, at: Date): boolean {
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
  return from <= until ? clock >= from && clock < until : clock >= from || clock < until;
}
