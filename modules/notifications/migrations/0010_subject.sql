-- The person whom a message is for (kit.subject): what is personal in its row is sealed under their key.
alter table notifications.message add column subject uuid;
create index message_subject on notifications.message (subject, created_at) where subject is not null;
alter table notifications.push_subscription add column subject uuid;
create index push_subscription_subject on notifications.push_subscription (subject) where subject is not null;
