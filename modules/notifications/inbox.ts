import type { z } from "@hono/zod-openapi";
import type { Db } from "@pigeonhole/kit/db";
import { qrCid } from "./channels/email.ts";
import type { InboxMessage, Message } from "./contract.ts";
import { qrPng } from "./qr-png.ts";
import type { MessageRow } from "./queries/messages.ts";
import type { Sealing } from "./sealing.ts";
import type { Tables } from "./tables.ts";

/** A message in the log, without what it says. */
export const messageView = (row: MessageRow): z.output<typeof Message> => ({
  id: row.id,
  template: row.template,
  channel: row.channel,
  state: row.state,
  parcel: row.parcel,
  createdAt: row.created_at.toISOString(),
  sentAt: row.sent_at?.toISOString() ?? null,
  deliveredAt: row.delivered_at?.toISOString() ?? null,
  acknowledgedAt: row.acknowledged_at?.toISOString() ?? null,
  attempts: row.attempts,
  error: row.error,
});

/** A message as its reader sees it; the attached image stands in the page itself. */
export async function inboxView(db: Db<Tables>, boxes: Sealing, row: MessageRow): Promise<z.output<typeof InboxMessage>> {
  const { subject, text, html, qr } = await boxes.content.read(db, row.id, row.sealed_content!);
  const shown =
    html === null || qr === null ? html : html.replaceAll(`cid:${qrCid}`, `data:image/png;base64,${qrPng(qr).toString("base64")}`);
  return {
    ...messageView(row),
    to: await boxes.to.read(db, row.id, row.sealed_to),
    subject: row.channel === "sms" ? null : subject,
    text,
    html: shown,
    qr,
  };
}
