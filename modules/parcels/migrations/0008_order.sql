-- People who ask know their order's number.
create index parcel_order on parcels.parcel (order_id, id desc);
