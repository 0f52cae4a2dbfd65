-- For what a customer puts in (A7.1): `parcel` is then the id of a return, and nobody delivers.
alter table reservations.reservation add column is_return boolean not null default false;
