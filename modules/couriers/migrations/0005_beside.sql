-- So many parcels of the same recipient were in the compartment already when the door was opened (N5).
alter table couriers.scan add column beside smallint not null default 0;
