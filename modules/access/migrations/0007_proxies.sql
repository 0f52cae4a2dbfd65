-- Somebody else may collect (N7): they have a right of their own to the same parcel, beside its owner's, with a code of their own.
create table access.proxy (
  id         uuid primary key,
  parcel     uuid not null,
  -- Who named them, as `actorText` writes it.
  named_by   text not null,
  -- Name and link, sealed for the one who named them: erased with them.
  sealed     text not null,
  -- Whoever has the link sees this parcel's page and nothing else; it is found by its keyed hash.
  token_hash text not null unique,
  named_at   timestamptz not null,
  ended_at   timestamptz,
  ended_as   text check (ended_as in ('revoked', 'collected', 'over')),
  constraint ended_somehow check ((ended_at is null) = (ended_as is null))
);
create index proxy_parcel on access.proxy (parcel);

alter table access.grant add column proxy uuid references access.proxy;
-- The judge: of one kind a parcel has one live right, and each of those who collect for somebody one of their own (I-14).
drop index access.one_live_grant;
create unique index one_live_grant on access.grant (parcel, kind, coalesce(proxy, '00000000-0000-0000-0000-000000000000'))
  where state in ('issued', 'active');

-- Whatever becomes of the owner's window becomes of their proxies': more time, a clock that stands still, another door. Nobody may forget it.
create function access.proxies_follow() returns trigger language plpgsql as $$
begin
  update access.grant g set state = new.state, compartment = new.compartment, expires_at = new.expires_at, began_at = new.began_at,
    promised_until = new.promised_until, stopped_since = new.stopped_since
  where g.parcel = new.parcel and g.kind = 'pickup' and g.proxy is not null and g.state in ('issued', 'active') and g.station = new.station;
  return null;
end $$;
create trigger proxies_follow after update of state, compartment, expires_at, began_at, promised_until, stopped_since on access.grant for each row
  when (new.kind = 'pickup' and new.proxy is null and new.state in ('issued', 'active')) execute function access.proxies_follow();

-- People whom a customer lets collect, kept to be named again. Sealed for the customer.
create table access.person (
  id       uuid primary key,
  customer text not null,
  sealed   text not null,
  kept_at  timestamptz not null
);
create index person_customer on access.person (customer, kept_at);
