-- Where in the queue of its station's doors a compartment stands: scattered, the same for ever. A claim begins to look at a random turn,
-- so that customers who come at once do not all reach for the same door.
alter table reservations.compartment add column turn smallint not null generated always as ((compartment * 7919) % 1000) stored;
create index compartment_turn on reservations.compartment (station, size_rank, turn);
