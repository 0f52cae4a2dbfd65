-- A parcel that could not be put in, from the courier's word until it has a place again: written down before anything follows from it, so that
-- whoever dies in between leaves it with an owner and a next step.
create table couriers.problem (
  -- The scan that it is about, where there was one.
  id          uuid primary key,
  route       uuid not null references couriers.route on delete cascade,
  tenant      uuid not null,
  carrier     text not null,
  courier     uuid not null,
  parcel      uuid not null,
  number      text not null,
  station     uuid not null,
  compartment integer not null,
  size        text not null,
  reason      text not null,
  state       text not null check (state in ('reported', 'released', 'proposed', 'taken_back', 'settled')),
  outcome     text check (outcome in ('another_box', 'same_box', 'another_station', 'put_in', 'tried_again', 'over')),
  -- The station that the courier is asked to bring it to.
  proposal    jsonb,
  -- How often the station or a neighbour was asked in vain, and when it is asked again.
  tries       integer not null default 0,
  next_at     timestamptz not null,
  at          timestamptz not null,
  changed_at  timestamptz not null,
  constraint settled_somehow check ((state = 'settled') = (outcome is not null)),
  constraint proposed_something check (state <> 'proposed' or proposal is not null)
);
-- A parcel has one open problem at most.
create unique index one_open_problem on couriers.problem (parcel) where state <> 'settled';
create index problem_due on couriers.problem (next_at) where state in ('reported', 'released', 'proposed');
create index problem_of_parcel on couriers.problem (parcel, at desc);
create index problem_of_station on couriers.problem (station, at desc);
create index problem_of_tenant on couriers.problem (tenant, at desc);
