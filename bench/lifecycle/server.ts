// The product's own server as a process of its own, with a clock that is put on from outside.
import { readConfig } from "@pigeonhole/kit/config";
import { createLog } from "@pigeonhole/kit/log";
import { systemTimers } from "@pigeonhole/kit/timers";
import { moduleNames } from "@pigeonhole/server/modules";
import { startServer } from "@pigeonhole/server/server";
import { settings } from "@pigeonhole/server/settings";

const config = readConfig(settings, process.env);
const log = createLog({ name: "server", level: config.LOG_LEVEL, ...(config.LOG_FILE ? { file: config.LOG_FILE } : {}) });
let aheadMs = 0;
/** While the clocks are put on nothing recurring begins: cabinets that have had no time to speak yet are not away. */
let isHeld = false;
const server = await startServer(config, log, moduleNames, {
  now: () => new Date(Date.now() + aheadMs),
  timers: { ...systemTimers, every: (ms, run) => systemTimers.every(ms, () => void (isHeld || run())) },
});
process.on("message", (told: { readonly advanceMs?: number; readonly isHeld?: boolean }) => {
  aheadMs += told.advanceMs ?? 0;
  isHeld = told.isHeld ?? isHeld;
  process.send?.({ told });
});
process.on("SIGTERM", () => void server.stop().then(() => process.exit(0)));
process.on("disconnect", () => process.exit(0));
process.send?.({ ready: server.url });
