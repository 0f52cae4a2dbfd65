import type { Tx } from "@pigeonhole/kit/db";
import { publish } from "@pigeonhole/kit/outbox";
import type { FirmwareEvent } from "@pigeonhole/protocol/firmware";
import { sql } from "kysely";
import { moved } from "./domain.ts";
import { WantedChanged } from "./events.ts";
import type { Tables } from "./tables.ts";

/** What stations say and do, written down. Each runs in the transaction of its consumer. */

export async function saveStation(tx: Tx<Tables>, id: string, name: string, status: string): Promise<void> {
  await tx
    .insertInto("firmware.station")
    .values({ id, name, status, model: null, release: null })
    .onConflict((on) => on.column("id").doUpdateSet({ name, status }))
    .execute();
}

export async function setConnected(tx: Tx<Tables>, id: string, connected: boolean): Promise<void> {
  await tx.updateTable("firmware.station").set({ connected }).where("id", "=", id).execute();
}

export async function heard(tx: Tx<Tables>, station: string, event: FirmwareEvent, at: Date): Promise<void> {
  if (event.stage === "running" || event.stage === "confirmed") {
    await tx
      .insertInto("firmware.station")
      .values({ id: station, model: event.model, release: event.release })
      .onConflict((on) => on.column("id").doUpdateSet({ model: event.model, release: event.release }))
      .execute();
  }
  if (event.stage === "running") return joinNewest(tx, station, event, at);
  const row = await tx
    .selectFrom("firmware.rollout_station as r")
    .innerJoin("firmware.rollout as o", "o.id", "r.rollout")
    .select(["r.rollout", "r.state", "r.attempt"])
    .where("r.station", "=", station)
    .where("o.model", "=", event.model)
    .where("o.release", "=", event.release)
    .orderBy("o.created_at", "desc")
    .limit(1)
    .forUpdate("r")
    .executeTakeFirst();
  // A word about a former attempt says nothing about this one.
  if (!row || event.attempt < row.attempt) return;
  const state = moved(row.state, event.stage);
  if (!state) return;
  await tx
    .updateTable("firmware.rollout_station")
    .set({ state, reason: state === "failed" ? (event.reason ?? event.stage) : null, at })
    .where("rollout", "=", row.rollout)
    .where("station", "=", station)
    .execute();
  if (state === "failed") await publish(tx, at, WantedChanged, { station });
}

/** A station that came later than the last rollout that went through gets its release too. */
async function joinNewest(tx: Tx<Tables>, station: string, { model, release }: FirmwareEvent, at: Date): Promise<void> {
  const { rows } = await sql<{ rollout: string }>`
    insert into firmware.rollout_station (rollout, station, wave, state, at)
    select id, ${station}, wave, 'offered', ${at} from (
      select id, wave, release from firmware.rollout where model = ${model} and state = 'done' order by created_at desc limit 1) o
    where o.release > ${release}
    on conflict do nothing returning rollout`.execute(tx);
  if (rows.length > 0) await publish(tx, at, WantedChanged, { station });
}

/** A door opened, or did not: counted for every rollout that is under way at this station. */
export async function counted(tx: Tx<Tables>, station: string, outcome: "opened" | "failed"): Promise<void> {
  const [before, after] =
    outcome === "opened" ? (["opened_before", "opened_after"] as const) : (["failed_before", "failed_after"] as const);
  await sql`update firmware.rollout o set
      ${sql.ref(before)} = ${sql.ref(before)} + case when r.state = 'confirmed' then 0 else 1 end,
      ${sql.ref(after)} = ${sql.ref(after)} + case when r.state = 'confirmed' then 1 else 0 end
    from firmware.rollout_station r where r.rollout = o.id and r.station = ${station} and o.state = 'running'`.execute(tx);
}
