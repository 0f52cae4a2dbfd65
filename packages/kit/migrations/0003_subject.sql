-- A person of whom something is kept. What is personal is sealed under keys of that person's own, wherever it is written: with the keys gone
-- nobody reads it any more, in no table, no fact, no backup.
create table kit.subject (
  id             uuid primary key,
  created_at     timestamptz not null,
  -- When something new was last sealed for them: who erases waits until what is on its way has arrived.
  last_sealed_at timestamptz not null,
  erased_at      timestamptz
);
create table kit.subject_key (
  subject    uuid not null references kit.subject,
  generation integer not null check (generation between 1 and 65535),
  -- Which key-encryption key has wrapped it.
  kek        text not null,
  wrapped    bytea not null,
  made_at    timestamptz not null,
  primary key (subject, generation)
);
create index subject_key_kek on kit.subject_key (kek);

-- By what a person is found. Many share a bucket, so that a bucket says little of who is in it; `sealed` is opened to compare.
create table kit.subject_handle (
  subject uuid not null references kit.subject,
  kind    text not null check (kind in ('email', 'phone')),
  bucket  integer not null,
  sealed  text not null
);
create index subject_handle_bucket on kit.subject_handle (kind, bucket);
create index subject_handle_subject on kit.subject_handle (subject);

-- Keys for everything else that is sealed here, wrapped in the same way: one per blind index, one per month of the archive.
create table kit.data_key (
  name    text primary key,
  kek     text not null,
  wrapped bytea not null,
  made_at timestamptz not null
);
