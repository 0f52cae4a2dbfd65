-- The states of a message are `messageMoves` of the contract.
alter table notifications.message drop constraint message_state_check;
alter table notifications.message drop constraint message_check;
alter table notifications.message add constraint message_left_at
  check (sent_at is not null or state not in ('sent', 'delivered', 'bounced', 'acknowledged'));
-- What leaves first: 0 sign-in codes, 1 pick-up codes, 2 news, 3 reminders.
alter table notifications.message add column priority smallint not null default 2;
-- How often it was begun and nobody knows whether it left.
alter table notifications.message add column unknowns smallint not null default 0;
-- Under which the recipient's address is found, whatever channel this message takes.
alter table notifications.message add column recipient_hash text;
alter table notifications.message add column delivered_at timestamptz;
alter table notifications.message add column acknowledged_at timestamptz;
update notifications.message set recipient_hash = to_hash where channel <> 'sms';
drop index notifications.message_due;
create index message_due on notifications.message (channel, priority, next_at) where state = 'waiting';
create index message_of_recipient on notifications.message (recipient_hash, created_at);

-- Somebody has seen what was told: opened the page, tapped the notification, or collected.
alter table notifications.notice add column acknowledged_at timestamptz;
alter table notifications.notice add column acknowledged_by text;
create index notice_parcel on notifications.notice (parcel, happened_at);

-- What a recipient wishes, found under the keyed hash of their e-mail address. Without a row: what is usual.
create table notifications.preference (
  to_hash     text primary key,
  language    text,
  time_zone   text,
  -- Minutes since midnight; equal: no quiet time.
  quiet_from  smallint not null check (quiet_from between 0 and 1439),
  quiet_to    smallint not null check (quiet_to between 0 and 1439),
  email       text not null check (email in ('at_once', 'stand_by')),
  sms         text not null check (sms in ('at_once', 'stand_by', 'off')),
  push        text not null check (push in ('at_once', 'off')),
  reminders   boolean not null,
  updated_at  timestamptz not null
);

-- A pick-up window as its facts told it. Every fact about it raises `revision`; its reminders are planned anew until `planned` has caught up.
create table notifications.pickup_window (
  parcel         uuid primary key,
  station        uuid not null,
  began_at       timestamptz not null,
  expires_at     timestamptz not null,
  is_stopped     boolean not null,
  revision       integer not null default 1,
  planned        integer not null default 0,
  attempts       integer not null default 0,
  next_at        timestamptz not null,
  -- Collected, expired or taken back: nothing more is told.
  ended_at       timestamptz,
  collected_at   timestamptz,
  recipient_hash text
);
create index pickup_window_to_plan on notifications.pickup_window (next_at) where ended_at is null and planned < revision;
create index pickup_window_of_recipient on notifications.pickup_window (recipient_hash) where ended_at is null;
create index pickup_window_began on notifications.pickup_window (began_at);

-- planned → told (its id is the event of its notice) or void (the window moved or ended).
create table notifications.reminder (
  id       uuid primary key,
  parcel   uuid not null references notifications.pickup_window,
  kind     text not null,
  deadline timestamptz not null,
  due_at   timestamptz not null,
  state    text not null check (state in ('planned', 'told', 'void')),
  told_at  timestamptz,
  check ((state = 'told') = (told_at is not null))
);
create index reminder_due on notifications.reminder (due_at) where state = 'planned';
create index reminder_parcel on notifications.reminder (parcel);

-- Whether the provider of a channel is there, for all processes together: after some failures in a row nobody tries until `open_until`, then one message.
alter table notifications.message add column refusals smallint not null default 0;
create table notifications.circuit (
  channel         text primary key,
  failures        integer not null,
  opened_at       timestamptz,
  open_until      timestamptz,
  last_answer_at  timestamptz,
  last_failure_at timestamptz,
  error           text
);
insert into notifications.circuit (channel, failures) values ('email', 0), ('sms', 0), ('push', 0);
