/** A promise that rows can show to be broken: each row that the query answers is one breach, told by its `what`. */
export interface Promised {
  readonly invariant: string;
  readonly promise: string;
  readonly sql: string;
  /** Only when all is healed and drained: before, it may not be so yet. */
  readonly isFinal?: boolean;
}

const live = "('held', 'confirmed', 'fulfilled')";

/** What must be so in the backend's own tables at every moment, between any two transactions. */
export const promises: readonly Promised[] = [
  {
    invariant: "I-01",
    promise: "a compartment has one live reservation at most",
    sql: `select station || '/' || compartment || ': ' || count(*) as what from reservations.reservation
      where state in ${live} group by station, compartment having count(*) > 1`,
  },
  {
    invariant: "I-02",
    promise: "a parcel has one place at most",
    sql: `select parcel || ': ' || count(*) as what from reservations.compartment where parcel is not null group by parcel having count(*) > 1`,
  },
  {
    invariant: "I-03",
    promise: "what holds a parcel is not offered",
    sql: `select station || '/' || compartment as what from reservations.compartment where state = 'available' and (parcel is not null or reservation is not null)`,
  },
  {
    invariant: "I-04",
    promise: "a reservation's compartment is as large as what was asked for",
    sql: `select r.id::text as what from reservations.reservation r join reservations.compartment c using (station, compartment)
      where r.state in ${live} and c.size_rank < r.need_rank`,
  },
  {
    invariant: "I-07",
    promise: "what is out of service is not offered",
    sql: `select station || '/' || compartment as what from reservations.compartment where state = 'available' and (is_quarantined or not is_in_service)`,
  },
  {
    invariant: "I-08",
    promise: "every door of every layout is in one state",
    sql: `select station::text as what from reservations.compartment group by station having count(*) <> count(distinct compartment)`,
  },
  {
    invariant: "I-09",
    promise: "a reservation has ended exactly when it says when and why",
    sql: `select id::text as what from reservations.reservation where (state = 'ended') <> (ended_at is not null) or (state = 'ended') <> (end_reason is not null)`,
  },
  {
    invariant: "I-09",
    promise: "that a reservation has ended is told once",
    sql: `select aggregateid || ': ' || count(*) as what from kit.outbox where type = 'reservations.ended' group by aggregateid having count(*) > 1`,
  },
  {
    invariant: "I-13",
    promise: "a command opens a door once at most",
    sql: `select cause as what from (select station, body::jsonb #>> '{event,cause,command}' as cause from devices.station_event where type = 'compartment_opened') opened
      where cause is not null group by station, cause having count(*) > 1`,
  },
  {
    invariant: "I-17",
    promise: "commands to a station are numbered upwards",
    sql: `select a.id::text as what from devices.command a join devices.command b on a.station = b.station and a.epoch = b.epoch and a.seq > b.seq and a.sent_at < b.sent_at`,
  },
  {
    invariant: "I-25",
    promise: "a deposit counts once",
    sql: `with told as (select station, body::jsonb #>> '{event,parcel}' as parcel, type from devices.station_event)
      select parcel || ' at ' || station as what from told where parcel is not null group by station, parcel
      having count(*) filter (where type = 'parcel_deposited') > 1 + count(*) filter (where type in ('deposit_abandoned', 'parcel_retrieved', 'retrieval_left', 'pickup_disputed', 'parcel_collected'))`,
  },
  {
    invariant: "I-26",
    promise: "nobody is sent a code before the parcel is in",
    sql: `select m.id::text as what from notifications.message m where m.template = 'pickup_ready'
      and not exists (select from devices.station_event e where e.type = 'parcel_deposited' and e.body::jsonb #>> '{event,parcel}' = m.parcel::text and e.received_at <= m.created_at)`,
  },
  {
    invariant: "I-31",
    promise: "two live codes of a station differ",
    sql: `select station || ': ' || count(*) as what from access.code where died_at is null group by station, code_hash having count(*) > 1`,
  },
  {
    invariant: "I-36",
    promise: "of one right only the newest code lives",
    sql: `select c.grant::text as what from access.code c join access.grant g on g.id = c.grant where c.died_at is null and c.generation < g.generation`,
  },
  {
    invariant: "I-57",
    promise: "a station's log is known without a gap",
    sql: `select station || ': ' || max(seq) || ' of ' || count(*) as what from devices.station_event group by station, epoch having max(seq) <> count(*)`,
  },
  {
    invariant: "I-05",
    promise: "who takes a parcel over next has it from whoever had it",
    sql: `select a.parcel || ' ' || b.number as what from custody.hand_over a join custody.hand_over b on b.parcel = a.parcel and b.number = a.number + 1 where b.giver <> a.taker`,
  },
  {
    invariant: "I-06",
    promise: "custody has no gap",
    sql: `select parcel || ': ' || max(number) || ' of ' || count(*) as what from custody.hand_over group by parcel having max(number) <> count(*)`,
  },
  {
    invariant: "I-42",
    promise: "no station is believed to contradict itself",
    sql: `select station || ' ' || reason as what from devices.quarantine`,
  },
  {
    invariant: "I-58",
    promise: "a parcel is in the state that its timeline says it reached last",
    sql: `select p.id || ' ' || p.state as what from parcels.parcel p
      where not exists (select from parcels.timeline t where t.parcel = p.id and t.state = p.state and t.leg = p.leg)`,
  },
  {
    invariant: "I-27",
    promise: "what was collected can be collected by nobody",
    isFinal: true,
    sql: `select g.id::text as what from access.grant g join parcels.parcel p on p.id = g.parcel
      where p.state in ('collected', 'returned', 'cancelled') and g.state in ('issued', 'active') and g.kind <> 'collection'`,
  },
  {
    invariant: "I-09",
    promise: "whose parcel has gone, that compartment is free",
    isFinal: true,
    sql: `select c.station || '/' || c.compartment || ' ' || c.state || ' ' || p.state as what from reservations.compartment c join parcels.parcel p on p.id = c.parcel
      where p.state in ('collected', 'returned') and c.state in ('reserved', 'occupied', 'return_pending')`,
  },
  {
    invariant: "I-10",
    promise: "what is over is recorded as over",
    isFinal: true,
    sql: `select id || ' ' || state as what from reservations.reservation where state in ('held', 'confirmed') and expires_at < $1::timestamptz - interval '10 minutes'`,
  },
  {
    invariant: "I-60",
    promise: "whatever was begun has ended, or somebody has it to do",
    isFinal: true,
    sql: `select id || ' redirect ' || state as what from parcels.redirect where state in ('agreed', 'claimed', 'undoing') and created_at < $1::timestamptz - interval '1 day'`,
  },
  {
    invariant: "I-74",
    promise: "no fact is dead or waits",
    isFinal: true,
    sql: `select d.consumer || ' ' || o.type || ' ' || d.state || ' ' || coalesce(d.error, '') as what from kit.delivery d join kit.outbox o using (seq)`,
  },
  {
    invariant: "I-74",
    promise: "no job has been given up, and none is late",
    isFinal: true,
    sql: `select t.identifier || ' ' || j.attempts || ' ' || coalesce(j.last_error, '') as what from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
      where j.attempts >= j.max_attempts or j.run_at < $1::timestamptz - interval '5 minutes'`,
  },
];
