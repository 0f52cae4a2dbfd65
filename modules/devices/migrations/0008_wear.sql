-- Parts that begin to fail, found from what stations report (A14.4). compartment 0: the whole station.
create table devices.wear (
  station     uuid not null,
  kind        text not null check (kind in ('flapping', 'slow_unlock', 'slow_line')),
  compartment integer not null check (compartment between 0 and 999),
  since       timestamptz not null,
  -- What was seen (movements in a day; milliseconds), and what is usual at this station.
  amount      real not null,
  usual       real,
  primary key (station, kind, compartment)
);
-- The movements of a day, of all stations, without reading their whole logs.
create index station_event_movement on devices.station_event (at) where type in ('compartment_opened', 'compartment_closed');
