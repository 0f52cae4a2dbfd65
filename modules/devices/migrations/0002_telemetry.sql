-- How stations were (A9.2, A12.2). The values of one sample stand in one array, in the order of `metrics` in telemetry/contract.ts:
-- a row per value would be five times as large.
create table devices.telemetry (
  station     uuid not null,
  at          timestamptz not null,
  received_at timestamptz not null,
  value       real[] not null,
  primary key (station, at)
);
-- Rows arrive nearly in the order of both times: block ranges find them at a thousandth of a tree's size.
create index telemetry_at on devices.telemetry using brin (at) with (autosummarize = on);
create index telemetry_received on devices.telemetry using brin (received_at) with (autosummarize = on);

-- The same, lowest, mean and highest per five minutes and per hour; `samples` tells how many values each is made of.
create table devices.telemetry_summary (
  station uuid not null,
  seconds integer not null check (seconds in (300, 3600)),
  at      timestamptz not null,
  samples integer[] not null,
  low     real[] not null,
  mean    real[] not null,
  high    real[] not null,
  primary key (station, seconds, at)
);
create index telemetry_summary_at on devices.telemetry_summary using brin (at) with (autosummarize = on);

-- Up to which moment of arrival samples have been summarised.
create table devices.telemetry_progress (
  seconds        integer primary key,
  received_until timestamptz not null
);
insert into devices.telemetry_progress values (300, 'epoch'), (3600, 'epoch');

-- What a station sent and nobody keeps, by reason.
create table devices.telemetry_refused (
  station uuid not null,
  reason  text not null,
  count   bigint not null,
  last_at timestamptz not null,
  primary key (station, reason)
);
