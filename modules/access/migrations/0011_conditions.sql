-- What a shop asks for before a parcel is given out (N11): that whoever collects has proven their age, that it is paid. Who saw to it, how and when is
-- kept; what they were shown is not.
create table access.condition (
  id           uuid primary key,
  parcel       uuid not null,
  kind         text not null check (kind in ('age_check', 'cash_on_delivery')),
  -- Whose age; null: its recipient's. A parcel is paid once, whoever collects it.
  proxy        uuid references access.proxy,
  state        text not null check (state in ('open', 'met', 'over')),
  minimum_age  integer check (minimum_age in (16, 18)),
  amount_minor integer check (amount_minor > 0),
  currency     text check (currency ~ '^[A-Z]{3}$'),
  -- The shop's own page where it is done.
  url          text,
  asked_at     timestamptz not null,
  ended_at     timestamptz,
  -- Who attests it, as `actorText` writes them, and how they know; an operator says why.
  attested_by  text,
  how          text,
  reason       text,
  constraint asks_one_thing check ((kind = 'age_check') = (minimum_age is not null) and (kind = 'cash_on_delivery') = (amount_minor is not null)
    and (amount_minor is null) = (currency is null) and (proxy is null or kind = 'age_check')),
  constraint attested_by_somebody check ((state = 'met') = (attested_by is not null) and (state = 'met') = (how is not null)),
  constraint ended_once check ((state = 'open') = (ended_at is null))
);
-- The judge: the same is asked of the same person once.
create unique index one_condition on access.condition (parcel, kind, coalesce(proxy, '00000000-0000-0000-0000-000000000000'));

-- What still holds a right to collect. Reasons only ever go; rights that follow it begin with what holds it then.
alter table access.grant add column held text[] not null default '{}' check (held <@ array['age_check', 'cash_on_delivery']);
alter table access.grant add constraint only_pickups_are_held check (kind = 'pickup' or held = '{}');

-- What stations said they can do: one that cannot hold a right back is not sent it before nothing holds it.
create table access.station (
  station  uuid primary key,
  can_hold boolean not null
);
