-- A transaction that notifies holds one lock of the whole server until its commit is on disk: with every writer notifying, commits go one
-- after the other and none share a flush (measured: a claim on a hot station three to five times slower). So one of those that commit at
-- the same moment notifies for all, at the very end of its transaction, and who hears it looks again a moment later (`listen`, consume.ts).
drop trigger outbox_told on kit.outbox;
create or replace function kit.tell_outbox() returns trigger language plpgsql as $$
begin
  if pg_try_advisory_xact_lock(7423, 2) then
    perform pg_notify('kit_outbox', '');
  end if;
  return null;
end $$;
create constraint trigger outbox_told after insert on kit.outbox deferrable initially deferred for each row execute function kit.tell_outbox();
