create schema devices;

-- This module's own copy of what network says of a station.
create table devices.station (
  id       uuid primary key,
  status   text not null,
  document jsonb not null
);

-- The link of one station, and how far it has got within its epoch.
create table devices.device (
  station          uuid primary key,
  epoch            integer not null check (epoch >= 1),
  enrolled_at      timestamptz not null,
  revoked_at       timestamptz,
  connected        boolean not null default false,
  boot_id          uuid,
  last_seen_at     timestamptz,
  command_seq      bigint not null default 0,
  event_seq        bigint not null default 0,
  event_digest     text not null default repeat('0', 64),
  reported_version integer,
  pending_events   integer,
  open_doors       integer[] not null default '{}',
  temperature_c    double precision,
  mains            boolean,
  battery_percent  double precision,
  firmware         text,
  quarantine       text
);
create index device_connected on devices.device (last_seen_at) where connected;

create table devices.certificate (
  serial      text primary key,
  station     uuid not null,
  epoch       integer not null,
  -- Raw Ed25519 key, base64url: what the station's events are verified with.
  public_key  text not null,
  certificate text not null,
  issued_at   timestamptz not null,
  expires_at  timestamptz not null,
  revoked_at  timestamptz,
  unique (station, epoch)
);
-- The judge: a station has one certificate that counts.
create unique index one_live_certificate on devices.certificate (station) where revoked_at is null;

create table devices.enrolment_token (
  hash       text primary key,
  station    uuid not null references devices.station,
  created_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at    timestamptz,
  -- The certificate that it was used for.
  serial     text references devices.certificate
);

-- What the backend wants of a station; the version never falls.
create table devices.desired (
  station    uuid primary key,
  version    integer not null check (version >= 1),
  content    text not null,
  issued_at  timestamptz not null
);

-- The station's log as it signed it, without gaps.
create table devices.station_event (
  station     uuid not null,
  epoch       integer not null,
  seq         bigint not null,
  at          timestamptz not null,
  received_at timestamptz not null,
  type        text not null,
  compartment integer,
  digest      text not null,
  kid         text not null,
  sig         text not null,
  body        text not null,
  primary key (station, epoch, seq)
);
create index station_event_compartment on devices.station_event (station, compartment, epoch, seq);

-- What could not be true, as it arrived.
create table devices.quarantine (
  station     uuid not null,
  digest      text not null,
  reason      text not null,
  received_at timestamptz not null,
  message     text not null,
  primary key (station, digest)
);

create table devices.command (
  id        uuid primary key,
  station   uuid not null,
  epoch     integer not null,
  seq       bigint not null,
  sent_at   timestamptz not null,
  body      text not null,
  outcome   text check (outcome in ('opened', 'done', 'refused', 'unknown')),
  reason    text,
  answered_at timestamptz,
  unique (station, epoch, seq)
);

-- Questions from kiosks that somebody here has taken on: each is decided once, however often it is delivered.
create table devices.ask (
  station     uuid not null,
  id          uuid not null,
  received_at timestamptz not null,
  primary key (station, id)
);
create index ask_received on devices.ask (received_at);

-- The provisioning authority of this network: certificates and keys, sealed.
create table devices.authority (
  only_one   boolean primary key default true check (only_one),
  sealed     text not null,
  created_at timestamptz not null
);
