-- The times in which the pick-up window stood still, as access tells them: [{from, to, cause}], and whether it stands still now.
alter table parcels.parcel add column pauses jsonb not null default '[]';
alter table parcels.parcel add column is_stopped boolean not null default false;
