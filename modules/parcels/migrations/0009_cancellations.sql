-- Whoever sent a parcel calls it off, wherever it is (A3.2): one row for each parcel that was.
create table parcels.cancellation (
  parcel     uuid primary key references parcels.parcel on delete cascade,
  state      text not null check (state in ('asked', 'called_off', 'leaving', 'given_back', 'too_late', 'lost', 'parked')),
  -- Who asked for it, as `actorText` writes it, and why.
  asked_by   text not null,
  reason     text not null,
  -- How often its present step has failed, and when it is tried next.
  attempts   integer not null default 0,
  next_at    timestamptz not null,
  asked_at   timestamptz not null,
  changed_at timestamptz not null
);
create index cancellation_due on parcels.cancellation (next_at) where state = 'asked';
create index cancellation_parked on parcels.cancellation (changed_at) where state = 'parked';
