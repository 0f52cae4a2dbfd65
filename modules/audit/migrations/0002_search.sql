-- The trail is looked through by parcel and by time, too.
create index entry_parcel on audit.entry ((detail ->> 'parcel'), seq desc);
create index entry_at on audit.entry (at);
