import { mkdirSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";

const schema = `
create table if not exists meta (name text primary key, value text not null) strict;

-- The last desired document that was verified, as signed.
create table if not exists desired (id integer primary key check (id = 1), version integer not null, body text not null) strict;

-- What phones have told of rights since (F4): the newest document of each, as it was verified.
create table if not exists told (grant_id text primary key, body text not null) strict;

-- What lies behind a door, as the station knows it. A parcel of the backend's, or a walk-up deposit of this station's own.
--   reserved    opened for a deposit, nobody has said yet that it is in
--   stored      the depositor's word, or a sensor's
--   collecting  opened for its owner, the door has not closed yet
--   retrieving  opened for a courier who takes it away
--   unsure      nobody can tell: staff looks
-- Parcels of one person may share a compartment (N5).
create table if not exists content (
  compartment integer not null,
  state       text not null check (state in ('reserved', 'stored', 'collecting', 'retrieving', 'unsure')),
  parcel      text unique,
  deposit     text unique,
  code_hash   text,
  expires_at  text,
  actor       text not null,
  intent      text not null,
  taken_by    text,
  since       text not null,
  -- A customer's parcel that goes back: no pick-up code opens it.
  is_return   integer not null default 0,
  check ((parcel is null) <> (deposit is null))
) strict;
create index if not exists content_compartment on content (compartment);

-- Rights that are used up and parcels that have left: a grant, a walk-up deposit or a parcel, by id. Written before the door opens.
create table if not exists spent (id text primary key, code_hash text, at text not null) strict;
create index if not exists spent_code on spent (code_hash) where code_hash is not null;

create table if not exists command (
  id text primary key, epoch integer not null, seq integer not null, outcome text, reason text, at text not null, is_reported integer not null default 0,
  unique (epoch, seq)
) strict;

-- One attempt to open one door. Written before the lock is fired; without an outcome after a restart, nobody knows what happened.
create table if not exists intent (
  id text primary key, compartment integer not null, purpose text not null, cause text not null, command text, at text not null,
  outcome text check (outcome in ('opened', 'refused', 'unknown')), reason text
) strict;
create index if not exists intent_pending on intent (id) where outcome is null;
create index if not exists intent_at on intent (at);
create index if not exists intent_compartment on intent (compartment);

create table if not exists door (compartment integer primary key, door text not null check (door in ('closed', 'open')), since text not null, is_told integer not null default 0) strict;

-- What contradicts itself: no deposit goes there until somebody has looked. seq: the entry of the log that said so.
create table if not exists quarantine (compartment integer primary key, reason text not null, seq integer not null, since text not null) strict;

-- For two minutes after a closing the same person may open the same door once more.
create table if not exists reopen (
  compartment integer primary key, parcel text, deposit text, grant_id text, code_hash text, until text not null, is_used integer not null, beside text
) strict;

create table if not exists event (seq integer primary key, body text not null, sig text not null) strict;

-- The logs of former epochs, for whoever wants to find out what went wrong.
create table if not exists former_event (epoch integer not null, seq integer not null, body text not null, sig text not null) strict;

-- What was counted instead of written because the log is tight.
create table if not exists noise (
  type text not null, compartment integer not null, reason text not null, count integer not null, since text not null,
  primary key (type, compartment, reason)
) strict;

create table if not exists limiter (name text primary key, failures real not null, last_at integer not null, free_at integer not null) strict;
`;

export type Sql = DatabaseSync;

/** The station's durable store. `synchronous = FULL` with WAL: a commit is on the disk before it returns, so "thank you" is true. One process only. */
export function openDatabase(file: string): Sql {
  if (file !== ":memory:") mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const sql = new DatabaseSync(file);
  try {
    sql.exec("pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;");
    transaction(sql, () => toShared(sql));
  } catch (cause) {
    sql.close();
    throw new Error(`open the station's store ${file}: another station process may be using it`, { cause });
  }
  return sql;
}

/** All or nothing. Not nested: what runs inside must not begin another. */
export function transaction<T>(sql: Sql, run: () => T): T {
  sql.exec("begin immediate");
  try {
    const result = run();
    sql.exec("commit");
    return result;
  } catch (error) {
    sql.exec("rollback");
    throw error;
  }
}

/**
 * A store may be of a release before compartments could be shared (N5). Such a release, put back in its place, finds its way in the new form too: it has
 * the same columns, and two in one compartment come only after the backend has heard that this station can do that.
 */
function toShared(sql: Sql): void {
  const column = (table: string, name: string): { pk: number } | undefined =>
    sql.prepare("select pk from pragma_table_info(?) where name = ?").get(table, name) as { pk: number } | undefined;
  const isOfOneEach = column("content", "compartment")?.pk === 1;
  if (isOfOneEach) sql.exec("alter table content rename to content_of_one");
  sql.exec(schema);
  if (isOfOneEach) sql.exec("insert into content select * from content_of_one; drop table content_of_one");
  if (!column("reopen", "beside")) sql.exec("alter table reopen add column beside text");
}
