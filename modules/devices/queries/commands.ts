import type { Db, Tx } from "@pigeonhole/kit/db";
import type { Command, Result } from "@pigeonhole/protocol/messages";
import { sql } from "kysely";
import type { Tables } from "../tables.ts";

/** The next number of a command to this station, taken for good: numbers grow within an epoch and are never given twice (I-17). */
export async function nextSeq(tx: Tx<Tables>, station: string): Promise<{ readonly epoch: number; readonly seq: number }> {
  const { rows } = await sql<{ epoch: number; command_seq: number }>`
    update devices.device set command_seq = command_seq + 1 where station = ${station} returning epoch, command_seq`.execute(tx);
  return { epoch: rows[0]!.epoch, seq: rows[0]!.command_seq };
}

export async function add(tx: Tx<Tables>, command: Command, at: Date): Promise<void> {
  await tx
    .insertInto("devices.command")
    .values({
      id: command.id,
      station: command.station,
      epoch: command.epoch,
      seq: command.seq,
      sent_at: at,
      body: JSON.stringify(command),
      outcome: null,
      reason: null,
      answered_at: null,
    })
    .execute();
}

/** What is known of a command sent earlier; `unknown` as long as the station has not answered. Undefined: never sent to this station. */
export async function find(db: Db<Tables>, station: string, id: string): Promise<Result | undefined> {
  const row = await db.selectFrom("devices.command").selectAll().where("id", "=", id).where("station", "=", station).executeTakeFirst();
  return (
    row && { command: row.id, outcome: row.outcome ?? "unknown", reason: row.reason, at: (row.answered_at ?? row.sent_at).toISOString() }
  );
}

/** Keeps the station's answer; `unknown` may later become known, anything else stays. False when this station was never sent that command. One statement. */
export async function settle(db: Db<Tables> | Tx<Tables>, station: string, result: Result): Promise<boolean> {
  const { rows } = await sql`update devices.command set
      outcome = case when outcome is null or outcome = 'unknown' then ${result.outcome} else outcome end,
      reason = case when outcome is null or outcome = 'unknown' then ${result.reason} else reason end,
      answered_at = coalesce(answered_at, ${new Date(result.at)})
    where id = ${result.command} and station = ${station} returning id`.execute(db);
  return rows.length === 1;
}
