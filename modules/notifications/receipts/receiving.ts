import { publish } from "@pigeonhole/kit/outbox";
import type { Notifications } from "../needs.ts";
import { Bounced, MessageEnded } from "../events.ts";
import * as addresses from "../queries/addresses.ts";
import * as messages from "../queries/messages.ts";

/** What a provider heard of a message after it had taken it. `isAddress`: it is the address that is no good, and the next message would come back too. */
export type Report = { readonly state: "delivered" } | { readonly state: "bounced"; readonly isAddress: boolean; readonly reason: string };

/** Records what became of a message. Reported again, or after something final, it changes nothing. */
export async function receive({ db, now, log }: Notifications, id: string, report: Report): Promise<void> {
  const at = now();
  await db.transaction().execute(async (tx) => {
    const before = await messages.find(tx, id);
    if (!before) return;
    const left = { sent_at: before.sent_at ?? at };
    if (report.state === "delivered") {
      const done = await messages.settle(tx, id, "delivered", { ...left, delivered_at: at, error: null });
      if (!done) return;
      await addresses.good(tx, done.to_hash);
      return publish(tx, at, MessageEnded, ended(done, "delivered"));
    }
    const done = await messages.settle(tx, id, "bounced", { ...left, error: report.reason });
    if (!done) return;
    if (report.isAddress) await addresses.bad(tx, { to_hash: done.to_hash, channel: done.channel, since: at, reason: report.reason });
    await messages.stepIn(tx, done, at);
    await publish(tx, at, MessageEnded, ended(done, "bounced"));
    const { parcel, channel, template } = done;
    if (parcel !== null) await publish(tx, at, Bounced, { message: id, parcel, channel, template, isAddress: report.isAddress });
    log.info({ message: id, channel, template, reason: report.reason }, "a message came back");
  });
}

const ended = ({ id: message, parcel, channel, template }: messages.MessageRow, state: "delivered" | "bounced") => ({
  message,
  parcel,
  channel,
  template,
  state,
});
