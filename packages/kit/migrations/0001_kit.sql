-- Facts, written in the transaction that makes them true; the column names are those that Debezium's outbox router expects.
create table kit.outbox (
  seq           bigint generated always as identity primary key,
  txid          xid8 not null default pg_current_xact_id(),
  id            uuid not null unique default gen_random_uuid(),
  aggregatetype text not null,
  aggregateid   text not null,
  type          text not null,
  occurred_at   timestamptz not null,
  payload       jsonb not null
);
-- Sequence numbers are drawn before commit, so they are not commit order: readers go by (txid, seq) below the oldest running transaction.
create index outbox_position on kit.outbox (txid, seq);

create function kit.tell_outbox() returns trigger language plpgsql as $$
begin
  perform pg_notify('kit_outbox', '');
  return null;
end $$;
create trigger outbox_told after insert on kit.outbox for each statement execute function kit.tell_outbox();

-- How far each consumer has read.
create table kit.consumer (
  name     text primary key,
  txid     xid8 not null,
  seq      bigint not null
);

-- Which facts a consumer has applied, written in the transaction of the effect.
create table kit.inbox (
  consumer text not null,
  event    uuid not null,
  primary key (consumer, event)
);

-- Facts that a consumer could not apply, and those of the same aggregate that wait behind them.
create table kit.delivery (
  consumer      text not null,
  seq           bigint not null references kit.outbox,
  aggregatetype text not null,
  aggregateid   text not null,
  state         text not null check (state in ('retrying', 'dead')),
  attempts      integer not null,
  next_at       timestamptz not null,
  error         text,
  primary key (consumer, seq)
);
create index delivery_aggregate on kit.delivery (consumer, aggregatetype, aggregateid, seq);

-- A request that was answered once is answered the same again. `answer` is null only inside the transaction that works on it.
create table kit.idempotency (
  client      text not null,
  key         text not null,
  fingerprint text not null,
  status      integer,
  answer      jsonb,
  created_at  timestamptz not null,
  primary key (client, key)
);
