-- What a person has said once for all about lockers that turn out to have no room at the door (N6). No row: they have not said.
create table parcels.diversion (
  subject uuid primary key,
  may     text not null check (may in ('near', 'never')),
  said_at timestamptz not null
);
