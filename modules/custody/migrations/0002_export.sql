-- Hand-overs are exported by time.
create index hand_over_at on custody.hand_over (at, digest);
