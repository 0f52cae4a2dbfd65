-- What somebody found in a compartment that was in quarantine: told to the station in its document. `seq`: the entry of the station's log that it settles.
create table devices.inspected (
  station     uuid not null,
  compartment integer not null,
  epoch       integer not null,
  seq         bigint not null,
  is_empty    boolean not null,
  primary key (station, compartment)
);
