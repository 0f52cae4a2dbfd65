-- An address from which messages came back for good; it stands by for others until something reaches it.
create table notifications.bad_address (
  to_hash text primary key,
  channel text not null,
  since   timestamptz not null,
  reason  text not null
);
