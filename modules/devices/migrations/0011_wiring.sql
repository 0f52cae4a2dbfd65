-- How the station says that its doors are wired, in one word (packages/protocol/acceptance.ts); null: it has not said.
alter table devices.device add column wiring text;
