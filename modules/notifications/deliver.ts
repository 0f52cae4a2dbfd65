import type { PersonSeal } from "@pigeonhole/kit/personal/personal";
import { publish } from "@pigeonhole/kit/outbox";
import { ask } from "./asking.ts";
import type { Content } from "./channels/channels.ts";
import {
  after,
  failed,
  hopeless,
  lateCodeMinutes,
  maxUnknowns,
  opensAfter,
  overtaken,
  sent,
  type Channel,
  type Outcome,
} from "./domain.ts";
import { MessageEnded } from "./events.ts";
import type { Notifications } from "./needs.ts";
import * as circuits from "./queries/circuits.ts";
import * as messages from "./queries/messages.ts";
import { subscriptions, unsubscribe } from "./queries/subscriptions.ts";
import { notTrue, reminderOf } from "./reminders/telling.ts";
import { templates } from "./templates/all.ts";
import { write } from "./writing/write.ts";

/** Messages of one channel that are on their way at the same time. */
const atOnce = 20;
/** Rounds in one go, while there is more. */
const rounds = 10;

/**
 * Sends what is due on one channel. Channels know nothing of each other: one that hangs delays only itself. While a provider is away one message
 * after another tries whether it is back; the others wait, and lose nothing by it.
 */
export async function deliverDue(needs: Notifications, channel: Channel): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const circuit = await circuits.of(needs.db, channel);
    const isProbe = (circuit?.failures ?? 0) >= opensAfter;
    if (circuit?.open_until && circuit.open_until > needs.now()) return;
    const taken = await messages.take(needs.db, channel, needs.now(), isProbe ? 1 : atOnce);
    if (taken.length === 0) return;
    const outcomes = await Promise.all(taken.map((message) => attempt(needs, message)));
    const [gone] = outcomes.filter((outcome) => outcome?.kind === "away" || outcome?.kind === "unknown");
    const isThere = outcomes.some((outcome) => outcome?.kind === "sent" || outcome?.kind === "failed");
    if (isThere) await circuits.close(needs.db, channel, needs.now());
    else if (gone && "error" in gone) await circuits.fail(needs.db, channel, needs.now(), outcomes.length, gone.error);
    if (taken.length < atOnce && !isProbe) return;
  }
}

/** What came of it, as far as it says something of the provider; null when it failed on our side. */
async function attempt(needs: Notifications, message: messages.MessageRow): Promise<Outcome | null> {
  try {
    const outcome = await deliver(needs, message);
    await record(needs, message, outcome);
    return outcome;
  } catch (error) {
    const { id, channel, attempts } = message;
    needs.log.warn({ err: error, message: id, channel, attempts }, "a message could not be written");
    await record(needs, message, failed("the message could not be written"));
    return null;
  }
}

async function record(needs: Notifications, message: messages.MessageRow, outcome: Outcome): Promise<void> {
  const at = needs.now();
  const { id, channel, template, attempts } = message;
  const { state, nextAt, error, refusals, unknowns } = after(outcome, message, at);
  await needs.db.transaction().execute(async (tx) => {
    const change = { next_at: nextAt, error, refusals, unknowns, ...(state === "sent" ? { sent_at: at } : {}) };
    const isMine = await messages.settle(tx, id, state, change);
    if (!isMine || state === "waiting") return;
    if (state === "failed") await messages.stepIn(tx, message, at);
    if (state !== "void") await publish(tx, at, MessageEnded, { message: id, parcel: message.parcel, channel, template, state });
  });
  if (state === "failed") needs.log.warn({ message: id, channel, template, attempts, reason: error }, "a message was given up");
}

async function deliver(needs: Notifications, message: messages.MessageRow): Promise<Outcome> {
  if (message.unknowns >= maxUnknowns) return hopeless("it was begun twice and no outcome was recorded; it is not sent a third time");
  const { template, channel, language } = message;
  const reminder = reminderOf(message as Parameters<typeof reminderOf>[0]);
  const why = reminder === null ? null : await notTrue(needs.db, reminder, needs.now());
  if (why !== null) return overtaken(why);
  const asked = await ask(needs, message);
  if ("kind" in asked) return asked;
  const { publicUrl } = needs.channels;
  const fewer = fewerOf(needs, message);
  const content = write({ id: message.id, template, about: asked.about, channel, language, publicUrl, fewer });
  const person = await personFor(needs, message);
  await messages.keepContent(needs.db, message.id, needs.boxes.content.write(person, message.id, content));
  if (needs.channels.inbox) return sent;
  return send(needs, message, content);
}

/** Whom it is for; a message from before people had keys of their own is for whoever its address belongs to. */
async function personFor({ db, personal, boxes }: Notifications, { id, subject, sealed_to }: messages.MessageRow): Promise<PersonSeal> {
  if (subject !== null) return personal.of(db, subject);
  const email = await boxes.to.read(db, id, sealed_to);
  return db.transaction().execute((tx) => personal.subjectOf(tx, { email }));
}

/** What ends messages of its kind; null for one that has to be. */
const fewerOf = ({ tokens }: Notifications, { id, template }: messages.MessageRow): string | null =>
  templates[template].kind === "reminder" ? tokens.write("fewer", id) : null;

async function send(needs: Notifications, message: messages.MessageRow, content: Content): Promise<Outcome> {
  const { db, boxes, send, tokens, channels } = needs;
  const { id, channel, language, sealed_to, to_hash } = message;
  const fewer = fewerOf(needs, message);
  const api = `${channels.publicUrl.replace(/\/$/, "")}/api`;
  const token = tokens.write("receipt", id);
  const outgoing = {
    ...content,
    id,
    language,
    to: await boxes.to.read(db, id, sealed_to),
    token,
    receiptUrl: `${api}/message-receipts/${token}`,
    fewerUrl: fewer === null ? null : `${api}/fewer-messages/${fewer}`,
  };
  if (channel === "email") return send.email === null ? hopeless("no mail server is configured") : send.email(outgoing);
  if (channel === "sms") return send.sms === null ? hopeless("no text message provider is configured") : send.sms(outgoing);
  if (send.push === null) return hopeless("Web Push is not configured");
  const outcomes: Outcome[] = [];
  for (const { endpoint_hash, sealed } of await subscriptions(db, to_hash)) {
    const outcome = await send.push(await boxes.subscription.read(db, endpoint_hash, sealed), outgoing);
    if (outcome.kind === "gone") await unsubscribe(db, endpoint_hash);
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

/** A code that does not leave is sent by what stands by for it as well, before its own channel is given up. */
export async function stepInForLate({ db, now }: Notifications): Promise<void> {
  const at = now();
  for (const late of await messages.lateCodes(db, new Date(at.getTime() - lateCodeMinutes * 60_000), 100))
    await db.transaction().execute((tx) => messages.stepIn(tx, late, at));
}
