-- What lies in a compartment and is a courier's to take out (A7.2, A8.1).
create table couriers.retrieval (
  id          uuid primary key,
  parcel      uuid not null,
  number      text not null,
  reservation uuid,
  owner       text not null,
  -- Short name of the carrier whose task it is; null: an operator has to hand it to one.
  carrier     text,
  station     uuid not null,
  compartment integer not null check (compartment >= 1),
  reason      text not null check (reason in ('expired', 'returned', 'redirected', 'decommissioned', 'recalled')),
  state       text not null check (state in ('open', 'assigned', 'opened', 'missing', 'taken_out', 'cancelled')),
  route       uuid references couriers.route,
  -- The last opening for it, and why it was left inside.
  attempt     uuid,
  problem     text check (problem in ('no_room', 'no_time', 'door_stuck', 'wrong_parcel', 'no_word', 'other')),
  needed_at   timestamptz not null,
  moved_at    timestamptz not null,
  ended_at    timestamptz,
  constraint assigned_to_a_route check (state <> 'assigned' or route is not null),
  constraint ended_at_an_instant check ((state in ('taken_out', 'cancelled')) = (ended_at is not null))
);
-- The judge: a parcel is taken out once, however often somebody asks for it (I-30).
create unique index one_live_retrieval on couriers.retrieval (parcel) where state not in ('taken_out', 'cancelled');
create index retrieval_of_parcel on couriers.retrieval (parcel);
create index retrieval_of_carrier on couriers.retrieval (carrier, needed_at) where state not in ('taken_out', 'cancelled');
create index retrieval_at_station on couriers.retrieval (station) where state not in ('taken_out', 'cancelled');
create index retrieval_on_route on couriers.retrieval (route) where route is not null;
create index retrieval_unanswered on couriers.retrieval (moved_at) where state = 'opened';

-- Each opening of a door for a retrieval, written down before the command is given.
create table couriers.attempt (
  id           uuid primary key,
  retrieval    uuid not null references couriers.retrieval,
  route        uuid not null,
  courier      uuid not null,
  -- `pending` until the answer is there; else opened, refused, unknown or unreachable.
  outcome      text not null check (outcome in ('pending', 'opened', 'refused', 'unknown', 'unreachable')),
  reason       text,
  command      uuid,
  opened_epoch integer,
  opened_seq   bigint,
  is_closed    boolean not null default false,
  key          text,
  fingerprint  text,
  at           timestamptz not null,
  constraint attempt_key unique (courier, key)
);
create index attempt_of_retrieval on couriers.attempt (retrieval, at desc);
create index attempt_of_command on couriers.attempt (command);
alter table couriers.retrieval add constraint retrieval_attempt_fkey foreign key (attempt) references couriers.attempt;
