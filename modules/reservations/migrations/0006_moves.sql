-- reservationMoves of the contract, as compartmentMoves before: every other move is refused, whoever asks.
create or replace function reservations.refuse_move() returns trigger language plpgsql as $$
begin
  raise exception 'a % cannot go from % to %', tg_table_name, old.state, new.state using errcode = 'check_violation', constraint = 'legal_move';
end $$;
create trigger legal_move before update of state on reservations.reservation for each row
  when (old.state <> new.state and (old.state, new.state) not in (
    ('held', 'confirmed'), ('held', 'ended'),
    ('confirmed', 'fulfilled'), ('confirmed', 'ended'),
    ('fulfilled', 'confirmed'), ('fulfilled', 'ended')))
  execute function reservations.refuse_move();
