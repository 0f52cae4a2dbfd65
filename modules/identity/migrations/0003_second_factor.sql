-- An operator's second factor (RFC 6238). The secret is sealed at place `identity.second_factor|<operator>`; until a first code was right it counts for nothing.
create table identity.second_factor (
  operator     uuid primary key references identity.operator on delete cascade,
  sealed       text not null,
  begun_at     timestamptz not null,
  confirmed_at timestamptz,
  -- The time step of the last code that was taken: none of it or before is taken again.
  last_step    bigint not null default 0
);
-- Each is good once. A keyed hash: they have 50 random bits.
create table identity.recovery_code (
  operator uuid not null references identity.second_factor on delete cascade,
  hash     text not null,
  used_at  timestamptz,
  primary key (operator, hash)
);
