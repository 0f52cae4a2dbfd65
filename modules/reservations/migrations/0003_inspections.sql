-- What contradicts itself, or the plan, becomes a task: somebody looks and writes down what was found.
alter table reservations.contradiction rename to inspection;
alter table reservations.inspection rename column event to id;
alter table reservations.inspection
  -- The entry of the station's log that gave rise to it.
  add column epoch       integer not null default 1,
  add column seq         bigint not null default 0,
  -- A word of the station's (forced, goods_inside, …), or against_plan, two_parcels, not_there.
  add column reason      text not null default 'against_plan',
  -- The compartment is given to nobody before somebody has looked.
  add column is_blocking boolean not null default false,
  add column resolved_at timestamptz,
  add column resolved_by text,
  add column finding     text check (finding in ('empty', 'as_recorded')),
  add column note        text,
  add constraint resolved_whole check ((resolved_at is null) = (finding is null) and (resolved_at is null) = (resolved_by is null));
create index inspection_open on reservations.inspection (station, compartment) where resolved_at is null;

-- quarantined: nothing is known to be inside, and somebody has to look before anybody is given it. A compartment with something in it
-- keeps its state and goes there when it is emptied.
alter table reservations.compartment add column is_quarantined boolean not null default false;
alter table reservations.compartment drop constraint compartment_state_check;
alter table reservations.compartment add constraint compartment_state_check
  check (state in ('available', 'reserved', 'occupied', 'return_pending', 'maintenance', 'quarantined'));
alter table reservations.compartment drop constraint free_is_nobodys;
alter table reservations.compartment add constraint free_is_nobodys
  check (state not in ('available', 'maintenance', 'quarantined') or (reservation is null and parcel is null));
alter table reservations.compartment add constraint quarantined_is_kept check (not is_quarantined or state not in ('available', 'maintenance'));
drop trigger legal_move on reservations.compartment;
create trigger legal_move before update of state on reservations.compartment for each row
  when (old.state <> new.state and (old.state, new.state) not in (
    ('available', 'reserved'), ('available', 'maintenance'), ('available', 'quarantined'),
    ('reserved', 'occupied'), ('reserved', 'available'), ('reserved', 'return_pending'), ('reserved', 'maintenance'), ('reserved', 'quarantined'),
    ('occupied', 'available'), ('occupied', 'return_pending'), ('occupied', 'maintenance'), ('occupied', 'quarantined'),
    ('return_pending', 'available'), ('return_pending', 'maintenance'), ('return_pending', 'quarantined'),
    ('maintenance', 'available'), ('maintenance', 'quarantined'),
    ('quarantined', 'available'), ('quarantined', 'maintenance')))
  execute function reservations.refuse_move();

-- Somebody looked, and what was recorded is not there.
alter table reservations.reservation drop constraint reservation_end_reason_check;
alter table reservations.reservation add constraint reservation_end_reason_check
  check (end_reason in ('cancelled', 'lapsed', 'collected', 'returned', 'station_gone', 'missing'));
