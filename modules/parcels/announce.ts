import { createHash } from "node:crypto";
import type { Actor } from "@pigeonhole/identity/contract";
import { actorText } from "@pigeonhole/identity/contract";
import { problemOf, type Client } from "@pigeonhole/kit/client";
import { Refused } from "@pigeonhole/kit/refused";
import type { ConditionWishes } from "@pigeonhole/reservations/conditions/contract";
import type { Recipient, Reservation, ReservationApi } from "@pigeonhole/reservations/contract";
import type { ParcelDimensions } from "@pigeonhole/reservations/contract";
import type { Size } from "@pigeonhole/network/layout";

/** A hold that ran out before it was confirmed is claimed anew, so often at most. */
const claims = 3;
/** Long enough to confirm, short enough that one that is given up blocks nobody. Minutes. */
const holdMinutes = 5;

export interface Announcement extends ConditionWishes {
  readonly station: string;
  readonly orderId: string;
  readonly barcode: string;
  readonly recipient: Recipient;
  readonly size?: Size | undefined;
  readonly dimensions?: ParcelDimensions | undefined;
  readonly service: "standard" | "prime" | "business";
  readonly isPerishable: boolean;
}

/** What the station's side refuses is told as one refusal, with the reason and what else there is. */
const reasons = ["station_full", "station_unavailable", "does_not_fit", "no_such_station"];

async function refusalOf(what: string, answer: { readonly status: number; json(): Promise<unknown> }): Promise<Error> {
  const { code, title, detail, alternatives } = await problemOf(answer);
  const said = detail ?? title;
  if (reasons.includes(code))
    return new Refused("not_accepted", said, { reason: code, ...(alternatives === undefined ? {} : { alternatives }) });
  if (answer.status === 400) return new Refused("malformed", said);
  return new Error(`${what}: ${code}`);
}

/**
 * Finds and binds a compartment for a parcel that somebody announces. Each step has a key derived from the caller's, so that a repetition
 * after a crash goes on where the first attempt stopped. `accept` may refuse between hold and confirmation; the hold then lapses by itself.
 */
export async function bind(
  reservations: Client<ReservationApi>,
  by: Extract<Actor, { kind: "shop" | "carrier" }>,
  key: string,
  wish: Announcement,
  accept: (reservation: string) => Promise<void>,
): Promise<Reservation> {
  const owner = actorText(by);
  const { station, orderId, barcode, recipient, size, dimensions, service, isPerishable, ageCheck, cashOnDelivery, conditionsUrl } = wish;
  for (let claim = 0; claim < claims; claim++) {
    const header = (step: string) => ({
      "idempotency-key": createHash("sha256").update(`${owner}\n${key}\n${step} ${claim}`).digest("hex"),
      "on-behalf-of": owner,
    });
    const held = await reservations.stations[":station"].holds.$post({
      param: { station },
      header: header("hold"),
      json: { orderId, holdMinutes, ...(size && { size }), ...(dimensions && { dimensions }) },
    });
    if (held.status !== 201) throw await refusalOf("hold for a parcel", held);
    const { id } = await held.json();
    await accept(id);
    const confirmed = await reservations.reservations[":id"].confirm.$post({
      param: { id },
      header: header("confirm"),
      json: {
        recipient,
        barcode,
        dimensions: dimensions ?? null,
        carrier: by.kind === "carrier" ? by.slug : null,
        service,
        isPerishable,
        ...(ageCheck && { ageCheck }),
        ...(cashOnDelivery && { cashOnDelivery }),
        ...(conditionsUrl !== undefined && { conditionsUrl }),
      },
    });
    if (confirmed.status === 200) return confirmed.json();
    if (confirmed.status !== 410) throw await refusalOf("confirm for a parcel", confirmed);
  }
  throw new Refused("not_accepted", "The compartment could not be kept. Try again with a new Idempotency-Key.", { reason: "hold_expired" });
}
