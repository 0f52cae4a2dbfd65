-- A parcel goes to another station than planned, because its customer wants it (N6): one row for each wish or proposal.
create table parcels.redirect (
  id           uuid primary key,
  parcel       uuid not null references parcels.parcel on delete cascade,
  reservation  uuid not null,
  station_from uuid not null,
  station_to   uuid not null,
  state        text not null check (state in ('proposed', 'agreed', 'claimed', 'leaving', 'travelling', 'undoing', 'parked',
                 'done', 'declined', 'unanswered', 'withdrawn', 'refused', 'undone')),
  -- Who asked for it, as `actorText` writes it.
  asked_by     text not null,
  note         text,
  reason       text,
  -- The parcel lay in a compartment when it was agreed.
  is_inside    boolean not null,
  -- The reservation that waits for it at the new place.
  waiting      uuid,
  -- Until when the customer may agree; later, until when it has to have been taken out.
  until        timestamptz,
  -- How often its present step has failed, and when something is to be done next; infinity: only news can go on.
  attempts     integer not null default 0,
  next_at      timestamptz not null,
  created_at   timestamptz not null,
  ended_at     timestamptz
);
-- The judge: a parcel goes to one other station at a time.
create unique index one_live_redirect on parcels.redirect (parcel) where ended_at is null;
create index redirect_due on parcels.redirect (next_at) where ended_at is null;
create index redirect_waiting on parcels.redirect (waiting) where waiting is not null;
create index redirect_parked on parcels.redirect (id) where state = 'parked';

-- Goods that perish are never diverted.
alter table parcels.parcel add column is_perishable boolean not null default false;
-- Stations for which it was planned before: what they say of it is a fact too.
alter table parcels.parcel add column former uuid[] not null default '{}';
-- A parcel that is delivered again goes through the same states once more: each delivery has a leg of its own.
alter table parcels.parcel add column leg smallint not null default 1;
alter table parcels.timeline add column leg smallint not null default 1;
alter table parcels.timeline drop constraint timeline_pkey;
alter table parcels.timeline add primary key (parcel, leg, state);
