-- Of a release: what the courier found wrong at the door. The station hears it with the order.
alter table access.command add column release_reason text;
