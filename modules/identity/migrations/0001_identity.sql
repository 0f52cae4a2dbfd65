create schema identity;

create table identity.tenant (
  id         uuid primary key,
  kind       text not null check (kind in ('shop', 'carrier')),
  slug       text not null constraint tenant_slug unique,
  name       text not null,
  created_at timestamptz not null
);

-- E-mail addresses are sealed at place `identity.email|<id>`; the keyed hash finds them.
create table identity.customer (
  id           uuid primary key,
  email_hash   text not null constraint customer_email unique,
  sealed_email text not null,
  language     text not null,
  created_at   timestamptz not null
);
create table identity.operator (
  id            uuid primary key,
  email_hash    text not null constraint operator_email unique,
  sealed_email  text not null,
  password_hash text not null,
  role          text not null check (role in ('viewer', 'support', 'admin')),
  created_at    timestamptz not null
);
create table identity.courier (
  id            uuid primary key,
  tenant        uuid not null references identity.tenant,
  username      text not null,
  -- Sealed at place `identity.courier|<id>`.
  sealed_name   text not null,
  password_hash text not null,
  created_at    timestamptz not null,
  constraint courier_username unique (tenant, username)
);

-- Only the SHA-256 of a key is kept: it has 256 random bits, so that nothing slower is needed.
create table identity.api_key (
  id          uuid primary key,
  tenant      uuid not null references identity.tenant,
  name        text not null,
  prefix      text not null constraint api_key_prefix unique,
  secret_hash text not null,
  scopes      text[] not null,
  created_at  timestamptz not null,
  revoked_at  timestamptz
);
create index on identity.api_key (tenant);

-- Only the SHA-256 of a token is kept. Exactly one of the three subjects.
create table identity.session (
  id         uuid primary key,
  token_hash text not null constraint session_token unique,
  customer   uuid references identity.customer on delete cascade,
  courier    uuid references identity.courier on delete cascade,
  operator   uuid references identity.operator on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  check (num_nonnulls(customer, courier, operator) = 1)
);
create index on identity.session (expires_at);

-- `sealed` holds address and code, at place `identity.sign_in_code|<id>`.
create table identity.sign_in_code (
  id         uuid primary key,
  email_hash text not null,
  -- Keyed hash of the client's address: one client's requests do not use up another's.
  client     text not null,
  sealed     text not null,
  language   text not null,
  tries      integer not null default 0 check (tries between 0 and 5),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at    timestamptz
);
create index on identity.sign_in_code (email_hash, created_at desc);
create index on identity.sign_in_code (created_at);

-- Tries at a password, counted before it is compared. `subject` is a keyed hash.
create table identity.attempt (
  subject  text primary key,
  tries    integer not null,
  last_at  timestamptz not null,
  next_at  timestamptz not null
);
create index on identity.attempt (last_at);
