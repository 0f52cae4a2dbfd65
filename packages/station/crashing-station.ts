// A station process for tests that ends itself, as by kill -9, at the named point of its first opening: CRASH_AT=before_lock or after_lock.
import { systemMonotonic, systemNow } from "@pigeonhole/kit/clock";
import { readConfig } from "@pigeonhole/kit/config";
import { systemNewId } from "@pigeonhole/kit/ids";
import { createLog } from "@pigeonhole/kit/log";
import { systemRandom } from "@pigeonhole/kit/random";
import { systemTimers } from "@pigeonhole/kit/timers";
import { runStation } from "./run.ts";
import { settings } from "./settings.ts";

const crashAt = process.env["CRASH_AT"];
const end = (): void => {
  process.kill(process.pid, "SIGKILL");
};
const config = readConfig(settings, process.env);
const running = await runStation(config, {
  now: systemNow,
  monotonic: systemMonotonic,
  newId: systemNewId,
  random: systemRandom,
  timers: systemTimers,
  log: createLog({ name: "station", level: config.LOG_LEVEL }),
  wrapBoard: (board) => ({
    ...board,
    async open(lock) {
      if (crashAt === "before_lock") end();
      const answer = await board.open(lock);
      if (crashAt === "after_lock") end();
      return answer;
    },
  }),
});
console.log(JSON.stringify({ station: running.id, kiosk: `http://127.0.0.1:${running.port}/` }));
