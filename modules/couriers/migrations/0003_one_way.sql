-- Tables that refer to each other in a circle cannot be restored one after the other: a backup refuses them. An attempt refers to its
-- retrieval; which attempt is the retrieval's present one is written in the same transaction and needs no reference back.
alter table couriers.retrieval drop constraint retrieval_attempt_fkey;
