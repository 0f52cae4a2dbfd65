-- Whose the parcel is to be: a person with keys of their own (kit.subject), under which `sealed_recipient` is sealed. `recipient_hash` is by what
-- parcels from before were found; new ones have none.
alter table parcels.parcel add column recipient_subject uuid;
create index parcel_subject on parcels.parcel (recipient_subject, id desc) where recipient_subject is not null;
