-- Opening by phone (N9): which right a command was given by, so that it is used up with the door.
alter table access.command add column "grant" uuid references access.grant;
create index command_parcel on access.command (parcel, given_at desc);

-- Attempts to open from a phone, counted before anything is compared (I-34): `spent` leaks away with time.
create table access.phone_attempt (
  "grant"    uuid primary key references access.grant,
  spent      double precision not null check (spent >= 0),
  counted_at timestamptz not null
);
create index phone_attempt_at on access.phone_attempt (counted_at);
