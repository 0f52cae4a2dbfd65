import pg from "pg";
import type { Log } from "./log.ts";
import type { Timers } from "./timers.ts";

/**
 * Of several transactions that commit at the same moment one notifies (migration 0002): after a notification the others' rows may become
 * visible a little later, so `heard` is called again then. Milliseconds.
 */
const echoesMs = [15, 150];

/** Calls `heard` at each notification on `channel`, and shortly after; reconnects with a second's pause and calls `heard` then, since something may have been missed. */
export async function listen(
  url: string,
  channel: string,
  heard: () => void,
  timers: Timers,
  log: Log,
): Promise<{ stop(): Promise<void> }> {
  let stopped = false;
  let echoes: readonly (() => void)[] = [];
  let client: pg.Client | undefined;
  const connect = async (): Promise<void> => {
    const mine = new pg.Client({ connectionString: url });
    client = mine;
    mine.on("notification", () => {
      heard();
      echoes.forEach((cancel) => cancel());
      echoes = echoesMs.map((ms) =>
        timers.after(ms, () => {
          if (!stopped) heard();
        }),
      );
    });
    mine.on("error", () => {});
    mine.on("end", () => {
      if (!stopped) timers.after(1_000, again);
    });
    await mine.connect();
    await mine.query(`listen ${channel}`);
    heard();
  };
  const again = (): void => {
    if (!stopped) connect().catch((error: unknown) => log.warn({ err: error }, "listening to the database failed"));
  };
  await connect();
  return {
    stop: async () => {
      stopped = true;
      echoes.forEach((cancel) => cancel());
      await client?.end();
    },
  };
}
