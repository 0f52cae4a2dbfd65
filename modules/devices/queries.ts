import { isDeepStrictEqual } from "node:util";
import type { Db, Tx } from "@pigeonhole/kit/db";
import { publish } from "@pigeonhole/kit/outbox";
import { heartbeatSeconds, type Heartbeat, type Hello } from "@pigeonhole/protocol/messages";
import { sql, type RawBuilder, type Selectable } from "kysely";
import type { Device } from "./contract.ts";
import { AbilitiesSaid, Connected, Disconnected, SessionTaken } from "./events.ts";
import { endAway } from "./outages/queries.ts";
import type { DeviceTable, Tables } from "./tables.ts";
import { isOfEpoch } from "./queries/desired.ts";
import type { Wear } from "./wear/contract.ts";
import { ofStations as wearOf } from "./wear/queries.ts";

/** After so many of its own intervals without a word a station counts as away. */
const silentBeats = 3;
const silentMs = (everySeconds: number | null): number => silentBeats * (everySeconds ?? heartbeatSeconds) * 1_000;
/** Asks are remembered for so long, far longer than one can be repeated. Milliseconds. */
const askMs = 3_600_000;

type Row = { [K in keyof Selectable<DeviceTable>]: Selectable<DeviceTable>[K] | null } & {
  id: string;
  desired_version: number | null;
  expires_at: Date | null;
  tampered_at: Date | null;
};

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
/** `connected` only while the last word is fresh: what is not live is not shown as live, even when nobody has noticed yet. */
const view = (row: Row, now: Date, wear: readonly Wear[] = []): Device => ({
  station: row.id,
  enrolled: row.epoch !== null && row.revoked_at === null,
  epoch: row.epoch,
  connected:
    row.connected === true && row.last_seen_at !== null && row.last_seen_at.getTime() + silentMs(row.every_seconds) > now.getTime(),
  lastSeenAt: iso(row.last_seen_at),
  desiredVersion: row.desired_version,
  reportedVersion: row.reported_version,
  lastEventSeq: row.event_seq,
  pendingEvents: row.pending_events,
  openDoors: row.open_doors ?? [],
  temperatureC: row.temperature_c,
  mains: row.mains,
  batteryPercent: row.battery_percent,
  firmware: row.firmware,
  certificateExpiresAt: iso(row.expires_at),
  tamperedSince: iso(row.tampered_at),
  quarantine: row.quarantine,
  wear: [...wear],
});

const devices = (db: Db<Tables>) =>
  db
    .selectFrom("devices.station as s")
    .leftJoin("devices.device as d", "d.station", "s.id")
    .leftJoin("devices.desired as w", "w.station", "s.id")
    .leftJoin("devices.certificate as c", (join) =>
      join.onRef("c.station", "=", "s.id").on("c.revoked_at", "is", null).on("c.replaced_at", "is", null),
    )
    .leftJoin("devices.outage as t", (join) =>
      join.onRef("t.station", "=", "s.id").on("t.compartment", "=", 0).on("t.cause", "=", "tamper").on("t.ended_at", "is", null),
    )
    .selectAll("d")
    .select("t.began_at as tampered_at")
    .select(["s.id", "w.version as desired_version", "c.expires_at"]);

export async function device(db: Db<Tables>, station: string, now: Date): Promise<Device | undefined> {
  const row = await devices(db).where("s.id", "=", station).executeTakeFirst();
  return row && view(row, now, (await wearOf(db, [row.id])).get(row.id));
}
export async function enrolledDevices(db: Db<Tables>, limit: number, now: Date): Promise<Device[]> {
  const rows = await devices(db).where("d.station", "is not", null).orderBy("s.id").limit(limit).execute();
  const wear = await wearOf(
    db,
    rows.map((row) => row.id),
  );
  return rows.map((row) => view(row, now, wear.get(row.id)));
}

/** Every station that has a certificate that counts. */
export const enrolled = async (db: Db<Tables> | Tx<Tables>): Promise<readonly string[]> =>
  (await db.selectFrom("devices.device").select("station").where("revoked_at", "is", null).orderBy("station").execute()).map(
    (row) => row.station,
  );
export async function isKnown(db: Db<Tables>, station: string): Promise<boolean> {
  return (await db.selectFrom("devices.station").select("id").where("id", "=", station).executeTakeFirst()) !== undefined;
}
export async function saveStation(tx: Tx<Tables>, id: string, status: string, document: unknown): Promise<void> {
  const row = { id, status, document: JSON.stringify(document) };
  await tx
    .insertInto("devices.station")
    .values(row)
    .onConflict((on) => on.column("id").doUpdateSet({ status: row.status, document: row.document }))
    .execute();
}

/** A station's link as it stands, for decisions about its messages. */
export interface Link {
  readonly epoch: number;
  readonly isRevoked: boolean;
  readonly connected: boolean;
  readonly bootId: string | null;
  readonly eventSeq: number;
  readonly can: readonly string[];
}
const linkOf = (row: Selectable<DeviceTable>): Link => ({
  epoch: row.epoch,
  isRevoked: row.revoked_at !== null,
  connected: row.connected,
  bootId: row.boot_id,
  eventSeq: row.event_seq,
  can: row.can,
});
export async function link(db: Db<Tables>, station: string): Promise<Link | undefined> {
  const row = await db.selectFrom("devices.device").selectAll().where("station", "=", station).executeTakeFirst();
  return row && linkOf(row);
}
export async function lockLink(tx: Tx<Tables>, station: string): Promise<Link | undefined> {
  const row = await tx.selectFrom("devices.device").selectAll().where("station", "=", station).forUpdate().executeTakeFirst();
  return row && linkOf(row);
}

const beatOf = (heartbeat: Heartbeat) => ({
  reported_version: heartbeat.desiredVersion,
  pending_events: heartbeat.pendingEvents,
  open_doors: heartbeat.openDoors,
  temperature_c: heartbeat.temperatureC,
  mains: heartbeat.mains,
  battery_percent: heartbeat.batteryPercent,
  firmware: heartbeat.firmware,
  every_seconds: heartbeat.everySeconds,
});

/**
 * A station that counts and is known to be connected has spoken, as each does many times a minute: one statement, its own transaction. Undefined
 * for any other.
 */
export async function beat(
  db: Db<Tables>,
  station: string,
  heartbeat: Heartbeat,
  at: Date,
): Promise<{ readonly epoch: number; readonly eventSeq: number; readonly hasNewest: boolean } | undefined> {
  const row = await db
    .updateTable("devices.device as d")
    .set({ ...beatOf(heartbeat), last_seen_at: at })
    .where("d.station", "=", station)
    .where("d.revoked_at", "is", null)
    .where("d.connected", "=", true)
    .returning(["d.epoch", "d.event_seq as eventSeq"])
    .returning(({ exists, selectFrom }) =>
      exists(
        selectFrom("devices.desired as w")
          .select("w.station")
          .whereRef("w.station", "=", "d.station")
          .where("w.version", "<=", heartbeat.desiredVersion)
          .where(isOfEpoch),
      ).as("hasNewest"),
    )
    .executeTakeFirst();
  return row && { ...row, hasNewest: row.hasNewest === true };
}

export type Seen = { readonly hello: Hello } | { readonly heartbeat: Heartbeat } | { readonly bootId: string };
/** The station has spoken. Publishes Connected when it counted as away. */
export async function saw(tx: Tx<Tables>, station: string, before: Link, seen: Seen, at: Date): Promise<void> {
  const said =
    "hello" in seen
      ? {
          boot_id: seen.hello.bootId,
          reported_version: seen.hello.desiredVersion,
          firmware: seen.hello.firmware,
          can: abilitiesOf(seen.hello),
        }
      : "heartbeat" in seen
        ? beatOf(seen.heartbeat)
        : { boot_id: seen.bootId };
  await tx
    .updateTable("devices.device")
    .set({ ...said, connected: true, last_seen_at: at })
    .where("station", "=", station)
    .execute();
  if ("hello" in seen && !isDeepStrictEqual(abilitiesOf(seen.hello), before.can))
    await publish(tx, at, AbilitiesSaid, { station, can: abilitiesOf(seen.hello) });
  if (before.connected) return;
  await endAway(tx, station, at);
  await publish(tx, at, Connected, { station });
}

const abilitiesOf = ({ can = [] }: Hello): string[] => [...new Set(can)].toSorted();

/** How many stations that count have not said that they apply a document with this generation of signing keys. */
export async function lackingKeys(db: Db<Tables>, generation: number): Promise<number> {
  const { rows } = await sql<{ lacking: number }>`
    select count(*)::int as lacking from devices.device d left join devices.desired w on w.station = d.station
    where d.revoked_at is null
      and coalesce((w.content::jsonb #>> '{signingKeys,generation}')::int >= ${generation} and d.reported_version >= w.version, false) is false`.execute(
    db,
  );
  return rows[0]!.lacking;
}

/** The station's last will, or its farewell. */
export async function left(tx: Tx<Tables>, station: string, before: Link, at: Date): Promise<void> {
  if (!before.connected) return;
  await tx.updateTable("devices.device").set({ connected: false }).where("station", "=", station).execute();
  await publish(tx, at, Disconnected, { station });
}

/** Everybody who has been silent for too long is away. Returns how many that were, at most 1,000 at once. */
export const dropSilent = (tx: Tx<Tables>, now: Date): Promise<number> =>
  dropIf(tx, sql`last_seen_at + make_interval(secs => every_seconds * ${silentBeats}) <= ${now}`, now);

/** Everybody who was last heard before or at `since` is away. Returns how many that were, at most 1,000 at once. */
export const dropUnheardSince = (tx: Tx<Tables>, since: Date, now: Date): Promise<number> => dropIf(tx, sql`last_seen_at <= ${since}`, now);

async function dropIf(tx: Tx<Tables>, condition: RawBuilder<unknown>, now: Date): Promise<number> {
  const { rows } = await sql<{ station: string }>`
    update devices.device set connected = false where station in (
      select station from devices.device where connected and ${condition} order by station limit 1000 for update skip locked)
    returning station`.execute(tx);
  for (const { station } of rows) await publish(tx, now, Disconnected, { station });
  return rows.length;
}

/** A technician's inspection covers whatever the station has said so far. */
export async function noteInspection(tx: Tx<Tables>, station: string): Promise<void> {
  await sql`update devices.device set inspected_seq = event_seq where station = ${station}`.execute(tx);
}

export const noteTakeover = (db: Db<Tables>, station: string, at: Date): Promise<void> =>
  db.transaction().execute((tx) => publish(tx, at, SessionTaken, { station }));

/** Whether this question is new here: of several deliveries, or several processes, one decides it. One statement, its own transaction. */
export async function takeAsk(db: Db<Tables>, station: string, id: string, at: Date): Promise<boolean> {
  const { rows } =
    await sql`insert into devices.ask (station, id, received_at) values (${station}, ${id}, ${at}) on conflict do nothing returning id`.execute(
      db,
    );
  return rows.length === 1;
}
/** One statement, its own transaction. */
export async function forgetAsks(db: Db<Tables>, now: Date): Promise<void> {
  await db
    .deleteFrom("devices.ask")
    .where("received_at", "<", new Date(now.getTime() - askMs))
    .execute();
}
