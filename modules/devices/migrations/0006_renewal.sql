-- A certificate is followed by the next one for the same key; both are good until the former expires.
alter table devices.certificate add column replaced_at timestamptz;
alter table devices.certificate drop constraint certificate_station_epoch_key;
drop index devices.one_live_certificate;
-- The judge: a station has one certificate that counts and has no successor.
create unique index one_live_certificate on devices.certificate (station) where revoked_at is null and replaced_at is null;
