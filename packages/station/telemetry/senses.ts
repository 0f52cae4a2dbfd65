import type { Log } from "@pigeonhole/kit/log";
import { within, type Timers } from "@pigeonhole/kit/timers";
import { nothingSensed, type Readings, type Sensors } from "./sensors.ts";

/** The sensors are asked so often: a pulled plug and an opened enclosure are known within a second or so. Milliseconds. */
const lookMs = 1_000;
/** A sensor that has not answered by then counts as silent. Milliseconds. */
const patienceMs = 5_000;

interface Needs {
  readonly sensors: Sensors;
  /** Told after each look. */
  readonly felt: (readings: Readings) => void;
  readonly timers: Timers;
  readonly log: Log;
}

/** Looks at the sensors again and again and knows what they said last. */
export function senses({ sensors, felt, timers, log }: Needs) {
  let last = nothingSensed;
  let isStopped = false;
  let cancel = (): void => {};

  async function look(): Promise<void> {
    try {
      last = (await within(timers, patienceMs, sensors.read())) ?? nothingSensed;
      if (!isStopped) felt(last);
    } catch (error) {
      log.error({ err: error }, "the sensors could not be read");
    }
  }
  function again(): void {
    if (!isStopped) cancel = timers.after(lookMs, () => void look().then(again));
  }
  return {
    readings: (): Readings => last,
    async start(): Promise<void> {
      await look();
      again();
    },
    stop(): void {
      isStopped = true;
      cancel();
    },
  };
}
