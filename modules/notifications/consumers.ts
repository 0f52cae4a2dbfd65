import { PickupReady, WindowMoved } from "@pigeonhole/access/events";
import { SignInCodeRequested } from "@pigeonhole/identity/events";
import type { Now } from "@pigeonhole/kit/clock";
import type { Tx } from "@pigeonhole/kit/db";
import type { NewId } from "@pigeonhole/kit/ids";
import { on, type Consumer } from "@pigeonhole/kit/outbox";
import type { Seal } from "@pigeonhole/kit/seal";
import { ParcelMoved } from "@pigeonhole/parcels/events";
import { Ended, Moved } from "@pigeonhole/reservations/events";
import { z } from "zod";
import { isTold } from "./domain.ts";
import * as queries from "./queries.ts";
import { sealing } from "./sealing.ts";
import type { Tables } from "./tables.ts";

const SignIn = z.object({ email: z.string(), code: z.string() });

interface Needs {
  readonly now: Now;
  readonly newId: NewId;
  readonly seal: Seal;
}

/** Facts become rows here, nothing more: whom to tell is asked, and what to say is written, when a job runs. */
export const notificationsConsumer = ({ now, newId, seal }: Needs): Consumer => ({
  name: "notifications",
  handlers: [
    on(SignInCodeRequested, async (tx: Tx<Tables>, { request, sealed, language, expiresAt }, event) => {
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
    on(PickupReady, async (tx: Tx<Tables>, { parcel, generation, reason }, event) => {
      const template = reason === "deposited" ? "pickup_ready" : "code_reissued";
      await queries.notice(tx, {
        id: newId(),
        event: event.id,
        template,
        parcel,
        generation,
        happened_at: event.occurredAt,
        next_at: now(),
        ended_at: null,
        error: null,
      });
    }),
    on(WindowMoved, async (tx: Tx<Tables>, moved, event) => {
      if (!isTold(moved)) return;
      await queries.notice(tx, {
        id: newId(),
        event: event.id,
        template: "window_extended",
        parcel: moved.parcel,
        generation: null,
        happened_at: event.occurredAt,
        next_at: now(),
        ended_at: null,
        error: null,
      });
    }),
    // Always: whoever ordered chose a place, or was told of one by the shop.
    on(Moved, async (tx: Tx<Tables>, { parcel, from, to }, event) => {
      await queries.notice(tx, {
        id: newId(),
        event: event.id,
        template: "moved",
        parcel,
        generation: null,
        station: to.station,
        former: from.station,
        happened_at: event.occurredAt,
        next_at: now(),
        ended_at: null,
        error: null,
      });
    }),
    on(Ended, async (tx: Tx<Tables>, { parcel, station, reason }, event) => {
      if (reason !== "station_gone" || parcel === null) return;
      await queries.notice(tx, {
        id: newId(),
        event: event.id,
        template: "station_gone",
        parcel,
        generation: null,
        station,
        happened_at: event.occurredAt,
        next_at: now(),
        ended_at: null,
        error: null,
      });
    }),
    on(ParcelMoved, async (tx: Tx<Tables>, { parcel, to }, event) => {
      if (to !== "collected") return;
      await queries.notice(tx, {
        id: newId(),
        event: event.id,
        template: "collected",
        parcel,
        generation: null,
        happened_at: event.occurredAt,
        next_at: now(),
        ended_at: null,
        error: null,
      });
    }),
  ],
});
