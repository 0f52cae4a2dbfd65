-- Parcels of one recipient in one compartment (N5): all their rights name the same group, and one code opens for all of them. It is the code of one of
-- their pick-up rights; the others have none.
alter table access.grant add column shared uuid;
create index grant_shared on access.grant (shared) where shared is not null;
