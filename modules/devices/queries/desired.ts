import type { Db, Tx } from "@pigeonhole/kit/db";
import { sql } from "kysely";
import type { z } from "zod";
import { StationChanged } from "@pigeonhole/network/events";
import type { Inspected } from "@pigeonhole/protocol/inspected";
import type { Desired } from "@pigeonhole/protocol/messages";
import type { Tables } from "../tables.ts";

export type StationCopy = z.output<typeof StationChanged.payload>;
interface Basis {
  readonly station: StationCopy;
  readonly epoch: number;
  /** Up to which entry of its log the station has been inspected. */
  readonly inspectedUpTo: number;
  /** 0: nothing has been wanted of this station yet. */
  readonly version: number;
  readonly content: string | undefined;
}

/** What a document is built from. Undefined when the station is unknown, has not enrolled or is cut off. */
export async function basis(db: Db<Tables>, station: string): Promise<Basis | undefined> {
  const row = await db
    .selectFrom("devices.station as s")
    .innerJoin("devices.device as d", "d.station", "s.id")
    .leftJoin("devices.desired as w", "w.station", "s.id")
    .select(["s.document", "d.epoch", "d.inspected_seq", "w.version", "w.content"])
    .where("s.id", "=", station)
    .where("d.revoked_at", "is", null)
    .executeTakeFirst();
  return (
    row && {
      station: StationChanged.payload.parse(row.document),
      epoch: row.epoch,
      inspectedUpTo: row.inspected_seq,
      version: row.version ?? 0,
      content: row.content ?? undefined,
    }
  );
}

/** Of document `w` and device `d`: a document begins with the epoch that it is for; the rest of it, which is long, is not read. */
export const isOfEpoch = sql<boolean>`starts_with(w.content, '{"epoch":' || d.epoch || ',')`;

/** Whether a station of this epoch that has version `has` has the newest document. */
export async function isNewest(db: Db<Tables>, station: string, has: number): Promise<boolean> {
  const row = await db
    .selectFrom("devices.desired as w")
    .innerJoin("devices.device as d", "d.station", "w.station")
    .where("w.station", "=", station)
    .where("w.version", "<=", has)
    .where("d.revoked_at", "is", null)
    .where(isOfEpoch)
    .select("w.version")
    .executeTakeFirst();
  return row !== undefined;
}

/** Stores the version after `before`. False when somebody else has stored one meanwhile: then build again from what is true now. */
export async function store(tx: Tx<Tables>, station: string, before: number, content: string, at: Date): Promise<boolean> {
  const { rows } =
    before === 0
      ? await sql`insert into devices.desired (station, version, content, issued_at) values (${station}, 1, ${content}, ${at}) on conflict do nothing returning station`.execute(
          tx,
        )
      : await sql`update devices.desired set version = version + 1, content = ${content}, issued_at = ${at} where station = ${station} and version = ${before} returning station`.execute(
          tx,
        );
  return rows.length === 1;
}

export async function current(
  db: Db<Tables>,
  station: string,
): Promise<{ readonly version: number; readonly content: string; readonly issuedAt: Date } | undefined> {
  const row = await db.selectFrom("devices.desired").selectAll().where("station", "=", station).executeTakeFirst();
  return row && { version: row.version, content: row.content, issuedAt: row.issued_at };
}

/** What was found in the compartments of a station in quarantine, in this epoch. */
export async function inspected(db: Db<Tables>, station: string, epoch: number): Promise<Desired["inspected"]> {
  const rows = await db
    .selectFrom("devices.inspected")
    .select(["compartment", "epoch", "seq", "is_empty as isEmpty"])
    .where("station", "=", station)
    .where("epoch", "=", epoch)
    .orderBy("compartment")
    .execute();
  return rows;
}

/** The newest inspection of a compartment counts. */
export async function noteInspection(tx: Tx<Tables>, { station, ...found }: Inspected & { readonly station: string }): Promise<void> {
  await sql`insert into devices.inspected (station, compartment, epoch, seq, is_empty)
    values (${station}, ${found.compartment}, ${found.epoch}, ${found.seq}, ${found.isEmpty})
    on conflict (station, compartment) do update set epoch = excluded.epoch, seq = excluded.seq, is_empty = excluded.is_empty
    where (devices.inspected.epoch, devices.inspected.seq) < (excluded.epoch, excluded.seq)`.execute(tx);
}
