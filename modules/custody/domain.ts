import { handOvers } from "@pigeonhole/receipts/station-entry";
import type { Custodian, Receipt } from "@pigeonhole/receipts/file";

/** What moves a parcel from hand to hand: a carrier's route that began, or a fact at a station. */
export type News =
  | { readonly kind: "shipped"; readonly carrier: string }
  | { readonly kind: "fact"; readonly type: string; readonly station: string }
  /** A return has arrived: its carrier handed it over, or its shop says so. */
  | { readonly kind: "handed_over"; readonly shop: string };

/** One hand-over, and what the network itself can say of it where no station does. */
export interface Step {
  readonly from: Custodian;
  readonly to: Custodian;
  /** Null: the station's entry is the evidence. */
  readonly record: Extract<Receipt["evidence"], { kind: "network" }>["record"] | null;
}
export type Verdict = { readonly steps: readonly Step[] } | { readonly contradiction: string };

const nothing: Verdict = { steps: [] };
const same = (a: Custodian, b: Custodian): boolean => a.kind === b.kind && a.id === b.id;

/**
 * Who has a parcel when it is new: its shop, or the carrier who announced it; a customer's own order comes from a sender without an account, and what one
 * customer sent to another from the carrier who took it out of the first locker.
 */
export function firstHolder(owner: string, carrier: string | null): Custodian {
  const [kind, id] = owner.split(":", 2) as [string, string | undefined];
  if (kind === "carrier") return { kind: "carrier", id: carrier ?? id ?? null };
  if (kind === "module") return { kind: "carrier", id: carrier };
  return { kind: "shop", id: kind === "shop" ? (id ?? null) : null };
}

/**
 * What news means for the one who has the parcel. A fact that is known already, or a plan that comes too late, changes nothing. Custody is
 * never given to whoever spoke last: what does not follow from the hand before is a contradiction, kept aside.
 */
export function hear(holder: Custodian, news: News, carrier: string | null): Verdict {
  if (news.kind === "shipped") {
    const to: Custodian = { kind: "carrier", id: news.carrier };
    return holder.kind === "shop" ? { steps: [{ from: holder, to, record: "route_started" }] } : nothing;
  }
  if (news.kind === "handed_over")
    return holder.kind === "carrier" ? { steps: [{ from: holder, to: { kind: "shop", id: news.shop }, record: "handed_over" }] } : nothing;
  const move = handOvers[news.type];
  if (!move) return nothing;
  const station: Custodian = { kind: "station", id: news.station };
  const to: Custodian = move.to === "station" ? station : { kind: move.to, id: move.to === "carrier" ? carrier : null };
  if (same(holder, to)) return nothing;
  const isGiver = move.to === "station" ? move.from.includes(holder.kind) : same(holder, station);
  if (!isGiver) return { contradiction: `${news.type} at this station, but ${holder.kind} had the parcel` };
  // The carrier's route was not told before its courier stood at the station: that it took the parcel over follows from the deposit.
  if (news.type === "parcel_deposited" && holder.kind === "shop" && carrier !== null) {
    const between: Custodian = { kind: "carrier", id: carrier };
    return {
      steps: [
        { from: holder, to: between, record: "deposited_by_carrier" },
        { from: between, to, record: null },
      ],
    };
  }
  return { steps: [{ from: holder, to, record: null }] };
}

/** A custodian as it stands in the table: `kind:id`. */
export const custodianText = ({ kind, id }: Custodian): string => (id === null ? kind : `${kind}:${id}`);
export function custodianOf(text: string): Custodian {
  const at = text.indexOf(":");
  return { kind: (at < 0 ? text : text.slice(0, at)) as Custodian["kind"], id: at < 0 ? null : text.slice(at + 1) };
}
