import type { KeyObject } from "node:crypto";
import { seal } from "@pigeonhole/protocol/envelope";
import type { Envelope, StationFact } from "@pigeonhole/protocol/messages";
import type { journal } from "./testing.ts";

/** A station that tells lies: its id, its key, its log. */
export interface Liar {
  readonly id: string;
  readonly signing: KeyObject;
  readonly journal: ReturnType<typeof journal>;
}
const closed = (compartment: number): StationFact => ({ type: "compartment_closed", compartment });

/** The entry that would come next in its log, with something about it changed, signed all the same. */
export function altered(cab: Liar, change: Record<string, unknown>): Envelope {
  const { seq, previous } = cab.journal.last();
  const at = "2026-01-01T12:00:00.000Z";
  return cab.journal.sign({ v: 1, station: cab.id, epoch: 1, seq: seq + 1, previous, at, event: closed(1), ...change });
}

/** Entries that cannot be true, by what is wrong with them; each comes after one genuine entry. `stranger`: somebody's key. */
export const liesBy = (stranger: KeyObject): Readonly<Record<string, (cab: Liar) => Envelope>> => ({
  "another key": (cab) => {
    const event = altered(cab, {});
    return { ...event, sig: seal("event", JSON.parse(event.body), { kid: "station", key: stranger }).sig, kid: cab.id };
  },
  "an altered body": (cab) => ({ ...altered(cab, {}), body: altered(cab, { at: "2026-01-01T13:00:00.000Z" }).body }),
  "another kind": (cab) => ({ ...seal("command", JSON.parse(altered(cab, {}).body), { kid: "station", key: cab.signing }) }),
  "another station": (cab) => altered(cab, { station: crypto.randomUUID() }),
  "another epoch": (cab) => altered(cab, { epoch: 2 }),
  "a number used twice": (cab) => altered(cab, { seq: 1 }),
  "a broken chain": (cab) => altered(cab, { previous: "f".repeat(64) }),
  "a door that no protocol knows": (cab) => altered(cab, { event: closed(9_999) }),
  "an unknown kind of event": (cab) => altered(cab, { event: { type: "doors_all_opened" } }),
  "characters that no database stores": (cab) =>
    altered(cab, { event: { type: "station_started", firmware: "a\u0000b", bootId: crypto.randomUUID() } }),
});
