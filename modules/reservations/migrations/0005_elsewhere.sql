-- Goods that perish are never diverted to another station (N6).
alter table reservations.reservation add column is_perishable boolean not null default false;
-- A parcel that lies in a compartment and goes to another station: the claim that waits for it there. When it has been taken out its own claim
-- goes on in that compartment, and the waiting one ends as `moved`.
alter table reservations.reservation add column successor uuid references reservations.reservation;
-- By whose redirect a waiting claim was made: asked again, it is the same one.
alter table reservations.reservation add column redirect uuid;
alter table reservations.reservation drop constraint reservation_end_reason_check;
alter table reservations.reservation add constraint reservation_end_reason_check
  check (end_reason in ('cancelled', 'lapsed', 'collected', 'returned', 'station_gone', 'missing', 'moved'));
create unique index reservation_redirect on reservations.reservation (redirect) where redirect is not null;
