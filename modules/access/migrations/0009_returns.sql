-- A customer's right to put something in that goes back, or on to somebody else (A7.1).
alter table access.grant drop constraint grant_kind_check;
alter table access.grant add constraint grant_kind_check check (kind in ('pickup', 'dropoff', 'return', 'collection'));
