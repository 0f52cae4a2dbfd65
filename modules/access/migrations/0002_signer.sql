-- The keys that sign for stations, in the order of their making. The first is the installation's; each later one is sealed here.
create table access.signing_key (
  number       integer primary key check (number >= 1),
  kid          text not null unique,
  sealed       text not null,
  announced_at timestamptz not null,
  present_at   timestamptz,
  retired_at   timestamptz,
  check (retired_at is null or present_at is not null)
);
-- The judge: one key at a time is on its way in.
create unique index one_next_key on access.signing_key ((true)) where present_at is null;

-- Each command is signed once, and how often is counted over all processes.
create table access.signature (
  command uuid primary key references access.command,
  station uuid not null,
  parcel  uuid not null,
  action  text not null,
  at      timestamptz not null
);
create index signature_opens on access.signature (at) where action = 'open';
create index signature_parcel on access.signature (parcel) where action = 'open';

-- A limit that was reached is told once a minute.
create table access.signer_alarm (minute timestamptz not null, scope text not null, primary key (minute, scope));
