-- The files of the archive (A12.4). An ended one is the proof that it was destroyed.
create table privacy.archive (
  id       uuid primary key,
  kind     text not null check (kind in ('parcels', 'by_age')),
  -- writing: what goes in is decided. written: the file is durable. kept: its rows are gone from the database. ending: its key is destroyed.
  state    text not null check (state in ('writing', 'written', 'kept', 'ending', 'ended')),
  -- By age: up to which instant of each table, and what was held when that was decided.
  plan     jsonb not null,
  made_at  timestamptz not null,
  sha256   text check (sha256 ~ '^[0-9a-f]{64}$'),
  bytes    integer,
  rows     integer,
  parcels  integer not null,
  ended_at timestamptz,
  check ((state = 'writing') = (sha256 is null)),
  check ((state = 'ended') = (ended_at is not null))
);
create index archive_at_work on privacy.archive (id) where state in ('writing', 'written', 'ending');
create index archive_kept on privacy.archive (made_at) where state = 'kept';

-- In which file the history of a parcel is, and whose parcel it was.
create table privacy.archived (
  parcel  uuid primary key,
  subject uuid,
  archive uuid not null references privacy.archive on delete cascade
);
create index archived_in on privacy.archived (archive);
create index archived_of on privacy.archived (subject) where subject is not null;
