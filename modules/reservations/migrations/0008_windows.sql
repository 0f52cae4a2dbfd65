-- The limits that a shop or a carrier has set for its orders: `Windows` of windows/contract.ts.
create table reservations.windows (
  owner   text primary key,
  windows jsonb not null,
  set_at  timestamptz not null
);
-- At least the window of this service for whatever is sent to this person.
create table reservations.promise (
  subject text primary key,
  service text not null check (service in ('standard', 'prime', 'business'))
);
