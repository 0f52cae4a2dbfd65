create schema invariants;

-- What was found not to hold, from the first look that found it to the first that found it mended.
create table invariants.breach (
  id        uuid primary key,
  invariant text not null,
  says      text not null,
  what      text not null,
  seen_at   timestamptz not null,
  -- When it was told: what settles by itself in time never is.
  told_at   timestamptz,
  ended_at  timestamptz,
  -- What cannot mend by itself is over by somebody's word.
  ended_by  text,
  note      text,
  check ((ended_by is null) = (note is null) and (ended_by is null or ended_at is not null))
);
create unique index one_open_breach on invariants.breach (says, what) where ended_at is null;
create index breach_settled on invariants.breach (says, what) where ended_by is not null;
create index breach_told on invariants.breach (told_at desc) where told_at is not null;

-- When every invariant was looked at last.
create table invariants.look (
  id       integer primary key default 1 check (id = 1),
  began_at timestamptz not null,
  ended_at timestamptz not null,
  looked   integer not null
);
