import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { sql } from "kysely";
import type { ChaosStation, ChaosTown } from "../processes/town.ts";

/** So long everything may take until it is whole again, at most (G-07). Milliseconds. */
const mostMs = 90_000;

/**
 * Resolves when the town is whole again: every station in touch with the newest document, and every
 * fact that there was when this was asked applied by every module. Seconds since `began`, an instant of the monotonic clock.
 */
export async function recovery(town: ChaosTown, began: number): Promise<number> {
  await town.isConnected();
  const facts = (await sql<{ seq: number }>`select coalesce(max(seq), 0) as seq from kit.outbox`.execute(town.db)).rows[0]!.seq;
  for (;;) {
    const behind = await waitingFor(town, facts);
    if (behind === undefined) return (performance.now() - began) / 1_000;
    if (performance.now() - began > mostMs) throw new Error(`not whole again after ${mostMs / 1_000} s: ${behind}`);
    await pause(100);
  }
}

/** What has not come yet, in words. */
async function waitingFor({ db, interests }: ChaosTown, upto: number, written: Written = new Map()): Promise<string | undefined> {
  const { rows } = await sql<{ what: string }>`
    select c.name || ' has facts before it' as what from kit.consumer c
      join jsonb_to_recordset(${JSON.stringify(interests)}::jsonb) as mine (name text, types text[]) on mine.name = c.name
      where exists (select from kit.outbox o where (o.txid, o.seq) > (c.txid, c.seq) and o.type = any(mine.types) and o.seq <= ${upto})
    union all select d.consumer || ' cannot apply fact ' || d.seq || ': ' || coalesce(d.error, '') from kit.delivery d
    limit 3`.execute(db);
  if (rows.length > 0) return rows.map(({ what }) => what).join("; ");
  for (const [station, entries] of written) {
    const known = await sql<{ seq: number }>`select event_seq as seq from devices.device where station = ${station.id}`.execute(db);
    if (known.rows[0]!.seq < entries) return `${station.name} has written ${entries} entries, and ${known.rows[0]!.seq} are known`;
  }
  return undefined;
}

/** How many entries the log of each station has. Its store is its own while it runs: it is killed, looked at, and started again. */
export async function written({ stations }: ChaosTown): Promise<Written> {
  const entries = new Map<ChaosStation, number>();
  await Promise.all(
    stations.map(async (station) => {
      await station.process.kill();
      const store = new DatabaseSync(path.join(station.folder, "station.sqlite"));
      entries.set(station, Number(store.prepare("select coalesce(max(seq), 0) as seq from event").get()!["seq"]));
      store.close();
      await station.process.start();
    }),
  );
  return entries;
}
type Written = ReadonlyMap<ChaosStation, number>;

/** Resolves when nothing is on its way any more, and every entry that the stations have written is known. */
export async function atRest(town: ChaosTown, entries: Written): Promise<void> {
  const began = performance.now();
  for (;;) {
    const behind = await waitingFor(town, Number.MAX_SAFE_INTEGER, entries);
    if (behind === undefined) return;
    if (performance.now() - began > mostMs) throw new Error(`not at rest after ${mostMs / 1_000} s: ${behind}`);
    await pause(150);
  }
}
