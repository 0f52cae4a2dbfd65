import { createAccessList } from "@pigeonhole/devices/access-list";
import { createCa } from "@pigeonhole/devices/ca";
import { startMosquitto } from "@pigeonhole/devices/testing-mosquitto";
import { systemMonotonic, systemNow as now } from "@pigeonhole/kit/clock";
import { systemNewId as newId } from "@pigeonhole/kit/ids";
import { silentLog as log } from "@pigeonhole/kit/log";
import { systemRandom as random } from "@pigeonhole/kit/random";
import { systemTimers as timers } from "@pigeonhole/kit/timers";
import { percentile } from "./percentile.ts";

const steps = [100, 500, 1_000, 2_000, 4_000] as const;
/** Changes measured at each size: so many stations put on the list, and taken off again. */
const changes = 25;

/**
 * How long one change of mosquitto's list takes while so many stations are on it (decision 0012): the broker writes its whole file each time.
 * Argument: how many stations at most. Needs mosquitto.
 */
export async function accessList(args: readonly string[]): Promise<object> {
  const most = Number(args[0] ?? 2_000);
  if (!(Number.isInteger(most) && most >= 1 && most <= 10_000)) throw new Error("access-list takes how many stations, 1 to 10000");
  const ca = await createCa({ hosts: ["127.0.0.1"], now, random });
  const broker = await startMosquitto(ca);
  const admitted = new Set<string>();
  const list = createAccessList({ mqttUrl: broker.backendUrl, ca, admitted: async () => admitted, newId, timers, log });
  try {
    await list.start();
    const at: { stations: number; putOnP50Ms: number; takenOffP50Ms: number; mostMs: number; filledSeconds: number }[] = [];
    for (const stations of [...steps.filter((step) => step < most), most]) {
      const began = systemMonotonic();
      while (admitted.size < stations) admitted.add(newId());
      await list.compare();
      const filledSeconds = Math.round((systemMonotonic() - began) / 100) / 10;
      const took = { on: [] as number[], off: [] as number[] };
      for (let n = 0; n < changes; n++) {
        const station = newId();
        for (const [times, change] of [
          [took.on, list.admit],
          [took.off, list.remove],
        ] as const) {
          const since = systemMonotonic();
          if (!(await change(station))) throw new Error(`the broker did not answer with ${stations} stations on its list`);
          times.push(systemMonotonic() - since);
        }
      }
      const round = (ms: number): number => Math.round(ms * 10) / 10;
      at.push({
        stations,
        putOnP50Ms: round(percentile(took.on, 50)),
        takenOffP50Ms: round(percentile(took.off, 50)),
        mostMs: round(Math.max(...took.on, ...took.off)),
        filledSeconds,
      });
      process.stderr.write(`${JSON.stringify(at.at(-1))}\n`);
    }
    return { stations: most, at };
  } finally {
    await list.stop();
    await broker.stop();
  }
}
