import { ConditionMoved, WindowMoved } from "@pigeonhole/access/events";
import type { Now } from "@pigeonhole/kit/clock";
import type { Tx } from "@pigeonhole/kit/db";
import type { NewId } from "@pigeonhole/kit/ids";
import { on, type Consumer } from "@pigeonhole/kit/outbox";
import { CancellationMoved, ParcelMoved, Recalled, Redirected } from "@pigeonhole/parcels/events";
import { ReturnMoved } from "@pigeonhole/returns/events";
import { toldReturnStates } from "./contract.ts";
import type { Outgoing } from "./outgoing.ts";
import * as queries from "./queries/deliveries.ts";
import { parcelOf, rememberParcel } from "./queries/parcels.ts";
import type { Tables } from "./tables.ts";

type Write = Tx<Tables>;

/** Facts become events for those whom they concern: whoever owns the parcel, and the carrier who brings it. */
export const webhooksConsumer = ({ now, newId }: { readonly now: Now; readonly newId: NewId }): Consumer => {
  const tell = async (tx: Write, parcel: string, outgoing: Outgoing): Promise<void> => {
    const known = await parcelOf(tx, parcel);
    if (known) await queries.insert(tx, newId, { ...outgoing, data: { parcel, number: known.number, ...outgoing.data } }, known, now());
  };
  return {
    name: "webhooks",
    handlers: [
      on(
        ParcelMoved,
        async (tx: Write, { parcel, reservation, station, compartment, owner, carrier, number, from, to, expiresAt }, fact) => {
          await rememberParcel(tx, { id: parcel, owner, carrier, number });
          const data = { reservation, station, compartment, from, state: to, expiresAt };
          await tell(tx, parcel, { event: fact.id, type: `parcel.${to}`, at: fact.occurredAt, data });
        },
      ),
      on(ReturnMoved, async (tx: Write, moved, fact) => {
        const { parcel, owner, carrier, number, of, orderId, station, compartment, until, from, to, ending } = moved;
        await rememberParcel(tx, { id: parcel, owner, carrier, number });
        const state = toldReturnStates.find((told) => told === to);
        const data = { return: parcel, of, orderId, station, compartment, until, from, state: to, ending };
        if (state) await tell(tx, parcel, { event: fact.id, type: `return.${state}`, at: fact.occurredAt, data });
      }),
      on(WindowMoved, (tx: Write, { parcel, station, expiresAt, isStopped }, fact) =>
        tell(tx, parcel, { event: fact.id, type: "parcel.window_moved", at: fact.occurredAt, data: { station, expiresAt, isStopped } }),
      ),
      on(Redirected, (tx: Write, { parcel, reservation, from, station, compartment }, fact) =>
        tell(tx, parcel, {
          event: fact.id,
          type: "parcel.redirected",
          at: fact.occurredAt,
          data: { reservation, from, station, compartment },
        }),
      ),
      // A shop that was paid for it pays back when `refundDue` is true, and not before: until then its recipient may still come first.
      on(CancellationMoved, (tx: Write, { parcel, reason, to, refundDue }, fact) =>
        tell(tx, parcel, { event: fact.id, type: "parcel.cancellation", at: fact.occurredAt, data: { state: to, refundDue, reason } }),
      ),
      // What the shop itself asked for it knows.
      on(ConditionMoved, async (tx: Write, { parcel, condition, kind, proxy, from, to, held }, fact) => {
        const data = { condition, kind, proxy, state: to, missing: held };
        if (from !== null) await tell(tx, parcel, { event: fact.id, type: "parcel.condition", at: fact.occurredAt, data });
      }),
      on(Recalled, (tx: Write, { parcel, station, compartment, reason }, fact) =>
        tell(tx, parcel, { event: fact.id, type: "parcel.recalled", at: fact.occurredAt, data: { station, compartment, reason } }),
      ),
    ],
  };
};
