create schema network;

create table network.station (
  id            uuid primary key,
  -- By what an import knows its station again; null: made by hand.
  import_key    text unique,
  name          text not null,
  lat           double precision not null check (lat between -90 and 90),
  lon           double precision not null check (lon between -180 and 180),
  carrier       text,
  address       text,
  country       text check (country ~ '^[A-Z]{2}$'),
  time_zone     text not null,
  opening_hours text,
  step_free     boolean not null,
  support_phone text,
  status        text not null check (status in ('provisioned', 'active', 'suspended', 'decommissioned')),
  layout        jsonb not null,
  walk_up       integer[] not null
);
-- For the map's rectangle.
create index station_place on network.station (lat, lon);

-- Compartments out of service, and why.
create table network.maintenance (
  station     uuid not null references network.station,
  compartment integer not null,
  reason      text not null,
  since       timestamptz not null,
  primary key (station, compartment)
);
