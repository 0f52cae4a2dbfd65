create schema audit;

create table audit.entry (
  seq         bigint primary key check (seq >= 1),
  at          timestamptz not null,
  recorded_at timestamptz not null,
  station     uuid,
  compartment integer,
  actor       text not null,
  action      text not null,
  result      text not null,
  -- json, not jsonb: what was hashed is kept as it was.
  detail      json not null,
  previous    text not null check (previous ~ '^[0-9a-f]{64}$'),
  hash        text not null check (hash ~ '^[0-9a-f]{64}$')
);
create index entry_station on audit.entry (station, seq desc);
create index entry_actor on audit.entry (actor, seq desc);
create index entry_action on audit.entry (action, seq desc);

-- The last link, kept apart from the chain: a chain that lost its tail is whole in itself and shorter than this row says. The row is
-- also the lock that puts appends one after the other.
create table audit.head (
  id   integer primary key default 1 check (id = 1),
  seq  bigint not null,
  hash text not null
);
insert into audit.head (seq, hash) values (0, repeat('0', 64));

create function audit.refuse() returns trigger language plpgsql as $$
begin
  raise exception 'the audit trail is append-only: % of audit.% is refused', lower(tg_op), tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger entry_kept before update or delete on audit.entry for each row execute function audit.refuse();
create trigger entry_whole before truncate on audit.entry for each statement execute function audit.refuse();
create trigger head_kept before delete on audit.head for each row execute function audit.refuse();
create trigger head_whole before truncate on audit.head for each statement execute function audit.refuse();

create function audit.only_forward() returns trigger language plpgsql as $$
begin
  if new.seq <> old.seq + 1 then
    raise exception 'the head of the audit trail moves one entry at a time' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger head_forward before update on audit.head for each row execute function audit.only_forward();
