-- The beginning of the last outage of which the recipient was told that it keeps them from their parcel.
alter table notifications.pickup_window add column hindered_told timestamptz;
