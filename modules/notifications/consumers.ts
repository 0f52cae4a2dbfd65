import { CommandGiven, ConditionMoved, PickupReady, ProxyChanged, ProxyTold, WindowExtended, WindowMoved } from "@pigeonhole/access/events";
import { ProblemSettled } from "@pigeonhole/couriers/events";
import { SignInCodeRequested } from "@pigeonhole/identity/events";
import type { Tx } from "@pigeonhole/kit/db";
import { on, type Consumer } from "@pigeonhole/kit/outbox";
import { unlessErased } from "@pigeonhole/kit/personal/personal";
import { writeToken } from "@pigeonhole/kit/token";
import type { ParcelState } from "@pigeonhole/parcels/contract";
import { Broken } from "@pigeonhole/invariants/events";
import { StationMoved } from "@pigeonhole/network/events";
import { consentPurpose } from "@pigeonhole/parcels/redirects/contract";
import { ParcelMoved, Recalled, RedirectMoved } from "@pigeonhole/parcels/events";
import { Erased } from "@pigeonhole/privacy/events";
import { Ended, Moved } from "@pigeonhole/reservations/events";
import { z } from "zod";
import { hindranceToTell, pauseToTell } from "./domain.ts";
import { forgetPerson } from "./queries/persons.ts";
import { priorityOf } from "./choosing.ts";
import * as messages from "./queries/messages.ts";
import * as notices from "./queries/notices.ts";
import * as reminders from "./reminders/queries.ts";
import { returnHandlers } from "./returns.ts";
import { sealing } from "./sealing.ts";
import type { Tables } from "./tables.ts";
import { tell, type Telling } from "./telling.ts";
import { whileItWaits } from "./templates/all.ts";

/** States in which a parcel may still be collected with its code, or does not lie there yet. */
const waits: readonly ParcelState[] = ["reserved", "shipped", "delivered", "stored"];
/** Whoever is on duty is told of what is broken once in so long, in milliseconds, and in so many letters. */
const broken = { everyMs: 3_600_000, most: 500 } as const;
const SignIn = z.object({ email: z.string(), code: z.string() });

/** Facts become rows here, nothing more: whom to tell is asked, and what to say is written, when a job runs. */
export const notificationsConsumer = (needs: Telling): Consumer => ({
  name: "notifications",
  handlers: [
    on(SignInCodeRequested, async (tx: Tx<Tables>, { request, sealed, language, expiresAt }, event) => {
      const { now, newId, seal, personal } = needs;
      const opened = await unlessErased(personal.open(tx, `identity.sign_in_code|${request}`, sealed));
      if (opened === undefined) return;
      const { email, code } = SignIn.parse(JSON.parse(opened));
      const person = await personal.subjectOf(tx, { email });
      const boxes = sealing(seal, personal);
      const id = newId();
      await messages.insert(tx, [
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
          subject: person.subject,
          sealed_to: boxes.to.write(person, id, email),
          to_hash: boxes.toHash(email),
          recipient_hash: boxes.toHash(email),
          priority: priorityOf.sign_in,
          sealed_needs: boxes.needs.write(person, id, { code, expiresAt }),
          sealed_content: null,
        },
      ]);
    }),
    // Whatever the door did: that it was asked to open is told, and only "nothing can have happened" is not.
    on(CommandGiven, async (tx: Tx<Tables>, { purpose, parcel, outcome }, event) => {
      const isOpened = purpose === "service" && (outcome === "opened" || outcome === "unknown");
      if (isOpened && parcel !== null) await tell(tx, needs, event, { template: "opened_by_staff", parcel });
    }),
    // Once per case: a station that is suspended already is not suspended again.
    on(StationMoved, async (tx: Tx<Tables>, { station, to, cause }, event) => {
      if (to !== "suspended" || cause !== "tamper" || needs.duty === null) return;
      await tell(tx, needs, event, { template: "station_tampered", parcel: null, to: needs.duty, station, details: { station } });
    }),
    // A thousand breaches have one cause: the first is told, and all of them stand with the tasks.
    on(Broken, async (tx: Tx<Tables>, { invariant, says, what }, event) => {
      if (needs.duty === null) return;
      if (await notices.wasTold(tx, "invariant_broken", new Date(event.occurredAt.getTime() - broken.everyMs), event.occurredAt)) return;
      const details = { invariant, says: says.slice(0, broken.most), what: what.slice(0, broken.most) };
      await tell(tx, needs, event, { template: "invariant_broken", parcel: null, to: needs.duty, details });
    }),
    // Its owner hears of it by name; whoever may collect hears of nothing but the place.
    on(ProxyChanged, async (tx: Tx<Tables>, { parcel, proxy, station, change, sealed }, event) => {
      const opened = sealed === null ? undefined : await unlessErased(needs.personal.open(tx, `access.proxy_told|${proxy}`, sealed));
      if (opened === undefined || change === "collected") return;
      const { name, email, language, token } = ProxyTold.parse(JSON.parse(opened));
      const isNamed = change === "named";
      await tell(tx, needs, event, { template: isNamed ? "proxy_named" : "proxy_revoked", parcel, details: { who: name } });
      if (email === null) return;
      const theirs = { parcel, station, to: { name, email, phone: null, language }, details: isNamed ? { token } : {} };
      await tell(tx, needs, event, { template: isNamed ? "proxy_invited" : "proxy_dismissed", ...theirs });
    }),
    // Somebody else's proposal: its recipient answers by one tap.
    on(RedirectMoved, async (tx: Tx<Tables>, { redirect, parcel, station, fromStation, from, to, isInside, until }, event) => {
      if (from !== null || to !== "proposed" || until === null) return;
      const token = writeToken(needs.seal, consentPurpose, redirect);
      const details = { token, until, isInside: isInside ? "yes" : "no" };
      await tell(tx, needs, event, { template: "redirect_proposed", parcel, station, former: fromStation, details });
    }),
    on(Erased, async (tx: Tx<Tables>, { subject }) => forgetPerson(tx, subject)),
    on(PickupReady, async (tx: Tx<Tables>, { parcel, generation, reason, station, expiresAt }, event) => {
      await tell(tx, needs, event, { template: reason === "deposited" ? "pickup_ready" : "code_reissued", parcel, generation });
      const window = { parcel, station, beganAt: event.occurredAt, expiresAt: new Date(expiresAt), isStopped: false, pauses: [] };
      if (reason === "deposited") await reminders.keep(tx, window, "began", needs.now());
    }),
    // The last of what was missing: from now on the code that they have opens the door.
    on(ConditionMoved, async (tx: Tx<Tables>, { parcel, proxy, to, held, isInside }, event) => {
      if (to === "met" && isInside && held.length === 0 && proxy === null) await tell(tx, needs, event, { template: "released", parcel });
    }),
    on(WindowMoved, async (tx: Tx<Tables>, window, event) => {
      const { parcel, station, expiresAt, isStopped } = window;
      const pauses = window.pauses
        .map(({ from, to }) => ({ from: new Date(from), to: to === null ? null : new Date(to) }))
        .filter(({ to }) => to === null || to > event.occurredAt);
      const moved = { parcel, station, beganAt: event.occurredAt, expiresAt: new Date(expiresAt), isStopped, pauses };
      await reminders.keep(tx, moved, "moved", needs.now());
      const hindrance = hindranceToTell(window);
      if (hindrance !== null && (await reminders.isNewHindrance(tx, parcel, hindrance)))
        await tell(tx, needs, event, { template: "hindered", parcel });
      const over = pauseToTell(window, event.occurredAt);
      if (over !== null && (await reminders.isNewPause(tx, parcel, over)))
        await tell(tx, needs, event, { template: "window_extended", parcel });
    }),
    on(WindowExtended, (tx: Tx<Tables>, { parcel }, event) => tell(tx, needs, event, { template: "more_time", parcel })),
    // Always: whoever ordered chose a place, or was told of one by the shop. Another door of the same station is no news to them.
    on(Moved, async (tx: Tx<Tables>, { parcel, from, to, why, isReturn }, event) => {
      if (isReturn) return;
      const template = why === "diverted" || why === "redirected" ? why : "moved";
      const place = { parcel, station: to.station, former: from.station };
      if (from.station !== to.station) await tell(tx, needs, event, { template, ...place, details: { why } });
    }),
    on(ProblemSettled, async (tx: Tx<Tables>, { parcel, station, outcome }, event) => {
      if (outcome === "taken_back") await tell(tx, needs, event, { template: "delayed", parcel, station });
    }),
    on(Ended, async (tx: Tx<Tables>, { parcel, station, reason, isReturn }, event) => {
      if (parcel === null || isReturn) return;
      if (reason === "station_gone") await tell(tx, needs, event, { template: "station_gone", parcel, station });
      if (reason === "cancelled") await tell(tx, needs, event, { template: "cancelled", parcel, station });
      if (reason === "lapsed") await tell(tx, needs, event, { template: "not_delivered", parcel, station });
    }),
    // What goes to another station is told by the one who asked for it, or agreed; the others learn here that their code is dead.
    on(Recalled, async (tx: Tx<Tables>, { parcel, station, reason }, event) => {
      if (reason === "redirected") return;
      await reminders.end(tx, parcel, event.occurredAt, null);
      await notices.overtake(tx, parcel, whileItWaits, needs.now());
      await messages.overtake(tx, parcel, whileItWaits);
      await tell(tx, needs, event, { template: "called_back", parcel, station, details: { why: reason } });
    }),
    ...returnHandlers(needs),
    on(ParcelMoved, async (tx: Tx<Tables>, { parcel, from, to }, event) => {
      if (waits.includes(to)) return;
      await reminders.end(tx, parcel, event.occurredAt, to === "collected" ? event.occurredAt : null);
      await notices.overtake(tx, parcel, whileItWaits, needs.now());
      await messages.overtake(tx, parcel, whileItWaits);
      if (to === "collected") await notices.acknowledge(tx, parcel, "collected", event.occurredAt);
      if (to === "missing") await tell(tx, needs, event, { template: "missing", parcel });
      if (to === "collected" || (to === "expired" && from === "stored")) await tell(tx, needs, event, { template: to, parcel });
    }),
  ],
});
