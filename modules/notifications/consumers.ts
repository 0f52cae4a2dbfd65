import { PickupReady, WindowMoved } from "@pigeonhole/access/events";
import { SignInCodeRequested } from "@pigeonhole/identity/events";
import type { Tx } from "@pigeonhole/kit/db";
import { on, type Consumer } from "@pigeonhole/kit/outbox";
import { ParcelMoved } from "@pigeonhole/parcels/events";
import { Ended, Moved } from "@pigeonhole/reservations/events";
import { z } from "zod";
import { isTold } from "./domain.ts";
import * as queries from "./queries.ts";
import { sealing } from "./sealing.ts";
import type { Tables } from "./tables.ts";
import { tell, type Telling } from "./telling.ts";

const SignIn = z.object({ email: z.string(), code: z.string() });

/** Facts become rows here, nothing more: whom to tell is asked, and what to say is written, when a job runs. */
export const notificationsConsumer = (needs: Telling): Consumer => ({
  name: "notifications",
  handlers: [
    on(SignInCodeRequested, async (tx: Tx<Tables>, { request, sealed, language, expiresAt }, event) => {
      const { now, newId, seal } = needs;
      const { email, code } = SignIn.parse(JSON.parse(seal.open(`identity.sign_in_code|${request}`, sealed)));
      const boxes = sealing(seal);
      const id = newId();
      await queries.insertMessages(tx, [
        {
          id,
          event: event.id,
          template: "sign_in_code",
          channel: "email",
          state: "waiting",
          parcel: null,
          generation: null,
          language,
          created_at: now(),
          next_at: now(),
          sent_at: null,
          error: null,
          sealed_to: boxes.to.write(id, email),
          to_hash: boxes.toHash(email),
          sealed_needs: boxes.needs.write(id, { code, expiresAt }),
          sealed_content: null,
        },
      ]);
    }),
    on(PickupReady, (tx: Tx<Tables>, { parcel, generation, reason }, event) =>
      tell(tx, needs, event, { template: reason === "deposited" ? "pickup_ready" : "code_reissued", parcel, generation }),
    ),
    on(WindowMoved, async (tx: Tx<Tables>, window, event) => {
      if (isTold(window)) await tell(tx, needs, event, { template: "window_extended", parcel: window.parcel });
    }),
    // Always: whoever ordered chose a place, or was told of one by the shop.
    on(Moved, (tx: Tx<Tables>, { parcel, from, to }, event) =>
      tell(tx, needs, event, { template: "moved", parcel, station: to.station, former: from.station }),
    ),
    on(Ended, async (tx: Tx<Tables>, { parcel, station, reason }, event) => {
      if (reason === "station_gone" && parcel !== null) await tell(tx, needs, event, { template: "station_gone", parcel, station });
    }),
    on(ParcelMoved, async (tx: Tx<Tables>, { parcel, to }, event) => {
      if (to === "collected") await tell(tx, needs, event, { template: "collected", parcel });
    }),
  ],
});
