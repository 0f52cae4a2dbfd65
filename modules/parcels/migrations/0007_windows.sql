-- How long it may wait, as its order keeps it (`OrderWindows` of reservations), and each time its recipient took more: [{at, until}].
alter table parcels.parcel add column windows jsonb;
alter table parcels.parcel add column extensions jsonb not null default '[]';

-- When somebody is away: the clock of what waits for them stands still meanwhile.
create table parcels.vacation (
  subject  uuid primary key,
  began_at timestamptz not null,
  ended_at timestamptz not null,
  check (began_at < ended_at)
);
