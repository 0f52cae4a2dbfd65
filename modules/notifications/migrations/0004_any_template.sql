-- Which templates there are is said once, in the contract: a row with one that is not known cannot be written.
alter table notifications.notice drop constraint notice_template_check;
alter table notifications.message drop constraint message_template_check;
-- Some news are about no parcel, or are for somebody else than its recipient; what they say besides may name people. Sealed.
alter table notifications.notice alter column parcel drop not null;
alter table notifications.notice add column sealed_recipient text;
alter table notifications.notice add column sealed_details text;
-- One fact may tell two people, each with a message of its own; told again it tells nobody twice.
alter table notifications.notice drop constraint notice_event_key;
create unique index one_notice on notifications.notice (event, template);
drop index notifications.one_message;
create unique index one_message on notifications.message (event, template, channel);
