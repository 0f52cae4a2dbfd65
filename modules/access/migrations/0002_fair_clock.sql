-- The fair clock (F6): what was promised, and the times in which the clock stood still.
alter table access.grant add column began_at timestamptz;
alter table access.grant add column promised_until timestamptz;
-- Since when the clock stands still now.
alter table access.grant add column stopped_since timestamptz;

create table access.outage (
  station     uuid not null,
  -- 0: the whole station.
  compartment integer not null,
  cause       text not null,
  began_at    timestamptz not null,
  ended_at    timestamptz,
  primary key (station, compartment, cause, began_at)
);
