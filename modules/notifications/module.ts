import { requireModule } from "@pigeonhole/identity/contract";
import { router } from "@pigeonhole/kit/http";
import type { Job } from "@pigeonhole/kit/jobs";
import { unlessErased } from "@pigeonhole/kit/personal/personal";
import { Refused } from "@pigeonhole/kit/refused";
import { maxKept } from "@pigeonhole/privacy/kept/contract";
import { acknowledge } from "./acknowledging.ts";
import { addressDue } from "./address.ts";
import { isPushService } from "./channels/push.ts";
import { notificationsConsumer } from "./consumers.ts";
import * as contract from "./contract.ts";
import { deliverDue, stepInForLate } from "./deliver.ts";
import { keptDays } from "./domain.ts";
import { health } from "./health/health.ts";
import { inboxView, messageView } from "./inbox.ts";
import { prepare, type Needs } from "./needs.ts";
import { preferences } from "./preferences/preferences.ts";
import * as messages from "./queries/messages.ts";
import { browsersOf, ofPerson } from "./queries/persons.ts";
import { subscribe } from "./queries/subscriptions.ts";
import { readNotification, tokenIn } from "./receipts/dsn.ts";
import { receive } from "./receipts/receiving.ts";
import { planDue, remindDue } from "./reminders/planning.ts";

/** How often each channel looks for what is due. Seconds. */
const lookEverySeconds = 0.5;
/** How often reminders are planned and looked for. Seconds. */
const remindEverySeconds = 5;

/** What a provider gives as a reason may repeat the number: only what looks like a code is kept. */
const reasonOf = (text: string): string =>
  `the provider could not deliver it${/^[\w.-]{1,40}$/.test(text) && !/\d{6}/.test(text) ? ` (${text})` : ""}`;

export function notifications(given: Needs) {
  const needs = prepare(given);
  const { db, who, now, boxes, channels } = needs;

  const messageOf = (token: string): string => {
    const id = needs.tokens.read("receipt", token);
    if (id === null) throw new Refused("not_found", "There is no message of this name.");
    return id;
  };

  const routes = contract.mount(router({ ...contract.refusals }, needs.log, { alsoTakes: ["message/rfc822"] }), {
    listForParcel: async (c) => {
      const actor = await who(c, "operator", "customer");
      const own = actor.kind === "customer" ? boxes.toHash(actor.email) : undefined;
      return c.json({ messages: (await messages.ofParcel(db, c.req.valid("param").parcel, own)).map(messageView) }, 200);
    },
    inbox: async (c) => {
      if (!channels.inbox) throw new Refused("not_found", "Messages are sent, not shown.");
      const { to, parcel, limit } = c.req.valid("query");
      const rows = await messages.newest(db, { toHash: to === undefined ? undefined : boxes.toHash(to), parcel, limit });
      c.header("cache-control", "no-store");
      return c.json(
        { messages: (await Promise.all(rows.map((row) => unlessErased(inboxView(db, boxes, row))))).filter((row) => row !== undefined) },
        200,
      );
    },
    pushKey: async (c) => c.json({ key: channels.push?.publicKey ?? null }, 200),
    subscribe: async (c) => {
      const customer = await who(c, "customer");
      const { endpoint, keys } = c.req.valid("json");
      if (!isPushService(endpoint, channels.push?.services))
        throw new Refused("malformed", "The endpoint is not that of a known push service.");
      const endpoint_hash = boxes.endpointHash(endpoint);
      await db.transaction().execute(async (tx) => {
        const person = await needs.personal.subjectOf(tx, { email: customer.email });
        return subscribe(tx, {
          endpoint_hash,
          customer: customer.id,
          to_hash: boxes.toHash(customer.email),
          subject: person.subject,
          sealed: boxes.subscription.write(person, endpoint_hash, { endpoint, keys }),
          created_at: now(),
        });
      });
      return c.body(null, 204);
    },
    person: async (c) => {
      requireModule(await who(c, "module"), "privacy");
      const { subject } = c.req.valid("param");
      const rows = await ofPerson(db, subject, maxKept);
      const records = await Promise.all(
        rows.map(async (row) => {
          const { id: _, ...shown } = messageView(row);
          return { ...shown, to: (await unlessErased(boxes.to.read(db, row.id, row.sealed_to))) ?? null };
        }),
      );
      const browsers = (await browsersOf(db, subject)).map(({ created_at }) => ({ subscribedAt: created_at.toISOString() }));
      return c.json(
        {
          kept: [
            { what: "messages" as const, records },
            { what: "browsers" as const, records: browsers },
          ],
        },
        200,
      );
    },
    seen: async (c) => {
      const customer = await who(c, "customer");
      await acknowledge(needs, customer, c.req.valid("param").parcel, c.req.valid("json").message);
      return c.body(null, 204);
    },
    receipt: async (c) => {
      const report = c.req.valid("json");
      const message = messageOf(c.req.valid("param").token);
      await receive(needs, message, report.state === "bounced" ? { ...report, reason: reasonOf(report.reason) } : report);
      return c.body(null, 204);
    },
    bounce: async (c) => {
      const mail = await c.req.text();
      const message = messageOf(tokenIn(mail) ?? "");
      const heard = readNotification(mail);
      const reason = `the mail came back (${heard?.status || "no reason given"})`;
      if (heard?.action === "delivered") await receive(needs, message, { state: "delivered" });
      if (heard?.action === "failed") await receive(needs, message, { state: "bounced", isAddress: heard.status.startsWith("5"), reason });
      return c.body(null, 204);
    },
  });

  routes.route("/", preferences(needs));
  routes.route("/", health(needs));

  const jobs: readonly Job[] = [
    { name: "notifications.address", everySeconds: lookEverySeconds, run: () => addressDue(needs) },
    ...contract.channels.map((channel): Job => ({
      name: `notifications.${channel}`,
      everySeconds: lookEverySeconds,
      run: () => deliverDue(needs, channel),
    })),
    { name: "notifications.step_in", everySeconds: 30, run: () => stepInForLate(needs) },
    { name: "notifications.plan", everySeconds: remindEverySeconds, run: () => planDue(needs) },
    { name: "notifications.remind", everySeconds: remindEverySeconds, run: () => remindDue(needs) },
    {
      name: "notifications.forget",
      everySeconds: 3_600,
      run: () => messages.forget(db, new Date(now().getTime() - keptDays * 86_400_000)),
    },
  ];
  return { routes, consumers: notificationsConsumer(needs), jobs };
}
