// Starts the software of a cabinet from one of its slots, and goes back to the former image when a new one does not work. Part of the
// installed package, not of any image: updates do not touch it.
import { execFile } from "node:child_process";
import { readConfig } from "@pigeonhole/kit/config";
import { systemMonotonic } from "@pigeonhole/kit/clock";
import { createLog } from "@pigeonhole/kit/log";
import { systemTimers } from "@pigeonhole/kit/timers";
import { told } from "@pigeonhole/kit/told";
import { nodeDisk } from "@pigeonhole/station/update/disk";
import { launcher } from "@pigeonhole/station/update/launcher";
import { slots } from "@pigeonhole/station/update/slots";
import { z } from "zod";

const settings = {
  FIRMWARE_FOLDER: { schema: z.string().min(1), about: "folder of the two slots and of what is known of them; kept for ever" },
  FIRMWARE_FIRST: { schema: z.string().min(1).optional(), about: "folder of the image that came with the package" },
  LOG_LEVEL: { schema: z.string().default("info"), about: "how much is logged" },
};

try {
  const config = readConfig(settings, process.env);
  const log = createLog({ name: "launcher", level: config.LOG_LEVEL });
  // systemd hears that the cabinet lives as long as the cabinet itself says so; elsewhere there is nobody to tell.
  const notify = (...words: string[]): void => {
    if (process.env["NOTIFY_SOCKET"]) execFile("systemd-notify", [`--pid=${process.pid}`, ...words], () => {});
  };
  const running = launcher({
    slots: slots(nodeDisk, config.FIRMWARE_FOLDER, config.FIRMWARE_FIRST),
    environment: {},
    args: process.argv.slice(2),
    monotonic: systemMonotonic,
    timers: systemTimers,
    log,
    alive: () => notify("WATCHDOG=1"),
  });
  for (const signal of ["SIGTERM", "SIGINT", "disconnect"] as const) process.once(signal, () => running.stop());
  notify("--ready");
  process.exit(await running.run());
} catch (error) {
  console.error(told(error, "the disk"));
  process.exit(1);
}
