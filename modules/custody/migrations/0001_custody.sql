create schema custody;

-- A parcel that the network knows, and whose it is.
create table custody.parcel (
  id      uuid primary key,
  number  text not null check (number ~ '^\d{12}$'),
  owner   text not null,
  carrier text
);

-- The entry of a station's log that proves a hand-over, as it was signed, with the certificate of its key (PEM).
create table custody.evidence (
  digest      text primary key check (digest ~ '^[0-9a-f]{64}$'),
  station     uuid not null,
  epoch       integer not null,
  seq         bigint not null,
  sig         text not null,
  body        text not null,
  certificate text not null,
  -- Two entries of one number would be two stories.
  unique (station, epoch, seq)
);

-- The way of a parcel from hand to hand: one row for each hand-over, each following the one before it.
create table custody.hand_over (
  parcel   uuid not null references custody.parcel,
  number   integer not null check (number >= 1),
  before   integer check (before is not distinct from nullif(number - 1, 0)),
  -- Custodians as `kind:id`; nobody gave the first.
  giver    text check ((giver is null) = (number = 1)),
  taker    text not null,
  -- Who did it at the station, as the station says: courier:…, kiosk, grant:….
  actor    text,
  evidence text unique references custody.evidence,
  at       timestamptz not null,
  -- The signed statement of it and its digest, which the next one names.
  digest   text not null unique check (digest ~ '^[0-9a-f]{64}$'),
  previous text not null check (previous ~ '^[0-9a-f]{64}$'),
  sig      text not null,
  body     text not null,
  primary key (parcel, number),
  unique (parcel, number, taker, digest),
  check (number > 1 or previous = repeat('0', 64)),
  check (giver is distinct from taker)
);
-- The judge (I-05, I-06): a hand-over is given by whoever took the one before it. With the primary key there is no gap and no fork, and the last
-- row of a parcel names its one custodian.
alter table custody.hand_over add foreign key (parcel, before, giver, previous) references custody.hand_over (parcel, number, taker, digest);
create index hand_over_actor on custody.hand_over (actor) where actor is not null;

create function custody.refuse() returns trigger language plpgsql as $$
begin
  raise exception 'custody is append-only: % of custody.% is refused', lower(tg_op), tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger hand_over_kept before update or delete on custody.hand_over for each row execute function custody.refuse();
create trigger hand_over_whole before truncate on custody.hand_over for each statement execute function custody.refuse();
create trigger evidence_kept before update or delete on custody.evidence for each row execute function custody.refuse();

-- What came before its parcel was heard of.
create table custody.early (
  id     bigint generated always as identity primary key,
  parcel uuid not null,
  news   jsonb not null
);
create index early_parcel on custody.early (parcel);

-- What a station says and what is known do not go together: kept aside for the inspection, nothing is guessed.
create table custody.contradiction (
  parcel  uuid not null,
  station uuid not null,
  epoch   integer not null,
  seq     bigint not null,
  what    text not null,
  at      timestamptz not null,
  primary key (station, epoch, seq)
);
create index contradiction_parcel on custody.contradiction (parcel);

-- The certificate of the key with which receipts are signed.
create table custody.signer (
  public_key  text primary key,
  certificate text not null,
  authority   text not null,
  issued_at   timestamptz not null
);
