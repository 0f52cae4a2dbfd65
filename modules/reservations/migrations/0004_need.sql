-- What the reservation asked for, so that another compartment can be found for it: the least size, and the parcel's edges, ascending (zero:
-- not stated). Not what it was given: that may be larger than needed.
alter table reservations.reservation
  add column need_rank   smallint not null default 0 check (need_rank between 0 and 3),
  add column shortest_mm integer not null default 0,
  add column middle_mm   integer not null default 0,
  add column longest_mm  integer not null default 0;
update reservations.reservation set need_rank = case size when 'small' then 0 when 'medium' then 1 when 'large' then 2 else 3 end where state <> 'ended';
-- Few, and each of them is looked at again and again: whether a reservation still waits there.
create index station_gone on reservations.station (id) where status = 'decommissioned';
