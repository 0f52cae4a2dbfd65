import type { OneSession } from "../backend/one-session.ts";
import type { Tally } from "./tally.ts";

/** What of the past the tables and logs still tell: each row a name and how often. */
const remembered: readonly string[] = [
  `select 'station: ' || type || coalesce(' ' || (body::jsonb #>> '{event,reason}'), '') || coalesce(' by ' || (body::jsonb #>> '{event,cause,kind}'), '') as name, count(*) as n
    from devices.station_event group by 1`,
  `select 'decided at the door without the backend' as name, count(*) as n from devices.station_event where body::jsonb #>> '{event,cause,decided}' = 'station' having count(*) > 0`,
  `select 'a station tells a quarter of an hour late' as name, count(*) as n from devices.station_event where received_at > at + interval '15 minutes' having count(*) > 0`,
  `select 'a station tells something of the future' as name, count(*) as n from devices.station_event where at > received_at + interval '2 minutes' having count(*) > 0`,
  `select 'parcel: ' || b.state || ' after ' || a.state as name, count(*) as n
    from (select *, row_number() over (partition by parcel order by at, leg) as place from parcels.timeline) a
    join (select *, row_number() over (partition by parcel order by at, leg) as place from parcels.timeline) b on b.parcel = a.parcel and b.place = a.place + 1 group by 1`,
  `select 'reservation ended: ' || end_reason as name, count(*) as n from reservations.reservation where end_reason is not null group by 1`,
  `select 'command: ' || coalesce(outcome, 'never answered') || coalesce(' ' || reason, '') as name, count(*) as n from devices.command group by 1`,
  `select 'right: ' || kind || ' ' || state as name, count(*) as n from access.grant group by 1`,
  `select 'redirect: ' || state || coalesce(' ' || reason, '') as name, count(*) as n from parcels.redirect group by 1`,
  `select 'retrieval: ' || state || coalesce(' ' || problem, '') as name, count(*) as n from couriers.retrieval group by 1`,
  `select 'delivery problem: ' || reason || ' ' || coalesce(outcome, state) as name, count(*) as n from couriers.problem group by 1`,
  `select 'custody contradicts itself' as name, count(*) as n from custody.contradiction having count(*) > 0`,
  `select 'outage: ' || cause as name, count(*) as n from devices.outage group by 1`,
  `select 'message: ' || template as name, count(*) as n from notifications.message group by 1`,
];

/** Counts what the tables remember as marks. */
export async function remember(session: OneSession, tally: Tally): Promise<void> {
  for (const sql of remembered)
    for (const { name, n } of await session.look<{ name: string; n: number }>(sql)) for (let i = 0; i < n; i++) tally.sometimes(name);
}

/** States so rare that a run which never reaches them proves little. A long run that misses one fails. */
export const rareStates: readonly string[] = [
  "a checkout is refused: station_full",
  "a code is made anew",
  "a code is tried after its end: code_expired",
  "a courier comes to take something out: leave",
  "a courier comes to take something out: taken-out",
  "a courier finds something in the box",
  "a courier leaves without a word",
  "a door is left open for long",
  "a door is opened once more",
  "a parcel does not fit",
  "a redirected parcel arrives at its new place",
  "a redirected parcel is taken out",
  "a replaced code is tried: code_replaced",
  "a sender calls a parcel back",
  "a session is over, and somebody signs in anew",
  "a station tells a quarter of an hour late",
  "a station was suspended and is set to work again",
  "a window ends with the parcel inside",
  "an inspection finds: as recorded (forced)",
  "an inspection finds: empty (forced)",
  "an inspection finds: empty (goods_inside)",
  "an order is placed twice at once",
  "another box of the same station is given",
  "command: never answered",
  "command: opened",
  "command: refused door_open",
  "command: refused suspended",
  "decided at the door without the backend",
  "delivery problem: does_not_fit another_box",
  "message: code_reissued",
  "message: last_warning",
  "message: redirected",
  "message: window_extended",
  "more time: yes",
  "outage: away",
  "outage: tamper",
  "parcel: cancelled after reserved",
  "parcel: expired after stored",
  "parcel: returned after stored",
  "parcel: shipped after stored",
  "redirect: done",
  "reservation ended: cancelled",
  "reservation ended: lapsed",
  "reservation ended: moved",
  "reservation ended: returned",
  "retrieval: taken_out",
  "right: collection used",
  "right: dropoff expired",
  "right: pickup expired",
  "right: pickup revoked",
  "somebody else collects it",
  "somebody leaves their parcel where a sensor sees it",
  "somebody leaves their parcel where nobody sees it",
  "station: code_refused too_many",
  "station: compartment_cleared",
  "station: compartment_opened by forced",
  "station: compartment_opened by grant",
  "station: compartment_opened by reopen",
  "station: compartment_quarantined goods_inside",
  "station: compartment_quarantined nothing_inside",
  "station: compartment_quarantined will_not_open",
  "station: deposit_abandoned does_not_fit",
  "station: door_left_open",
  "station: open_failed door_stuck by command",
  "station: retrieval_left",
  "station: tampered",
];
