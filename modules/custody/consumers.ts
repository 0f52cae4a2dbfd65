import { Attested } from "@pigeonhole/devices/events";
import type { Now } from "@pigeonhole/kit/clock";
import type { Tx } from "@pigeonhole/kit/db";
import { on, type Consumer } from "@pigeonhole/kit/outbox";
import { ParcelMoved } from "@pigeonhole/parcels/events";
import { ReturnMoved } from "@pigeonhole/returns/events";
import { firstHolder } from "./domain.ts";
import type { EarlyNews, Keeping } from "./keeping.ts";
import * as write from "./queries/write.ts";
import type { Tables } from "./tables.ts";

/** Orders and routes as parcels tells them, and what stations have signed: every hand-over that the network knows of. */
export const custodyConsumer = ({ now, keep }: { readonly now: Now; readonly keep: Keeping }): Consumer => ({
  name: "custody",
  handlers: [
    on(ParcelMoved, async (tx: Tx<Tables>, { parcel: id, number, owner, carrier, from, to }, { occurredAt }) => {
      const at = occurredAt.toISOString();
      if (from !== null && to !== "shipped") return;
      await write.holdStill(tx, id);
      if (from === null && (await write.addParcel(tx, { id, number, owner, carrier }))) {
        await keep.begin(tx, { id, number }, firstHolder(owner, carrier), at);
        for (const news of await write.takeEarly(tx, id)) await keep.hear(tx, id, news as EarlyNews, now());
      }
      if (to === "shipped" && carrier !== null) await keep.hear(tx, id, { kind: "shipped", carrier, at }, now());
    }),
    // Its own way begins with whoever put it in.
    on(ReturnMoved, async (tx: Tx<Tables>, { parcel: id, number, owner, customer, carrier, kind, to }, { occurredAt }) => {
      if (!["dropped_off", "retrieved", "received"].includes(to)) return;
      await write.holdStill(tx, id);
      const at = occurredAt.toISOString();
      if (to === "dropped_off" && (await write.addParcel(tx, { id, number, owner, carrier, customer }))) {
        await keep.begin(tx, { id, number }, { kind: "customer", id: null }, at);
        for (const news of await write.takeEarly(tx, id)) await keep.hear(tx, id, news as EarlyNews, now());
      }
      if (carrier !== null) await write.setCarrier(tx, id, carrier);
      if (to === "received" && kind === "return" && owner.startsWith("shop:"))
        await keep.hear(tx, id, { kind: "handed_over", shop: owner.slice("shop:".length), at }, now());
    }),
    on(Attested, async (tx: Tx<Tables>, { parcel, envelope, certificate }) => {
      await write.holdStill(tx, parcel);
      await keep.hear(tx, parcel, { kind: "attested", envelope, certificate }, now());
    }),
  ],
});
