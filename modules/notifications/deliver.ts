import { publish } from "@pigeonhole/kit/outbox";
import { ask } from "./asking.ts";
import type { Content } from "./channels/channels.ts";
import { after, failed, hopeless, sent, type Channel, type Outcome } from "./domain.ts";
import { MessageEnded } from "./events.ts";
import type { Notifications } from "./needs.ts";
import * as queries from "./queries.ts";
import { write } from "./writing/write.ts";

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
  const asked = await ask(needs, message);
  if ("kind" in asked) return asked;
  const { template, channel, language } = message;
  const content = write({ template, about: asked.about, channel, language, publicUrl: needs.channels.publicUrl });
  await queries.keepContent(needs.db, message.id, needs.boxes.content.write(message.id, content));
  if (needs.channels.inbox) return sent;
  return send(needs, message, content);
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
