-- Looks inside a station (A9.4): who wanted it and why, and what the station said, bounded.
create table devices.diagnosis (
  session      uuid primary key,
  station      uuid not null,
  asked_by     text not null,
  reason       text not null,
  began_at     timestamptz not null,
  until        timestamptz not null,
  connected_at timestamptz,
  ended_at     timestamptz,
  ended_why    text,
  log          text[] not null default '{}',
  status       jsonb,
  self_test    jsonb,
  network      jsonb
);
-- The judge: one at a time.
create unique index open_diagnosis on devices.diagnosis (station) where ended_at is null;
create index diagnosis_station on devices.diagnosis (station, began_at);
