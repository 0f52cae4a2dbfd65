-- A door that staff want to open: one person asks, another one approves, then a signed command goes out, once.
create table access.staff_opening (
  id           uuid primary key,
  station      uuid not null,
  compartment  integer not null check (compartment between 1 and 999),
  -- What is believed to be inside; null: nothing. A station that knows otherwise refuses.
  parcel       uuid,
  reason       text not null,
  state        text not null check (state in ('waiting', 'approved', 'refused', 'lapsed')),
  requested_by text not null,
  requested_at timestamptz not null,
  -- Half-open: from this instant nobody can approve it.
  expires_at   timestamptz not null,
  decided_by   text,
  decided_at   timestamptz,
  note         text,
  command      uuid,
  outcome      text,
  outcome_reason text,
  -- The judge: whoever asks never approves, whatever the code above believes (I-39).
  constraint two_persons check (state <> 'approved' or (decided_by is not null and decided_by <> requested_by)),
  constraint opened_when_approved check (command is null or state = 'approved')
);
create unique index one_waiting_opening on access.staff_opening (station, compartment) where state = 'waiting';
create index staff_opening_newest on access.staff_opening (requested_at desc, id desc);
create index staff_opening_due on access.staff_opening (expires_at) where state = 'waiting';

-- Staff open empty compartments too.
alter table access.command alter column parcel drop not null;
alter table access.signature alter column parcel drop not null;
