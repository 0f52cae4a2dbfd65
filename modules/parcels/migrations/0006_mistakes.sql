-- Whoever came for it did not find it, or it was not there when somebody looked.
alter table parcels.parcel drop constraint parcel_state_check;
alter table parcels.parcel add constraint parcel_state_check
  check (state in ('reserved', 'shipped', 'delivered', 'stored', 'collected', 'expired', 'returned', 'cancelled', 'missing'));
