// The software of one cabinet. Configured by environment variables (packages/station/settings.ts), or the same names as arguments: NAME=value.
import { describeConfig, readConfig } from "@pigeonhole/kit/config";
import { systemMonotonic, systemNow } from "@pigeonhole/kit/clock";
import { systemNewId } from "@pigeonhole/kit/ids";
import { createLog } from "@pigeonhole/kit/log";
import { systemRandom } from "@pigeonhole/kit/random";
import { systemTimers } from "@pigeonhole/kit/timers";
import { told } from "@pigeonhole/kit/told";
import { enrolAgain, runStation } from "@pigeonhole/station/run";
import { logTail } from "@pigeonhole/station/diagnostics/log-tail";
import { settings } from "@pigeonhole/station/settings";
import { aliveEveryMs, aliveMessage, cannotStartCode } from "@pigeonhole/station/update/launcher";

if (process.argv.includes("--help")) {
  console.log(describeConfig(settings, {} as never).join("\n"));
  process.exit(0);
}

/** The way out of a quarantine: a new certificate and a new epoch for this cabinet, on the data that it has. The service must be stopped. */
const isAgain = process.argv[2] === "enrol-again";
const given = Object.fromEntries(
  process.argv.slice(isAgain ? 3 : 2).map((arg) => [arg.slice(0, arg.indexOf("=")), arg.slice(arg.indexOf("=") + 1)]),
);
try {
  const config = readConfig(settings, { ...process.env, ...given });
  if (isAgain) {
    const { station, epoch } = await enrolAgain(config, systemRandom);
    console.log(`station ${station} begins epoch ${epoch}: start it as usual`);
    process.exit(0);
  }
  const tail = logTail();
  const log = createLog({ name: "station", level: config.LOG_LEVEL, tail: tail.write });
  // The launcher kills a station that says nothing any more.
  if (config.FIRMWARE_FOLDER !== undefined) setInterval(() => process.send?.(aliveMessage), aliveEveryMs).unref();
  const running = await runStation(config, {
    now: systemNow,
    monotonic: systemMonotonic,
    newId: systemNewId,
    random: systemRandom,
    timers: systemTimers,
    log,
    logTail: tail,
    exit: (code) => process.exit(code),
    tell: (port) => console.log(JSON.stringify({ commissioning: `http://127.0.0.1:${port}/` })),
  });
  // One line for whoever started this process.
  console.log(JSON.stringify({ station: running.id, kiosk: `http://127.0.0.1:${running.port}/` }));
  const stop = (signal: string): void => {
    log.info({ signal }, "stopping");
    running.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, "stopping failed");
        process.exit(1);
      },
    );
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  // Who started this process with a channel to it is gone.
  process.once("disconnect", () => stop("disconnect"));
} catch (error) {
  console.error(told(error, "the backend"));
  process.exit(process.env["FIRMWARE_FOLDER"] === undefined ? 1 : cannotStartCode);
}
