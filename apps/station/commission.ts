// Commissioning on a terminal: node apps/station/commission.ts STATION_DATA=/var/lib/pigeonhole. The same steps as at the kiosk, on the same data.
// With RECORD=1 it prints the signed acceptance record instead.
import { createInterface } from "node:readline/promises";
import { readConfig } from "@pigeonhole/kit/config";
import { systemMonotonic, systemNow } from "@pigeonhole/kit/clock";
import { createLog } from "@pigeonhole/kit/log";
import { systemRandom } from "@pigeonhole/kit/random";
import { systemTimers } from "@pigeonhole/kit/timers";
import { told } from "@pigeonhole/kit/told";
import { serialPorts } from "@pigeonhole/lock-boards/serial-ports";
import { commissioning } from "@pigeonhole/station/commissioning/commissioning";
import { dialog } from "@pigeonhole/station/commissioning/dialog";
import { readRecord } from "@pigeonhole/station/commissioning/record";
import { settings } from "@pigeonhole/station/settings";

const given = Object.fromEntries(process.argv.slice(2).map((arg) => [arg.slice(0, arg.indexOf("=")), arg.slice(arg.indexOf("=") + 1)]));
try {
  const environment = { ...process.env, ...given };
  const { STATION_DATA, BACKEND_URL } = readConfig({ STATION_DATA: settings.STATION_DATA, BACKEND_URL: settings.BACKEND_URL }, environment);
  if (environment["RECORD"] === "1") {
    const record = readRecord(STATION_DATA);
    if (!record) throw new Error(`${STATION_DATA} holds no acceptance record: this cabinet has not passed its test.`);
    console.log(JSON.stringify(record));
    process.exit(0);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const typed = terminal[Symbol.asyncIterator]();
  const work = commissioning({
    folder: STATION_DATA,
    firmware: "pigeonhole-station, from the command line",
    now: systemNow,
    monotonic: systemMonotonic,
    timers: systemTimers,
    random: systemRandom,
    log: createLog({ name: "commissioning", level: "error" }),
  });
  const isDone = await dialog({
    commissioning: work,
    ports: serialPorts,
    backendUrl: BACKEND_URL,
    timers: systemTimers,
    say: (line) => console.log(line),
    ask: async (question) => {
      process.stdout.write(question);
      const { value, done } = await typed.next();
      return done ? undefined : String(value).trim();
    },
  });
  terminal.close();
  await work.stop();
  process.exit(isDone ? 0 : 1);
} catch (error) {
  console.error(told(error, "the backend"));
  process.exit(1);
}
