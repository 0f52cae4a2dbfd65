-- What the station can do beside the first version of the protocol, as it said last.
alter table devices.device add column can text[] not null default '{}';
