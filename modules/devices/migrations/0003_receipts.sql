-- Entries of a station's log that a phone brought before the log did (F4). What they say has been reported; when the log brings the same
-- number it has to be the same entry, and is not reported again (I-63).
create table devices.early_event (
  station      uuid not null,
  epoch        integer not null,
  seq          bigint not null,
  digest       text not null check (digest ~ '^[0-9a-f]{64}$'),
  body         text not null,
  carried_by   text not null,
  received_at  timestamptz not null,
  confirmed_at timestamptz,
  primary key (station, epoch, seq)
);
create index early_event_waiting on devices.early_event (station, epoch, seq) where confirmed_at is null;
