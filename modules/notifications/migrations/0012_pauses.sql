-- Times to come in which the clock of a window stands still, as its last fact told them: [{ "from": …, "to": … | null }].
alter table notifications.pickup_window add column pauses jsonb not null default '[]';
-- The end of the last pause of which its recipient was told.
alter table notifications.pickup_window add column pause_told timestamptz;
