create schema parcels;

-- Each value makes one parcel number; see numberOf in domain.ts.
create sequence parcels.number as bigint minvalue 1 maxvalue 99999999999 no cycle;

create table parcels.parcel (
  id               uuid primary key,
  number           text not null constraint parcel_number unique check (number ~ '^\d{12}$'),
  state            text not null check (state in ('reserved', 'shipped', 'delivered', 'stored', 'collected', 'expired', 'returned', 'cancelled')),
  reservation      uuid unique,
  station          uuid not null,
  compartment      integer not null check (compartment >= 1),
  size             text not null,
  order_id         text not null,
  barcode          text not null,
  label_key        text not null,
  owner            text not null,
  carrier          text,
  service          text not null,
  -- A Recipient as JSON, sealed at place `recipient|<id>`; the keyed hash of the address finds a customer's own parcels.
  sealed_recipient text,
  recipient_hash   text,
  created_at       timestamptz not null,
  deliver_by       timestamptz not null,
  deposited_at     timestamptz,
  collected_at     timestamptz,
  -- Half-open end of the pick-up window; known once the pick-up code is live.
  expires_at       timestamptz
);
-- A courier finds a parcel by its label: among those that one carrier has under way it stands for one parcel.
create unique index parcel_label on parcels.parcel (coalesce(carrier, ''), label_key) where state not in ('collected', 'returned', 'cancelled');
create index parcel_found on parcels.parcel (label_key);
create index parcel_owner on parcels.parcel (owner, id desc);
create index parcel_recipient on parcels.parcel (recipient_hash, id desc);
create index parcel_carrier on parcels.parcel (carrier, id desc);
create index parcel_station on parcels.parcel (station, id desc);
create index parcel_due on parcels.parcel (expires_at) where state = 'stored';

-- The table of moves has no circle: a parcel is in each state at most once.
create table parcels.timeline (
  parcel  uuid not null references parcels.parcel on delete cascade,
  state   text not null,
  at      timestamptz not null,
  actor   text,
  -- Station, epoch and sequence number of the signed event that proves it.
  station uuid,
  epoch   integer,
  seq     bigint,
  primary key (parcel, state),
  check (num_nonnulls(station, epoch, seq) in (0, 3))
);

-- News of parcels that are not known here yet; told again when they are.
create table parcels.early (
  id     bigint generated always as identity primary key,
  parcel uuid not null,
  news   jsonb not null
);
create index on parcels.early (parcel);
