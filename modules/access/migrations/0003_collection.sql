-- A courier's right to take something out: live as long as the retrieval is (couriers), so it has no end of its own.
alter table access.grant drop constraint grant_kind_check;
alter table access.grant add constraint grant_kind_check check (kind in ('pickup', 'dropoff', 'collection'));
alter table access.grant drop constraint grant_check;
alter table access.grant add constraint active_has_an_end check (state <> 'active' or expires_at is not null or kind = 'collection');
-- What goes back may have come without a reservation.
alter table access.grant alter column reservation drop not null;

alter table access.command drop constraint command_action_check;
alter table access.command add constraint command_action_check
  check (action in ('open', 'attest_deposit', 'attest_retrieval', 'attest_missing', 'release'));
