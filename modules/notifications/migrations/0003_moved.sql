-- Where the parcel goes, and where it was to go: said by the fact, for whoever is asked later may have heard it or not. Null: where parcels says.
alter table notifications.notice add column station uuid;
alter table notifications.notice add column former uuid;
alter table notifications.notice drop constraint notice_template_check;
alter table notifications.notice add constraint notice_template_check
  check (template in ('pickup_ready', 'code_reissued', 'collected', 'window_extended', 'moved', 'station_gone'));
alter table notifications.message drop constraint message_template_check;
alter table notifications.message add constraint message_template_check
  check (template in ('sign_in_code', 'pickup_ready', 'code_reissued', 'collected', 'window_extended', 'moved', 'station_gone'));
