create schema notifications;

-- Something happened that somebody has to be told; whom and by which channels is asked of parcels outside this transaction.
create table notifications.notice (
  id           uuid primary key,
  event        uuid not null unique,
  template     text not null check (template in ('pickup_ready', 'code_reissued', 'collected')),
  parcel       uuid not null,
  -- Of the code, where there is one.
  generation   integer,
  happened_at  timestamptz not null,
  attempts     integer not null default 0,
  next_at      timestamptz not null,
  -- Set when its messages exist, or when it was given up.
  ended_at     timestamptz,
  error        text
);
create index notice_due on notifications.notice (next_at) where ended_at is null;

-- One message by one channel. `attempts` counts what was begun, before anything leaves: after a crash between sending and recording
-- the row says so, and the second sending carries the same id.
create table notifications.message (
  id             uuid primary key,
  event          uuid not null,
  template       text not null check (template in ('sign_in_code', 'pickup_ready', 'code_reissued', 'collected')),
  channel        text not null check (channel in ('email', 'sms', 'push')),
  state          text not null check (state in ('waiting', 'sent', 'failed')),
  parcel         uuid,
  generation     integer,
  language       text not null,
  -- Sealed: address or number; what the template needs beyond the parcel; the message as it was last written.
  sealed_to      text not null,
  to_hash        text not null,
  sealed_needs   text,
  sealed_content text,
  created_at     timestamptz not null,
  attempts       integer not null default 0,
  next_at        timestamptz not null,
  sent_at        timestamptz,
  error          text,
  check ((state = 'sent') = (sent_at is not null))
);
-- A fact that arrives twice makes no second message.
create unique index one_message on notifications.message (event, channel);
create index message_due on notifications.message (channel, next_at) where state = 'waiting';
create index message_parcel on notifications.message (parcel, created_at);
create index message_newest on notifications.message (created_at desc, id desc);

-- A browser that wants to be told. The endpoint is a capability: sealed, found by its hash.
create table notifications.push_subscription (
  endpoint_hash text primary key,
  customer      uuid not null,
  to_hash       text not null,
  sealed        text not null,
  created_at    timestamptz not null
);
create index push_subscription_to on notifications.push_subscription (to_hash);
create index push_subscription_customer on notifications.push_subscription (customer, created_at);
