-- Chains that have gone into the archive, whole: how long each was, and the digest of its last link.
create table custody.archived (
  parcel uuid primary key,
  number integer not null check (number >= 1),
  digest text not null check (digest ~ '^[0-9a-f]{64}$')
);
create trigger archived_kept before update or delete on custody.archived for each row execute function custody.refuse();
create trigger archived_whole before truncate on custody.archived for each statement execute function custody.refuse();

-- A link may go when its whole chain has been noted there, no further link has come since, and with it the entry that proves it.
create or replace function custody.refuse() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and tg_table_name = 'hand_over' then
    if exists (select from custody.archived a where a.parcel = old.parcel and a.number >= old.number) then return old; end if;
  elsif tg_op = 'DELETE' and tg_table_name = 'evidence' then
    if exists (select from custody.hand_over h join custody.archived a on a.parcel = h.parcel where h.evidence = old.digest) then return old; end if;
  end if;
  raise exception 'custody is append-only: % of custody.% is refused', lower(tg_op), tg_table_name using errcode = 'insufficient_privilege';
end $$;
-- The two leave in one transaction, in whatever order.
alter table custody.hand_over alter constraint hand_over_evidence_fkey deferrable initially immediate;
