// Many cabinets in one process: the whole software of a station each, over simulated boards, by a clock that is put on from outside.
import { readConfig } from "@pigeonhole/kit/config";
import { systemNewId } from "@pigeonhole/kit/ids";
import { createLog } from "@pigeonhole/kit/log";
import { systemRandom } from "@pigeonhole/kit/random";
import { runStation, type RunningStation } from "@pigeonhole/station/run";
import { settings } from "@pigeonhole/station/settings";
import { movedClock } from "./moved-clock.ts";

/** What this process is told, and answers with the same `id`. */
export type Told =
  | { readonly id: number; readonly kind: "start"; readonly station: string; readonly environment: Readonly<Record<string, string>> }
  | { readonly id: number; readonly kind: "stop"; readonly station: string }
  | { readonly id: number; readonly kind: "advance"; readonly ms: number };

const clock = movedClock();
const log = createLog({ name: "cabinets", level: "warn", file: process.env["LOG_FILE"]! });
const running = new Map<string, RunningStation>();

async function carryOut(told: Told): Promise<object> {
  switch (told.kind) {
    case "start": {
      const { now, monotonic, timers } = clock;
      const station = await runStation(readConfig(settings, told.environment), {
        now,
        monotonic,
        timers,
        newId: systemNewId,
        random: systemRandom,
        log,
      });
      running.set(told.station, station);
      return { port: station.port };
    }
    case "stop":
      await running.get(told.station)?.stop();
      running.delete(told.station);
      return {};
    case "advance":
      clock.advance(told.ms);
      return {};
  }
}
process.on("message", (told: Told) => {
  carryOut(told).then(
    (answer) => process.send?.({ id: told.id, ...answer }),
    (error: unknown) => process.send?.({ id: told.id, error: String(error) }),
  );
});
process.on("disconnect", () => process.exit(0));
process.send?.({ ready: true });
