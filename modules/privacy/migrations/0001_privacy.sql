create schema privacy;

-- That somebody is to be, or was, erased: the proof of it. `subject` is a number that means nothing once their keys are gone.
create table privacy.erasure (
  id        uuid primary key,
  subject   uuid not null,
  state     text not null check (state in ('scheduled', 'erased', 'withdrawn')),
  asked_by  text not null,
  reason    text not null,
  asked_at  timestamptz not null,
  due_at    timestamptz not null,
  -- When it is tried next: later than due while something is in its way.
  next_at   timestamptz not null,
  waits_for text check (waits_for in ('parcel', 'legal_hold')),
  ended_at  timestamptz,
  check ((state = 'scheduled') = (ended_at is null))
);
create unique index one_live_erasure on privacy.erasure (subject) where state = 'scheduled';
create index erasure_due on privacy.erasure (next_at) where state = 'scheduled';

-- What must be kept, by whose word and why.
create table privacy.hold (
  id          uuid primary key,
  subject     uuid,
  parcel      uuid,
  reason      text not null,
  placed_by   text not null,
  placed_at   timestamptz not null,
  released_by text,
  released_at timestamptz,
  check (num_nonnulls(subject, parcel) = 1),
  check ((released_at is null) = (released_by is null))
);
create index hold_live on privacy.hold (subject, parcel) where released_at is null;
