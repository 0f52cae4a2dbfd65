-- What is old leaves the log of facts (histories/history.ts), and is found by its age; it came nearly in that order.
create index outbox_occurred on kit.outbox using brin (occurred_at) with (autosummarize = on);

-- A fact that is gone is delivered to nobody again, so nobody has to remember that it was.
create function kit.forget_inbox() returns trigger language plpgsql as $$
begin
  delete from kit.inbox i using gone, kit.consumer c where i.consumer = c.name and i.event = gone.id;
  return null;
end $$;
create trigger inbox_forgotten after delete on kit.outbox referencing old table as gone for each statement execute function kit.forget_inbox();

-- Answers are kept as long as a client may ask again, then they go.
create index idempotency_created on kit.idempotency using brin (created_at) with (autosummarize = on);
