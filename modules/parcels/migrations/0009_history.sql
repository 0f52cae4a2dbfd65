-- Parcels that have ended are found by age when they leave for the archive, and what refers to them by them.
create index parcel_finished on parcels.parcel (created_at, id) where state in ('collected', 'returned', 'cancelled');
create index redirect_parcel on parcels.redirect (parcel);
