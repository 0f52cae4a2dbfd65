-- A courier has found that the compartment will not do, and no other was free: another one is looked for again and again.
alter table reservations.reservation add column is_unsuited boolean not null default false;
create index reservation_unsuited on reservations.reservation (id) where is_unsuited;
-- Few: whether a claim still waits at one of them. Neither column is changed by a claim.
create index compartment_unusable on reservations.compartment (station, compartment) where is_quarantined or not is_in_service;
