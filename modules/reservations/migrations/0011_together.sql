-- Several parcels of one recipient in one compartment (N5). Each has its own reservation; all but one of them name that one, which is the one that
-- the compartment is booked on.
alter table reservations.reservation add column together_with uuid references reservations.reservation;
-- Who it is for and who brings it, known only of orders whose shop allows company: what must be the same for all that share.
alter table reservations.reservation add column person text, add column carrier text;
create index reservation_person on reservations.reservation (station, person) where person is not null and state in ('confirmed', 'fulfilled');
create index reservation_together on reservations.reservation (together_with) where together_with is not null;

-- More than one live claim: a claim, a lapse or a cancellation of one of them does not free it.
alter table reservations.compartment add column is_shared boolean not null default false;
create index compartment_shared on reservations.compartment (station, compartment) where is_shared;

-- The judge goes on to be the judge (I-01): one live claim for each compartment, and beside it only claims of the same person, owner and carrier.
drop index reservations.one_live_claim;
create unique index one_live_claim on reservations.reservation (station, compartment)
  where state in ('held', 'confirmed', 'fulfilled') and together_with is null;
create function reservations.require_company() returns trigger language plpgsql as $$
begin
  if exists (
    select from reservations.reservation r left join reservations.reservation h on h.id = r.together_with and h.together_with is null
      and h.state in ('confirmed', 'fulfilled')
      and (h.station, h.compartment, h.owner, h.person) = (r.station, r.compartment, r.owner, r.person) and h.carrier is not distinct from r.carrier
    where (r.id = new.id or r.together_with = new.id) and r.together_with is not null and r.state in ('held', 'confirmed', 'fulfilled') and h.id is null)
  then
    raise exception 'reservation % would share a compartment with somebody else''s', new.id using errcode = 'check_violation', constraint = 'same_person';
  end if;
  return null;
end $$;
-- At the end of the transaction: whoever leaves first names who takes over.
create constraint trigger same_person after update of state, station, compartment, together_with, owner on reservations.reservation
  deferrable initially deferred for each row when (new.person is not null) execute function reservations.require_company();

-- What a station can do beside the first version of the protocol.
alter table reservations.link add column can_share boolean not null default false;
