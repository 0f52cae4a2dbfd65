create schema couriers;

create table couriers.route (
  id         uuid primary key,
  tenant     uuid not null,
  carrier    text not null,
  courier    uuid not null,
  name       text not null,
  -- The calendar day at its first stop, e.g. 2026-03-01.
  day        text not null check (day ~ '^\d{4}-\d\d-\d\d$'),
  time_zone  text not null,
  state      text not null check (state in ('planned', 'active', 'done')),
  created_at timestamptz not null,
  started_at timestamptz,
  done_at    timestamptz
);
create unique index one_active_route on couriers.route (courier) where state = 'active';
create index route_of_courier on couriers.route (courier, day) where state = 'planned';
create index route_of_tenant on couriers.route (tenant, day, id desc);

-- What of a station a courier sees, as it was when the route was made.
create table couriers.stop (
  route    uuid not null references couriers.route on delete cascade,
  station  uuid not null,
  position integer not null check (position >= 1),
  name     text not null,
  address  text,
  lat      double precision not null,
  lon      double precision not null,
  primary key (route, station),
  unique (route, position)
);

create table couriers.scan (
  id           uuid primary key,
  route        uuid not null references couriers.route on delete cascade,
  courier      uuid not null,
  station      uuid not null,
  -- Null when the label is nobody's, or not this courier's to know.
  parcel       uuid,
  -- `pending` until the answer is there; else opened, refused, unknown, or the code of the refusal that was answered.
  outcome      text not null,
  reason       text,
  -- The remote command, and the entry of the station's log that says it opened the door.
  command      uuid,
  opened_epoch integer,
  opened_seq   bigint,
  is_closed    boolean not null default false,
  -- The Idempotency-Key, as long as its answer stands.
  key          text,
  fingerprint  text,
  at           timestamptz not null,
  constraint scan_key unique (courier, key)
);
create index scan_of_parcel on couriers.scan (parcel, at desc);
create index scan_of_command on couriers.scan (command);

create table couriers.drop (
  route       uuid not null,
  parcel      uuid not null,
  station     uuid not null,
  number      text not null,
  barcode     text not null,
  label_key   text not null,
  compartment integer not null,
  size        text not null,
  state       text not null check (state in ('open', 'opened', 'deposited', 'skipped')),
  -- The scan that opened its door; before that the last one.
  scan        uuid references couriers.scan,
  skip_reason text,
  primary key (route, parcel),
  foreign key (route, station) references couriers.stop on delete cascade
);
-- A parcel is under way on one route.
create unique index one_drop_under_way on couriers.drop (parcel) where state in ('open', 'opened');
create index drop_of_parcel on couriers.drop (parcel);
create index drop_scanned on couriers.drop (scan);
