create schema reservations;

-- What this module knows of a station, from network's facts; whether it is connected, from devices'.
create table reservations.station (
  id            uuid primary key,
  name          text not null,
  address       text,
  lat           double precision not null,
  lon           double precision not null,
  country       text,
  time_zone     text not null,
  opening_hours text,
  step_free     boolean not null,
  status        text not null,
  is_connected  boolean not null,
  -- See cells.ts.
  cell          integer not null
);
create index station_cell on reservations.station (cell) where status = 'active' and is_connected;

-- The newest word on a station's link; it may come before the station's own fact.
create table reservations.link (
  station      uuid primary key,
  is_connected boolean not null
);

-- One row for each compartment: its state is in exactly one of five words, so the counts of a station always add up (I-08).
-- No index has a column that a claim changes: such updates stay within their page (HOT), also on the hottest station.
create table reservations.compartment (
  station       uuid not null,
  compartment   integer not null,
  size          text not null check (size in ('small', 'medium', 'large', 'oversized')),
  size_rank     smallint not null generated always as (case size when 'small' then 0 when 'medium' then 1 when 'large' then 2 else 3 end) stored,
  -- Usable inner edges, ascending: a parcel whose edges, ascending, are nowhere longer fits when turned.
  shortest_mm   integer not null,
  middle_mm     integer not null,
  longest_mm    integer not null,
  -- The station gives these away by itself; a claim never touches them (I-64).
  is_walk_up    boolean not null,
  is_in_service boolean not null,
  state         text not null check (state in ('available', 'reserved', 'occupied', 'return_pending', 'maintenance')),
  version       bigint not null default 0,
  reservation   uuid,
  parcel        uuid,
  -- While reserved: from this instant the claim blocks nobody. Half-open.
  until         timestamptz,
  primary key (station, compartment),
  constraint edges_ascend check (shortest_mm > 0 and shortest_mm <= middle_mm and middle_mm <= longest_mm),
  constraint free_is_nobodys check (state not in ('available', 'maintenance') or (reservation is null and parcel is null)),
  constraint reserved_until check ((state = 'reserved') = (until is not null))
) with (fillfactor = 50);

-- A2.6, the table compartmentMoves of the contract: every other move is refused, whoever asks.
create function reservations.refuse_move() returns trigger language plpgsql as $$
begin
  raise exception 'a compartment cannot go from % to %', old.state, new.state using errcode = 'check_violation', constraint = 'legal_move';
end $$;
create trigger legal_move before update of state on reservations.compartment for each row
  when (old.state <> new.state and (old.state, new.state) not in (
    ('available', 'reserved'), ('available', 'maintenance'),
    ('reserved', 'occupied'), ('reserved', 'available'), ('reserved', 'return_pending'), ('reserved', 'maintenance'),
    ('occupied', 'available'), ('occupied', 'return_pending'), ('occupied', 'maintenance'),
    ('return_pending', 'available'), ('return_pending', 'maintenance'),
    ('maintenance', 'available')))
  execute function reservations.refuse_move();

create table reservations.reservation (
  id          uuid primary key,
  station     uuid not null,
  compartment integer not null,
  size        text not null,
  state       text not null check (state in ('held', 'confirmed', 'fulfilled', 'ended')),
  end_reason  text check (end_reason in ('cancelled', 'lapsed', 'collected', 'returned', 'station_gone')),
  owner       text not null,
  order_id    text not null,
  parcel      uuid,
  expires_at  timestamptz not null,
  held_at     timestamptz not null,
  ended_at    timestamptz,
  foreign key (station, compartment) references reservations.compartment,
  constraint ended_for_a_reason check ((state = 'ended') = (end_reason is not null) and (state = 'ended') = (ended_at is not null)),
  constraint confirmed_has_parcel check ((state <> 'held' or parcel is null) and (state not in ('confirmed', 'fulfilled') or parcel is not null))
);
-- The judge: two live claims on one compartment cannot be written, whatever the code above believes (I-01).
create unique index one_live_claim on reservations.reservation (station, compartment) where state in ('held', 'confirmed', 'fulfilled');
create unique index reservation_parcel on reservations.reservation (parcel) where parcel is not null;
create index reservation_due on reservations.reservation (expires_at) where state in ('held', 'confirmed');

-- An ended reservation stays ended, so that each ends once (I-09).
create function reservations.refuse_revival() returns trigger language plpgsql as $$
begin
  raise exception 'reservation % has ended', old.id using errcode = 'check_violation', constraint = 'ends_once';
end $$;
create trigger ends_once before update on reservations.reservation for each row when (old.state = 'ended') execute function reservations.refuse_revival();

-- What a station reported although the plan was another: for the inspection; a fact is never thrown away.
create table reservations.contradiction (
  event       uuid primary key,
  station     uuid not null,
  compartment integer not null,
  parcel      uuid,
  what        text not null,
  at          timestamptz not null
);
