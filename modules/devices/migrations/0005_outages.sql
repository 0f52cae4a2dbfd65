-- Times in which nobody could get at what lies in a station, or behind one of its doors (0: the whole station). The deadlines of parcels there stand still (F6).
create table devices.outage (
  station     uuid not null,
  compartment integer not null check (compartment between 0 and 999),
  cause       text not null check (cause in ('away', 'tamper', 'power', 'door')),
  began_at    timestamptz not null,
  ended_at    timestamptz check (ended_at >= began_at),
  primary key (station, compartment, cause, began_at)
);
-- Of one cause one time is open at most.
create unique index open_outage on devices.outage (station, compartment, cause) where ended_at is null;
