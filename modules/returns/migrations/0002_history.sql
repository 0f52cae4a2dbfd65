-- Returns that have ended are found by age when they leave for the archive, and what refers to them by them.
create index return_finished on returns.return (created_at, id) where state in ('received', 'cancelled', 'lapsed', 'refused');
create index return_of_authorisation on returns.return (authorisation) where authorisation is not null;
create index authorisation_until on returns.authorisation (until);
