-- The life of a station has an acceptance test between provisioning and service, and a suspension has a cause.
alter table network.station drop constraint station_status_check;
update network.station set status = 'provisioning' where status = 'provisioned';
alter table network.station
  add column suspended_for text,
  add check (status in ('provisioning', 'acceptance', 'active', 'suspended', 'decommissioned'));
update network.station set suspended_for = 'operator' where status = 'suspended';
alter table network.station
  add check (suspended_for in ('operator', 'tamper')),
  add check ((status = 'suspended') = (suspended_for is not null));
