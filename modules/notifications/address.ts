import type { Recipient } from "@pigeonhole/reservations/contract";
import { maxAttempts, nextTry, type Channel } from "./domain.ts";
import type { Notifications } from "./needs.ts";
import * as queries from "./queries.ts";
import { templates } from "./templates/all.ts";

/** Notices worked on at the same time. */
const atOnce = 20;

/** Finds out whom to tell of what happened, and makes one message per channel, all of them due at once (A5.1). */
export async function addressDue(needs: Notifications): Promise<void> {
  const notices = await queries.takeNotices(needs.db, needs.now(), atOnce);
  await Promise.all(
    notices.map(async (notice) => {
      try {
        await address(needs, notice);
      } catch (error) {
        const isOver = notice.attempts >= maxAttempts;
        needs.log[isOver ? "error" : "warn"](
          { err: error, notice: notice.id, attempts: notice.attempts },
          isOver ? "nobody could be told of a notice" : "a notice could not be addressed; it is tried again",
        );
        await queries.changeNotice(needs.db, notice.id, {
          next_at: nextTry(needs.now(), notice.attempts),
          error: "whom to tell could not be found out",
          ...(isOver ? { ended_at: needs.now() } : {}),
        });
      }
    }),
  );
}

/** Whom the news are for, and what of the parcel the message names. */
async function addressee({ boxes, parcels }: Notifications, notice: queries.NoticeRow) {
  const given: Recipient | undefined =
    notice.sealed_recipient === null ? undefined : boxes.recipient.read(notice.event, notice.sealed_recipient);
  if (notice.parcel === null) return { recipient: given ?? null, station: notice.station, number: "" };
  const answer = await parcels.internal.parcels[":id"].recipient.$get({ param: { id: notice.parcel } });
  if (answer.status !== 200) throw new Error(`whom to tell of parcel ${notice.parcel}: parcels answered ${answer.status}`);
  const { recipient, station, number } = await answer.json();
  return { recipient: given ?? recipient, station: notice.station ?? station, number };
}

async function address(needs: Notifications, notice: queries.NoticeRow): Promise<void> {
  const { db, now, newId, boxes, channels } = needs;
  const { recipient, station, number } = await addressee(needs, notice);
  if (station === null) throw new Error(`notice ${notice.id} is about no parcel and names no station`);
  const hasBrowsers = recipient !== null && (await queries.subscriptions(db, boxes.toHash(recipient.email))).length > 0;
  // A mail that cannot leave for want of a mail server is on record as failed; the other channels are extras.
  const isOpen: Readonly<Record<Channel, boolean>> = {
    email: true,
    sms: recipient?.phone != null && (channels.inbox || channels.sms !== null),
    push: hasBrowsers && (channels.inbox || channels.push !== null),
  };
  await db.transaction().execute(async (tx) => {
    const at = now();
    const messages =
      recipient === null
        ? []
        : templates[notice.template].atOnce
            .filter((channel) => isOpen[channel])
            .map((channel) => {
              const id = newId();
              const to = channel === "sms" ? recipient.phone! : recipient.email;
              return {
                id,
                event: notice.event,
                template: notice.template,
                channel,
                state: "waiting" as const,
                parcel: notice.parcel,
                generation: notice.generation,
                language: recipient.language,
                sealed_to: boxes.to.write(id, to),
                to_hash: boxes.toHash(to),
                sealed_needs: boxes.needs.write(id, {
                  name: recipient.name,
                  number,
                  station,
                  former: notice.former,
                  at: notice.happened_at.toISOString(),
                  details: notice.sealed_details === null ? {} : boxes.details.read(notice.event, notice.sealed_details),
                }),
                sealed_content: null,
                created_at: at,
                next_at: at,
                sent_at: null,
                error: null,
              };
            });
    await queries.insertMessages(tx, messages);
    await queries.changeNotice(tx, notice.id, { ended_at: at, error: null });
  });
}
