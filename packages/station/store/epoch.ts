import { StationEvent, type StationFact } from "@pigeonhole/protocol/messages";
import type { Sql } from "./database.ts";

/** Who has what: these are told again under the new epoch when the backend has not confirmed them under the old one. */
const custody: ReadonlySet<StationFact["type"]> = new Set([
  "parcel_deposited",
  "deposit_abandoned",
  "walk_up_deposited",
  "walk_up_abandoned",
  "parcel_collected",
  "return_deposited",
  "parcel_retrieved",
  "pickup_disputed",
]);
/** Entries of former epochs kept for whoever wants to find out what went wrong. */
const keptEntries = 20_000;

export interface Carried {
  readonly event: StationFact;
  readonly at: Date;
}

/**
 * A store meets the epoch of the station's identity. The same one: nothing. A later one, after the cabinet was enrolled again: the old log
 * is set aside, numbers begin at 1, and what the backend never confirmed about who has what is carried over. Undefined when no new epoch begins.
 */
export function enterEpoch(sql: Sql, epoch: number): readonly Carried[] | undefined {
  const meta = (name: string): string | undefined =>
    (sql.prepare("select value from meta where name = ?").get(name) as { value: string } | undefined)?.value;
  const set = sql.prepare("insert into meta (name, value) values (?, ?) on conflict (name) do update set value = excluded.value");
  const known = meta("epoch");
  set.run("epoch", String(epoch));
  if (known === undefined || Number(known) === epoch) return undefined;
  if (Number(known) > epoch)
    throw new Error(
      `the store is of enrolment ${known}, the identity of enrolment ${epoch}: bring back the newer identity, or enrol again`,
    );
  const unconfirmed = sql.prepare("select body from event where seq > ? order by seq").all(Number(meta("acknowledged") ?? "0"));
  const carried = (unconfirmed as unknown as { body: string }[])
    .map(({ body }) => StationEvent.parse(JSON.parse(body)))
    .filter(({ event }) => custody.has(event.type))
    .map(({ event, at }) => ({ event, at: new Date(at) }));
  sql.prepare("insert into former_event (epoch, seq, body, sig) select ?, seq, body, sig from event").run(Number(known));
  sql
    .prepare("delete from former_event where rowid not in (select rowid from former_event order by epoch desc, seq desc limit ?)")
    .run(keptEntries);
  sql.exec("delete from event");
  set.run("acknowledged", "0");
  return carried;
}
