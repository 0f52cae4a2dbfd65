// A station process for tests that ends itself, as by kill -9, at the point that CRASH_AT names.
import { DatabaseSync, StatementSync } from "node:sqlite";
import { systemMonotonic, systemNow } from "@pigeonhole/kit/clock";
import { readConfig } from "@pigeonhole/kit/config";
import { systemNewId } from "@pigeonhole/kit/ids";
import { createLog } from "@pigeonhole/kit/log";
import { systemRandom } from "@pigeonhole/kit/random";
import { systemTimers } from "@pigeonhole/kit/timers";
import { runStation } from "./run.ts";
import { settings } from "./settings.ts";

/** Where a statement is run: before it, before its transaction is on the disk, or when it is there. `says`: only with such a value. `isAfterLock`: only once a lock has been fired. */
interface Write {
  readonly sql: string;
  readonly says?: string;
  readonly at: "asked" | "not_durable" | "durable";
  readonly isAfterLock?: boolean;
}
const intent = "insert into intent";
const outcome = "update intent set outcome";
const told = "update command set is_reported";
const door = { sql: "insert or replace into door", says: "closed", isAfterLock: true } as const;
const word = { sql: "insert into event", says: "walk_up_deposited" } as const;
const attested = { sql: "insert into event", says: "parcel_deposited" } as const;
const points = {
  command_received: { sql: "insert into command", at: "asked" },
  intent_not_durable: { sql: intent, at: "not_durable" },
  intent_durable: { sql: intent, at: "durable" },
  after_lock: null,
  result_not_durable: { sql: outcome, at: "not_durable" },
  result_durable: { sql: outcome, at: "durable" },
  report_not_noted: { sql: told, at: "not_durable" },
  report_noted: { sql: told, at: "durable" },
  closing_not_durable: { ...door, at: "not_durable" },
  closing_durable: { ...door, at: "durable" },
  word_not_durable: { ...word, at: "not_durable" },
  word_durable: { ...word, at: "durable" },
  attested_not_durable: { ...attested, at: "not_durable" },
  attested_durable: { ...attested, at: "durable" },
} as const satisfies Record<string, Write | null>;
export type KillPoint = keyof typeof points;

const crashAt = process.env["CRASH_AT"] as KillPoint;
const end = (): void => {
  process.kill(process.pid, "SIGKILL");
};
const write: Write | null = points[crashAt];
let hasFired = false;
let isReached = false;
const run = StatementSync.prototype.run;
StatementSync.prototype.run = function (this: StatementSync, ...values: unknown[]) {
  const isIt =
    write !== null &&
    this.sourceSQL.startsWith(write.sql) &&
    (write.says === undefined || values.some((value) => String(value).includes(write.says!))) &&
    (hasFired || write.isAfterLock !== true);
  if (isIt && write.at === "asked") end();
  isReached ||= isIt;
  return run.apply(this, values as never);
} as typeof run;
const exec = DatabaseSync.prototype.exec;
DatabaseSync.prototype.exec = function (sql) {
  const isNow = sql === "commit" && isReached;
  if (isNow && write?.at === "not_durable") end();
  exec.call(this, sql);
  if (isNow && write?.at === "durable") end();
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
      hasFired = true;
      const answer = await board.open(lock);
      if (crashAt === "after_lock") end();
      return answer;
    },
  }),
});
console.log(JSON.stringify({ station: running.id, kiosk: `http://127.0.0.1:${running.port}/` }));
