-- A customer is a person with keys of their own (kit.subject): found by them, and their address sealed under them. `email_hash` is what
-- customers were found by before; it goes at their next sign-in.
alter table identity.customer add column subject uuid constraint customer_subject unique;
alter table identity.customer alter column email_hash drop not null;
