create schema returns;

-- What a shop allows in general: `Policy` of allowing/contract.ts.
create table returns.policy (
  owner  text primary key,
  policy jsonb not null,
  set_at timestamptz not null
);

-- One return that a shop allows.
create table returns.authorisation (
  id              uuid primary key,
  owner           text not null,
  order_id        text not null,
  parcel          uuid,
  carrier         text,
  -- Whom it is for (kit/personal), and the same as a recipient, sealed for them: both gone when they are erased.
  subject         uuid,
  sealed_customer text,
  created_at      timestamptz not null,
  until           timestamptz not null,
  withdrawn_at    timestamptz
);
create index authorisation_owner on returns.authorisation (owner, id);
create index authorisation_subject on returns.authorisation (subject) where subject is not null;
create index authorisation_parcel on returns.authorisation (parcel) where parcel is not null;

-- Numbers of returns come from the other half of the numbers that parcels have.
create sequence returns.number;

create table returns.return (
  id               uuid primary key,
  kind             text not null check (kind in ('return', 'sending')),
  number           text not null unique,
  state            text not null check (state in ('claiming', 'ready', 'cancelling', 'dropped_off', 'missing', 'retrieved', 'received',
                     'undelivered', 'cancelled', 'lapsed', 'refused')),
  owner            text not null,
  customer         text not null,
  authorisation    uuid references returns.authorisation,
  of_parcel        uuid,
  order_id         text not null,
  reason           text,
  station          uuid not null,
  compartment      integer,
  size             text not null,
  reservation      uuid,
  retrieval        uuid,
  carrier          text,
  until            timestamptz not null,
  created_at       timestamptz not null,
  dropped_off_at   timestamptz,
  assigned_at      timestamptz,
  retrieved_at     timestamptz,
  received_at      timestamptz,
  ending           text,
  -- At the door the compartment could not be used: why, and which; and that no other one was free.
  mistake          text,
  mistake_at       integer,
  no_other         text,
  -- Its station is given up and says nothing any more.
  is_station_gone  boolean not null default false,
  has_code         boolean not null default false,
  reminded_at      timestamptz,
  -- Who puts it in, sealed for them.
  subject          uuid,
  sealed_customer  text,
  -- Of a sending: where it goes and to whom, which rules were accepted, and as which parcel it goes on.
  to_station       uuid,
  sealed_recipient text,
  rules            text,
  -- Which claim at the other station this is: one that ran out before it was confirmed has a successor.
  onward_claim     smallint not null default 1,
  onward           uuid,
  onward_state     text,
  -- How often its present step has failed, and when something is to be done next; infinity: only news can go on.
  attempts         integer not null default 0,
  next_at          timestamptz not null,
  constraint sending_goes_somewhere check ((kind = 'sending') = (to_station is not null)),
  constraint ready_with_a_compartment check (state in ('claiming', 'cancelling', 'cancelled', 'refused') or compartment is not null)
);
-- The judge: one parcel, and what one authorisation allows, goes back once at a time.
create unique index one_live_return_of_parcel on returns.return (of_parcel)
  where of_parcel is not null and state not in ('received', 'cancelled', 'lapsed', 'refused');
create unique index one_live_return_of_authorisation on returns.return (authorisation)
  where authorisation is not null and state not in ('received', 'cancelled', 'lapsed', 'refused');
create index return_customer on returns.return (customer, id);
create index return_owner on returns.return (owner, id);
create index return_carrier on returns.return (carrier, id) where carrier is not null;
create index return_station on returns.return (station, id);
create index return_subject on returns.return (subject) where subject is not null;
create index return_onward on returns.return (onward) where onward is not null;
create index return_due on returns.return (next_at) where next_at < 'infinity';
create index return_running_out on returns.return (until) where state = 'ready' and reminded_at is null;

create table returns.timeline (
  return  uuid not null references returns.return on delete cascade,
  number  smallint not null,
  state   text not null,
  at      timestamptz not null,
  actor   text,
  station uuid,
  epoch   integer,
  seq     bigint,
  primary key (return, number)
);

-- returnMoves of lifecycle.ts: every other move is refused, whoever asks.
create function returns.refuse_move() returns trigger language plpgsql as $$
begin
  raise exception 'a return cannot go from % to %', old.state, new.state using errcode = 'check_violation', constraint = 'legal_move';
end $$;
create trigger legal_move before update of state on returns.return for each row
  when (old.state <> new.state and (old.state, new.state) not in (
    ('claiming', 'ready'), ('claiming', 'refused'), ('claiming', 'cancelling'),
    ('ready', 'dropped_off'), ('ready', 'cancelling'), ('ready', 'lapsed'), ('ready', 'cancelled'),
    ('cancelling', 'cancelled'), ('cancelling', 'ready'), ('cancelling', 'dropped_off'),
    ('dropped_off', 'retrieved'), ('dropped_off', 'missing'),
    ('missing', 'dropped_off'), ('missing', 'retrieved'), ('missing', 'received'),
    ('retrieved', 'received'), ('retrieved', 'undelivered'),
    ('undelivered', 'received'),
    ('cancelled', 'dropped_off'), ('lapsed', 'dropped_off')))
  execute function returns.refuse_move();
