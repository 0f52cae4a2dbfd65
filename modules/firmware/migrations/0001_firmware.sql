create schema firmware;

-- What this module knows of a station: from network, from its link, and from its own words. `release` is what it runs.
create table firmware.station (
  id        uuid primary key,
  name      text not null default '',
  status    text not null default 'provisioned',
  connected boolean not null default false,
  model     text,
  release   integer check (release >= 1)
);
create index station_model on firmware.station (model) where model is not null;

-- One release on its way to the stations of its model, wave by wave. `wave` is the last one that was opened.
create table firmware.rollout (
  id             uuid primary key,
  model          text not null,
  release        integer not null check (release >= 1),
  version        text not null,
  state          text not null check (state in ('running', 'paused', 'stopped', 'done')),
  reason         text,
  wave           integer not null check (wave >= 0),
  -- How many stations have been reached when each wave is through; the last number is all of them.
  waves          integer[] not null check (cardinality(waves) >= 1),
  soak_minutes   integer not null check (soak_minutes >= 0),
  quiet_from     text,
  quiet_until    text,
  created_by     text not null,
  created_at     timestamptz not null,
  -- When the open waves had all arrived: from then on they are watched for `soak_minutes`.
  settled_at     timestamptz,
  ended_at       timestamptz,
  -- Doors that opened or failed at its stations before and after each of them changed over.
  opened_before  integer not null default 0,
  failed_before  integer not null default 0,
  opened_after   integer not null default 0,
  failed_after   integer not null default 0,
  check ((quiet_from is null) = (quiet_until is null))
);
-- Two releases on their way at once would blame each other's failures.
create unique index rollout_one_per_model on firmware.rollout (model) where state in ('running', 'paused');

create table firmware.rollout_station (
  rollout uuid not null references firmware.rollout,
  station uuid not null,
  wave    integer not null,
  state   text not null check (state in ('waiting', 'offered', 'ready', 'switching', 'confirmed', 'failed')),
  reason  text,
  attempt integer not null default 1,
  at      timestamptz not null,
  primary key (rollout, station)
);
create index rollout_station_of on firmware.rollout_station (station);
