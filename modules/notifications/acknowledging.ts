import type { Actor } from "@pigeonhole/identity/contract";
import type { Notifications } from "./needs.ts";
import * as addresses from "./queries/addresses.ts";
import * as messages from "./queries/messages.ts";
import * as notices from "./queries/notices.ts";

/**
 * The recipient has opened the parcel's page: nobody has to follow up what was told so far. By the link of a message, that message has been read too.
 * Somebody else's parcel or message changes nothing, and is not told apart from one's own.
 */
export async function acknowledge(
  { db, boxes, now }: Notifications,
  customer: Extract<Actor, { kind: "customer" }>,
  parcel: string,
  message: string | null,
): Promise<void> {
  const own = await messages.ofParcel(db, parcel, boxes.toHash(customer.email));
  if (own.length === 0) return;
  const opened = own.find(({ id }) => id === message);
  const at = now();
  await db.transaction().execute(async (tx) => {
    await notices.acknowledge(tx, parcel, opened ? "link" : "page", at);
    if (!opened) return;
    const done = await messages.settle(tx, opened.id, "acknowledged", { acknowledged_at: at, sent_at: opened.sent_at ?? at, error: null });
    if (done) await addresses.good(tx, done.to_hash);
  });
}
