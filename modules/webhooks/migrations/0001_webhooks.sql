create schema webhooks;

-- Where a tenant wants to be told, and what.
create table webhooks.endpoint (
  id              uuid primary key,
  -- As an owner is written: shop:<tenant>, carrier:<tenant>.
  owner           text not null check (owner ~ '^(shop|carrier):'),
  -- The carrier's short name: what it brings is told to it as well.
  carrier         text,
  url             text not null check (length(url) between 1 and 2000),
  types           text[] not null check (cardinality(types) >= 1),
  state           text not null check (state in ('active', 'paused', 'gone')),
  -- The shared secrets, sealed; the former one signs too until it has run out.
  sealed_secret   text not null,
  sealed_former   text,
  former_until    timestamptz,
  created_at      timestamptz not null
);
create index endpoint_owner on webhooks.endpoint (owner);
create index endpoint_carrier on webhooks.endpoint (carrier) where carrier is not null;

-- Whose a parcel is, as the facts about it said: later facts name only the parcel.
create table webhooks.parcel (
  id      uuid primary key,
  owner   text not null,
  carrier text,
  number  text not null
);

-- One event for one endpoint. The event's id is the same for all of its endpoints, attempts and replays.
create table webhooks.delivery (
  id          uuid primary key,
  endpoint    uuid not null references webhooks.endpoint on delete cascade,
  event       uuid not null,
  type        text not null,
  body        text not null,
  occurred_at timestamptz not null,
  state       text not null check (state in ('waiting', 'delivered', 'failed')),
  attempts    integer not null default 0,
  -- Due then; of one that is being sent: when it counts as not sent.
  next_at     timestamptz,
  ended_at    timestamptz,
  unique (endpoint, event),
  check ((state = 'waiting') = (next_at is not null)),
  check ((state = 'waiting') = (ended_at is null))
);
create index delivery_due on webhooks.delivery (endpoint, next_at) where state = 'waiting';
create index delivery_newest on webhooks.delivery (endpoint, id desc);
create index delivery_ended on webhooks.delivery (ended_at) where ended_at is not null;

create table webhooks.attempt (
  delivery uuid not null references webhooks.delivery on delete cascade,
  number   integer not null check (number >= 1),
  at       timestamptz not null,
  -- Null when nobody answered.
  status   integer,
  error    text,
  ms       integer not null,
  primary key (delivery, number, at)
);
