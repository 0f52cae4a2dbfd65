import path from "node:path";
import { startPostgres, type Postgres } from "@pigeonhole/kit/postgres";
import { freePort } from "@pigeonhole/kit/testing";
import type { Killable } from "../faults/striking.ts";
import { untilItRuns } from "./restarting.ts";

/** A database of the run's own. What a process has written is kept by the machine when the process is killed: only a power cut would tell the difference. */
const settings = { fsync: "off", max_connections: "150" };

export interface Database extends Killable {
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

export async function startDatabase(folder: string): Promise<Database> {
  const port = await freePort();
  const start = (): Promise<Postgres> => startPostgres({ data: path.join(folder, "pg"), port, settings });
  let running = await start();
  return {
    name: "postgres",
    url: running.url,
    port,
    kill: () => running.kill(),
    start: async () => {
      // What its last sessions hold is free a moment after it died.
      running = await untilItRuns("PostgreSQL", start);
    },
    stop: () => running.stop(),
  };
}
