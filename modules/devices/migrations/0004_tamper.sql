-- A technician's inspection covers the station's log up to this entry of its epoch.
alter table devices.device add column inspected_seq bigint not null default 0;
-- The station speaks so often: one that saves its battery does so seldom.
alter table devices.device add column every_seconds integer not null default 20 check (every_seconds between 5 and 600);
