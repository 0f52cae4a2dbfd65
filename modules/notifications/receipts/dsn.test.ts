import assert from "node:assert/strict";
import { createHmac, randomUUID } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { readNotification, tokenIn } from "./dsn.ts";
import { tokens } from "./token.ts";

const token = "0199a1b2c3d4700080001234567890ab".padEnd(52, "f");
/** As Postfix writes it. */
const postfix = `Return-Path: <>
X-Original-To: bounces+${token}@ph.example
Delivered-To: bounces@ph.example
Received: by mail.ph.example (Postfix)
\tid 4Xyz; Sat, 10 Jan 2026 12:00:01 +0000 (UTC)
From: MAILER-DAEMON@mail.ph.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: bounces+${token}@ph.example
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4Xyz.1768046401/mail.ph.example"

This is a MIME-encapsulated message.

--4Xyz.1768046401/mail.ph.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--4Xyz.1768046401/mail.ph.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.ph.example
X-Postfix-Queue-ID: 4Abc
Arrival-Date: Sat, 10 Jan 2026 12:00:00 +0000 (UTC)

Final-Recipient: rfc822; ann@example.com
Original-Recipient: rfc822;ann@example.com
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.example.com
Diagnostic-Code: smtp; 550 5.1.1 <ann@example.com>: Recipient address
    rejected: User unknown

--4Xyz.1768046401/mail.ph.example
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

Message-ID: <x@ph.example>
Status: 4.0.0

--4Xyz.1768046401/mail.ph.example--
`;
/** As Exchange writes it: folded, quoted, a group of fields between. */
const exchange = postfix
  .replace("report-type=delivery-status;\n\tboundary", 'report-type="delivery-status";\n boundary')
  .replace("Status: 5.1.1\n", "Status: 5.2.2 (mailbox full)\n")
  .replace("Action: failed", "Action: failed (undeliverable)");

test("what came back is read as mail servers write it (RFC 3464)", () => {
  assert.deepEqual(readNotification(postfix), { action: "failed", status: "5.1.1" });
  assert.deepEqual(readNotification(postfix.replaceAll("\n", "\r\n")), { action: "failed", status: "5.1.1" });
  assert.deepEqual(readNotification(exchange), { action: "failed", status: "5.2.2" });
  assert.deepEqual(readNotification(postfix.replace("Action: failed", "Action: delayed").replace("5.1.1\n", "4.4.1\n")), {
    action: "delayed",
    status: "4.4.1",
  });
  assert.equal(tokenIn(postfix), token);
  assert.equal(tokenIn(postfix.replace(/X-Original-To.*\n/, "").toUpperCase()), token, "names of mailboxes lose their case on the way");
});

test("what is no notification is none: holidays, junk, pieces", () => {
  assert.equal(readNotification(`To: bounces+${token}@ph.example\nContent-Type: text/plain\n\nI am away. Action: failed`), null);
  assert.equal(readNotification(postfix.replace("message/delivery-status", "text/plain")), null);
  assert.equal(readNotification(postfix.slice(0, 900)), null);
  assert.equal(tokenIn("To: bounces@ph.example\n\nTo: bounces+" + token + "@ph.example"), null, "only the headers count");
  fc.assert(
    fc.property(fc.string({ maxLength: 400 }), fc.nat(postfix.length), (junk, at) => {
      const read = readNotification(postfix.slice(0, at) + junk + postfix.slice(at));
      assert.ok(read === null || ["failed", "delayed", "delivered", "relayed", "expanded"].includes(read.action));
    }),
    { numRuns: 300 },
  );
});

test("a token is believed for its message and its purpose alone", () => {
  const { read, write } = tokens({ hash: (purpose, value) => createHmac("sha256", purpose).update(value).digest("hex") });
  const id = randomUUID();
  const written = write("receipt", id);
  assert.equal(written.length, 52);
  assert.equal(read("receipt", written.toUpperCase()), id);
  assert.equal(read("fewer", written), null, "a right to report is none to unsubscribe");
  for (const wrong of [
    "",
    written.slice(1),
    `${written}0`,
    written.replace(/^./, (c) => (c === "0" ? "1" : "0")),
    `${"0".repeat(32)}${written.slice(32)}`,
  ])
    assert.equal(read("receipt", wrong), null, wrong);
});
