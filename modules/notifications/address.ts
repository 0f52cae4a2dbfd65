import { channelsFor, maxAttempts, nextTry, type Channel } from "./domain.ts";
import type { Notifications } from "./needs.ts";
import * as queries from "./queries.ts";

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

async function address({ db, now, newId, boxes, channels, parcels }: Notifications, notice: queries.NoticeRow): Promise<void> {
  const answer = await parcels.internal.parcels[":id"].recipient.$get({ param: { id: notice.parcel } });
  if (answer.status !== 200) throw new Error(`whom to tell of parcel ${notice.parcel}: parcels answered ${answer.status}`);
  const { recipient, station, number } = await answer.json();
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
        : channelsFor[notice.template]
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
                  station: notice.station ?? station,
                  former: notice.former,
                  at: notice.happened_at.toISOString(),
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
