import { unlessErased, type PersonSeal } from "@pigeonhole/kit/personal/personal";
import { sealedFor } from "@pigeonhole/kit/personal/sealed";
import { Recipient } from "@pigeonhole/reservations/contract";
import { choose, priorityOf } from "./choosing.ts";
import { maxAttempts, mostWaiting, nextTry, type Channel } from "./domain.ts";
import type { Notifications } from "./needs.ts";
import { quietIn, wishesOf } from "./preferences/queries.ts";
import { badOf } from "./queries/addresses.ts";
import * as messages from "./queries/messages.ts";
import * as notices from "./queries/notices.ts";
import { subscriptions } from "./queries/subscriptions.ts";
import { afterQuiet, type Quiet } from "./quiet.ts";
import { reminderOf, whenToTell } from "./reminders/telling.ts";
import { templates } from "./templates/all.ts";

/** Notices worked on at the same time. */
const atOnce = 20;

/** Finds out whom to tell of what happened, and makes one message per channel (A5.1). */
export async function addressDue(needs: Notifications): Promise<void> {
  const due = await notices.take(needs.db, needs.now(), atOnce);
  await Promise.all(
    due.map(async (notice) => {
      try {
        await address(needs, notice);
      } catch (error) {
        const isOver = notice.attempts >= maxAttempts;
        needs.log[isOver ? "error" : "warn"](
          { err: error, notice: notice.id, attempts: notice.attempts },
          isOver ? "nobody could be told of a notice" : "a notice could not be addressed; it is tried again",
        );
        await notices.change(needs.db, notice.id, {
          next_at: nextTry(needs.now(), notice.attempts),
          error: "whom to tell could not be found out",
          ...(isOver ? { ended_at: needs.now() } : {}),
        });
      }
    }),
  );
}

interface Addressee {
  readonly recipient: Recipient | null;
  readonly subject: string | null;
  readonly station: string | null;
  readonly number: string;
  /** Details of their own. */
  readonly more?: Readonly<Record<string, string>>;
}

/** What lies there is no parcel but what a customer has put in: they are told. */
async function owner({ db, personal, returns }: Notifications, id: string): Promise<Addressee> {
  const answer = await returns.internal.returns[":id"].customer.$get({ param: { id } });
  if (answer.status !== 200) throw new Error(`whom to tell of ${id}, which is no parcel: returns answered ${answer.status}`);
  const { sealedCustomer, subject, station, number, kind } = await answer.json();
  const opened = sealedCustomer === null ? undefined : await unlessErased(personal.open(db, `returns.customer|${id}`, sealedCustomer));
  const recipient = opened === undefined ? null : Recipient.parse(JSON.parse(opened));
  return { recipient, subject, station, number, more: { return: id, kind } };
}

/** Whom the news are for, and what of the parcel the message names. */
async function addressee(needs: Notifications, notice: notices.NoticeRow): Promise<Addressee> {
  const { db, boxes, parcels } = needs;
  const given: Recipient | undefined =
    notice.sealed_recipient === null ? undefined : await unlessErased(boxes.recipient.read(db, notice.event, notice.sealed_recipient));
  const theirs = notice.sealed_recipient === null ? undefined : sealedFor(notice.sealed_recipient)?.subject;
  if (notice.parcel === null) return { recipient: given ?? null, subject: theirs ?? null, station: notice.station, number: "" };
  const answer = await parcels.internal.parcels[":id"].recipient.$get({ param: { id: notice.parcel } });
  if (Number(answer.status) === 404) return owner(needs, notice.parcel);
  if (answer.status !== 200) throw new Error(`whom to tell of parcel ${notice.parcel}: parcels answered ${answer.status}`);
  const { recipient, subject, station, number } = await answer.json();
  const whom = notice.sealed_recipient === null ? { recipient, subject } : { recipient: given ?? null, subject: theirs ?? null };
  return { ...whom, station: notice.station ?? station, number };
}

/** The channels by which somebody can be reached at all. A mail that cannot leave for want of a mail server is on record as failed. */
async function openFor({ db, boxes, channels }: Notifications, { email, phone }: Recipient): Promise<readonly Channel[]> {
  const hasBrowsers = (await subscriptions(db, boxes.toHash(email))).length > 0;
  return [
    "email",
    ...(phone !== null && (channels.inbox || channels.sms !== null) ? (["sms"] as const) : []),
    ...(hasBrowsers && (channels.inbox || channels.push !== null) ? (["push"] as const) : []),
  ];
}

/** Under whose key the messages are sealed. Undefined when the person was erased since; whoever has no key yet gets one. */
const personOf = ({ db, personal }: Notifications, recipient: Recipient, subject: string | null): Promise<PersonSeal | undefined> =>
  subject === null ? db.transaction().execute((tx) => personal.subjectOf(tx, recipient)) : unlessErased(personal.of(db, subject));

async function zoneOf({ network }: Notifications, station: string): Promise<string> {
  const found = await network.stations[":station"].$get({ param: { station } });
  if (found.status !== 200) throw new Error(`the time zone of a station: network answered ${found.status}`);
  return (await found.json()).timeZone;
}

async function address(needs: Notifications, notice: notices.NoticeRow): Promise<void> {
  const { db, now, newId, boxes } = needs;
  const template = templates[notice.template];
  const over = (error: string | null) => notices.change(db, notice.id, { ended_at: now(), error });
  const { recipient, subject, station, number, more = {} } = await addressee(needs, notice);
  // Only staff are told of what is about no place.
  if (station === null && template.reader !== "staff") throw new Error(`notice ${notice.id} is about no parcel and names no station`);
  if (recipient === null) return void (await over("nobody is to be told any more"));
  const person = await personOf(needs, recipient, subject);
  if (person === undefined) return void (await over("nobody is to be told any more"));
  const recipientHash = boxes.toHash(recipient.email);
  const wishes = await wishesOf(db, recipientHash);
  if (template.kind === "reminder" && !wishes.reminders) return void (await over("the recipient wants no reminders"));
  const at = now();
  // A code is waited for, an alarm cannot wait; by day everything may leave.
  const isUrgent = template.kind === "code" || template.kind === "alarm";
  let quiet: Quiet | null = null;
  if (!isUrgent) quiet = quietIn(wishes, station === null ? "UTC" : await zoneOf(needs, station));
  const reminder = reminderOf(notice);
  if (reminder !== null) {
    const when = await whenToTell(db, reminder, at, quiet!);
    if (when.kind === "never") return void (await over(when.why));
    if (when.at > at) return void (await notices.change(db, notice.id, { next_at: when.at, attempts: 0, error: null }));
    quiet = null;
  }
  const hashes = [recipient.email, ...(recipient.phone === null ? [] : [recipient.phone])].map(boxes.toHash);
  const chosen = choose(template, wishes, await openFor(needs, recipient), await badOf(db, hashes));
  const made: Parameters<typeof messages.insert>[1][number][] = [];
  for (const channel of [...chosen.atOnce, ...chosen.standBy]) {
    const isFull = !isUrgent && (await messages.isFull(db, channel, mostWaiting));
    const id = newId();
    const to = channel === "sms" ? recipient.phone! : recipient.email;
    made.push({
      id,
      event: notice.event,
      template: notice.template,
      channel,
      state: isFull ? "failed" : chosen.atOnce.includes(channel) ? "waiting" : "stands_by",
      priority: priorityOf[template.kind],
      parcel: notice.parcel,
      generation: notice.generation,
      language: wishes.language ?? recipient.language,
      subject: person.subject,
      sealed_to: boxes.to.write(person, id, to),
      to_hash: boxes.toHash(to),
      recipient_hash: recipientHash,
      sealed_needs: boxes.needs.write(person, id, {
        name: recipient.name,
        number,
        station,
        former: notice.former,
        at: notice.happened_at.toISOString(),
        details: { ...(notice.sealed_details === null ? {} : await boxes.details.read(db, notice.event, notice.sealed_details)), ...more },
      }),
      sealed_content: null,
      created_at: at,
      // A mail wakes nobody; a telephone does.
      next_at: quiet === null || channel === "email" ? at : afterQuiet(at, quiet),
      sent_at: null,
      error: isFull ? "too many messages wait for this channel" : null,
    });
  }
  await db.transaction().execute(async (tx) => {
    if (notice.parcel !== null && template.asks !== "nothing")
      await messages.replaceOlder(tx, notice.parcel, notice.template, notice.event);
    await messages.insert(tx, made);
    await notices.change(tx, notice.id, { ended_at: at, error: null });
  });
}
