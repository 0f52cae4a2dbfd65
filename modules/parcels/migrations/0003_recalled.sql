-- Why a courier takes it out before its time is over.
alter table parcels.parcel add column recalled_for text check (recalled_for in ('redirected', 'decommissioned', 'recalled'));
