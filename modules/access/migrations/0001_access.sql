create schema access;

-- The key under which a station hashes codes, as its latest enrolment told it. Its row is also the lock under which codes of that
-- station are minted.
create table access.code_key (
  station uuid primary key,
  epoch   integer not null check (epoch >= 1),
  sealed  text not null
);

create table access.grant (
  id           uuid primary key,
  kind         text not null check (kind in ('pickup', 'dropoff')),
  state        text not null check (state in ('issued', 'active', 'used', 'expired', 'revoked', 'replaced')),
  reservation  uuid not null,
  parcel       uuid not null,
  station      uuid not null,
  compartment  integer not null check (compartment between 1 and 999),
  owner        text not null,
  carrier      text,
  service      text not null check (service in ('standard', 'prime', 'business')),
  generation   integer not null check (generation between 1 and 65535),
  not_before   timestamptz not null,
  -- Half-open: at this instant it is no longer valid. The deposit sets it for a pick-up.
  expires_at   timestamptz,
  -- When the station reported the door open by it, and the parcel taken out.
  opened_at    timestamptz,
  collected_at timestamptz,
  check (state <> 'active' or expires_at is not null)
);
-- The judge: a parcel never has two live rights of one kind, whatever the code above believes (I-14).
create unique index one_live_grant on access.grant (parcel, kind) where state in ('issued', 'active');
create index grant_station on access.grant (station) where state in ('issued', 'active');
create index grant_parcel on access.grant (parcel);
create index grant_reservation on access.grant (reservation);

-- The typed code of each generation of a pick-up grant. A dead one is remembered for a while, so that the answer at the kiosk is
-- specific (A6.3), then its row goes.
create table access.code (
  "grant"    uuid not null references access.grant,
  generation integer not null,
  station    uuid not null,
  code_hash  text not null check (code_hash ~ '^[0-9a-f]{64}$'),
  sealed     text not null,
  minted_at  timestamptz not null,
  died_at    timestamptz,
  reason     text check (reason in ('used', 'expired', 'replaced', 'revoked')),
  primary key ("grant", generation),
  check ((died_at is null) = (reason is null))
);
-- Unique among the live and the remembered codes of a station (I-31).
create unique index one_code on access.code (station, code_hash);
create unique index one_live_code on access.code ("grant") where died_at is null;
create index code_dead on access.code (station, died_at desc) where died_at is not null;

-- A deposit that was reported before its reservation was heard of waits here.
create table access.early_deposit (
  parcel      uuid primary key,
  station     uuid not null,
  compartment integer not null,
  at          timestamptz not null
);

-- Attempts at a kiosk, counted before anything is compared (I-34): `spent` leaks away with time, `total` never falls.
create table access.attempt (
  station    uuid not null,
  path       text not null check (path in ('code', 'qr')),
  spent      double precision not null check (spent >= 0),
  total      bigint not null,
  counted_at timestamptz not null,
  primary key (station, path)
);

-- What was answered to a question from a kiosk: asked again under the same id, it is answered the same. Null only inside its transaction.
create table access.decision (
  station uuid not null,
  ask     uuid not null,
  -- json, not jsonb: the text stays as it was answered.
  answer  json,
  at      timestamptz not null,
  primary key (station, ask)
);
create index decision_at on access.decision (at);

-- A remote command is written down before it is sent. `outcome` null: sent, and nobody knows yet.
create table access.command (
  id          uuid primary key,
  station     uuid not null,
  compartment integer not null,
  action      text not null check (action in ('open', 'attest_deposit', 'release')),
  purpose     text not null,
  parcel      uuid not null,
  actor       text not null,
  given_at    timestamptz not null,
  outcome     text check (outcome in ('opened', 'done', 'refused', 'unknown', 'unreachable')),
  reason      text
);
create index command_unsettled on access.command (given_at) where outcome is null;
