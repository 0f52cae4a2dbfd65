-- What each cabinet showed when it was commissioned (A11.4), as its station signed it in its log: `entry` is the signed entry, `certificate` the one whose
-- key has signed it. Kept for good: it says why people were given the cabinet.
create table network.acceptance (
  station     uuid not null references network.station,
  -- SHA-256 of the record: told again after a new enrolment it is the same one.
  digest      text not null,
  epoch       integer not null,
  seq         bigint not null,
  accepted_at timestamptz not null,
  received_at timestamptz not null,
  record      jsonb not null,
  -- What of it decides: doors that passed and that did not, and how those that passed are wired.
  passed      integer[] not null,
  failed      integer[] not null,
  wiring      text not null,
  entry       jsonb not null,
  certificate text not null,
  primary key (station, digest)
);
-- The present one is the one told last.
create index acceptance_newest on network.acceptance (station, epoch desc, seq desc);

-- How a cabinet says that it is wired now.
create table network.wiring (
  station uuid primary key references network.station,
  wiring  text not null,
  told_at timestamptz not null
);

-- Stations that serve without an acceptance, because somebody took that upon themselves. Gone with the first whole record.
create table network.waiver (
  station uuid primary key references network.station,
  reason  text not null,
  actor   text not null,
  -- Null: before records were kept.
  since   timestamptz
);
insert into network.waiver (station, reason, actor)
  select id, 'In service before acceptance records were kept.', 'module:network'
  from network.station where status in ('active', 'suspended');

-- A station whose cabinet or layout is not what was accepted takes nothing in.
alter table network.station drop constraint station_suspended_for_check;
alter table network.station add constraint station_suspended_for_check check (suspended_for in ('operator', 'acceptance', 'tamper'));
