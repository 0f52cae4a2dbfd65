import { publish } from "@pigeonhole/kit/outbox";
import type { Content } from "./channels/channels.ts";
import { after, failed, hopeless, sent, type Channel, type Outcome } from "./domain.ts";
import { MessageEnded } from "./events.ts";
import type { Notifications } from "./needs.ts";
import * as queries from "./queries.ts";
import { write, type Matter, type Place } from "./write.ts";

/** Messages of one channel that are on their way at the same time. */
const atOnce = 20;

/** Sends what is due on one channel. Channels know nothing of each other: one that hangs delays only itself. */
export async function deliverDue(needs: Notifications, channel: Channel): Promise<void> {
  const messages = await queries.takeMessages(needs.db, channel, needs.now(), atOnce);
  await Promise.all(
    messages.map(async (message) => {
      let outcome: Outcome;
      try {
        outcome = await deliver(needs, message);
      } catch (error) {
        needs.log.warn({ err: error, message: message.id, channel, attempts: message.attempts }, "a message could not be written");
        outcome = failed("the message could not be written");
      }
      const at = needs.now();
      const { state, nextAt, error } = after(outcome, message.attempts, at);
      await needs.db.transaction().execute(async (tx) => {
        const isMine = await queries.settle(tx, message.id, { state, next_at: nextAt, sent_at: state === "sent" ? at : null, error });
        if (isMine && state !== "waiting")
          await publish(tx, at, MessageEnded, { message: message.id, channel, template: message.template, state });
      });
      if (state === "failed")
        needs.log.warn(
          { message: message.id, channel, template: message.template, attempts: message.attempts, reason: error },
          "a message was given up",
        );
    }),
  );
}

async function deliver(needs: Notifications, message: queries.MessageRow): Promise<Outcome> {
  const matter = await ask(needs, message);
  if ("kind" in matter) return matter;
  const content = write(matter, message.channel, message.language, needs.channels.publicUrl);
  await queries.keepContent(needs.db, message.id, needs.boxes.content.write(message.id, content));
  if (needs.channels.inbox) return sent;
  return send(needs, message, content);
}

/** What the message says, asked of the neighbours now: a code lives in no row of this module but the sealed message itself. */
async function ask({ boxes, now, access, network }: Notifications, message: queries.MessageRow): Promise<Matter | Outcome> {
  const { template, parcel, generation } = message;
  if (message.sealed_needs === null) throw new Error(`message ${message.id} has lost what it was to say`);
  const known = boxes.needs.read(message.id, message.sealed_needs);
  if ("code" in known) {
    const minutesLeft = Math.round((new Date(known.expiresAt).getTime() - now().getTime()) / 60_000);
    return minutesLeft < 1
      ? hopeless("the code expired before it could be sent")
      : { template: "sign_in_code", code: known.code, minutesLeft };
  }
  const placeOf = async (station: string): Promise<Place> => {
    const found = await network.stations[":station"].$get({ param: { station } });
    if (found.status !== 200) throw new Error(`where a parcel lies: network answered ${found.status}`);
    return found.json();
  };
  const common = { parcel: parcel!, name: known.name, number: known.number, place: await placeOf(known.station) };
  if (template === "station_gone") return { template, ...common };
  if (template === "moved") return { template, ...common, former: (await placeOf(known.former!)).name };
  if (template === "collected") return { template: "collected", ...common, at: new Date(known.at) };
  const shown = await access.parcels[":parcel"].pickup.$get({ param: { parcel: parcel! } });
  if (shown.status === 404 || shown.status === 410) return hopeless("the parcel can no longer be collected with a code");
  if (shown.status !== 200) throw new Error(`code of a parcel: access answered ${shown.status}`);
  const { code, qr, expiresAt, generation: present } = await shown.json();
  if (template === "window_extended") return { template, ...common, expiresAt: new Date(expiresAt) };
  if (template === "sign_in_code") throw new Error(`message ${message.id} is about a parcel and has none of its words`);
  if (present > generation!) return hopeless("a newer code has taken its place");
  return { template, ...common, code, qr, expiresAt: new Date(expiresAt) };
}

async function send(
  { db, boxes, send }: Notifications,
  { id, channel, language, sealed_to, to_hash }: queries.MessageRow,
  content: Content,
): Promise<Outcome> {
  const outgoing = { ...content, id, language, to: boxes.to.read(id, sealed_to) };
  if (channel === "email") return send.email === null ? hopeless("no mail server is configured") : send.email(outgoing);
  if (channel === "sms") return send.sms === null ? hopeless("no text message provider is configured") : send.sms(outgoing);
  if (send.push === null) return hopeless("Web Push is not configured");
  const outcomes: Outcome[] = [];
  for (const { endpoint_hash, sealed } of await queries.subscriptions(db, to_hash)) {
    const outcome = await send.push(boxes.subscription.read(endpoint_hash, sealed), outgoing);
    if (outcome.kind === "gone") await queries.unsubscribe(db, endpoint_hash);
    else outcomes.push(outcome);
  }
  // One browser that has it is enough: the others would get it twice if all were tried again.
  return (
    outcomes.find((outcome) => outcome.kind === "sent") ??
    outcomes.find((outcome) => outcome.kind === "failed" && !outcome.isFinal) ??
    outcomes[0] ??
    hopeless("no browser is subscribed any more")
  );
}
