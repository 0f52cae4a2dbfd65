-- How long it may wait, as its order keeps it (`OrderWindows` of reservations); null: its service says. How often it was given more time.
alter table access.grant add column windows jsonb;
alter table access.grant add column extended smallint not null default 0 check (extended >= 0);

-- A time in which its recipient is away and its clock stands still, as parcels tells it.
create table access.vacation (
  parcel   uuid primary key,
  began_at timestamptz not null,
  ended_at timestamptz not null,
  check (began_at < ended_at)
);
