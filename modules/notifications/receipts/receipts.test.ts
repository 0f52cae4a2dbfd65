import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { sql } from "kysely";
import { ann, openDatabase, operator, start } from "../testing.ts";

const database = await openDatabase();
after(() => database[Symbol.asyncDispose]());

const notification = (to: string, action: string, status: string): string =>
  [
    `To: ${to}`,
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    "",
    "--b",
    "Content-Type: text/plain",
    "",
    "Sorry, ann@example.com is not here.",
    "--b",
    "Content-Type: message/delivery-status",
    "",
    "Reporting-MTA: dns; mx",
    "",
    "Final-Recipient: rfc822; ann@example.com",
    `Action: ${action}`,
    `Status: ${status}`,
    "",
    "--b--",
    "",
  ].join("\r\n");

test("A5.1, A5.4: what providers report is on record once; a mail that comes back makes another channel step in, the next ones spare the address", async () => {
  await using w = await start(database, { channels: { push: null } });
  const parcel = randomUUID();
  await w.move(parcel, { pauses: [{ from: "2026-01-10T08:00:00.000Z", to: "2026-01-10T11:00:00.000Z", cause: "away" }] });
  await w.tick();
  assert.deepEqual(
    (await w.rows()).map(({ channel, state }) => [channel, state]),
    [
      ["email", "sent"],
      ["sms", "stands_by"],
    ],
  );
  const from = w.mail.senders.at(-1)!;
  assert.match(from, /^bounces\+[0-9a-f]{52}@ph\.example$/);
  const pipe = (mail: string) =>
    w.built.routes.request("/bounces", { method: "POST", body: mail, headers: { "content-type": "message/rfc822" } });
  assert.equal((await pipe(notification(from, "delayed", "4.4.1"))).status, 204);
  assert.equal((await w.rows())[0]!.state, "sent", "that it takes longer is no news");
  assert.equal((await pipe(notification(from, "failed", "5.1.1"))).status, 204);
  assert.equal((await pipe(notification(from, "failed", "5.1.1"))).status, 204);
  assert.equal((await pipe(notification(from.replace("+", "+0"), "failed", "5.1.1"))).status, 404);
  await w.tick();
  assert.deepEqual(
    (await w.rows()).map(({ channel, state, error }) => [channel, state, error]),
    [
      ["email", "bounced", "the mail came back (5.1.1)"],
      ["sms", "sent", null],
    ],
  );
  const told = await sql<{ payload: object }>`select payload from kit.outbox where type = 'notifications.bounced'`.execute(w.db);
  assert.deepEqual(
    told.rows.map(({ payload }) => ({ ...payload, message: undefined })),
    [{ parcel, message: undefined, channel: "email", template: "window_extended", isAddress: true }],
    "the shop can hear of it, once, without the address",
  );
  const { receiptUrl } = JSON.parse(w.sms.bodies[0]!) as { receiptUrl: string };
  const report = (body: object, url = receiptUrl) =>
    w.built.routes.request(url.replace("https://ph.example/api", ""), {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });
  assert.equal((await report({ state: "delivered" })).status, 204);
  assert.equal((await report({ state: "delivered" }, receiptUrl.slice(0, -1) + "z")).status, 404);
  assert.equal((await report({ state: "lost" })).status, 400);
  assert.equal((await w.rows())[1]!.state, "delivered");
  // The next parcel: the number is good, the address is not.
  w.pass(60);
  await w.ready(randomUUID());
  await w.tick();
  assert.deepEqual(
    (await w.rows()).slice(2).map(({ channel, state }) => [channel, state]),
    [
      ["email", "stands_by"],
      ["sms", "sent"],
    ],
  );
  const { receiptUrl: second } = JSON.parse(w.sms.bodies[1]!) as { receiptUrl: string };
  await report({ state: "bounced", reason: "+37251234567 unknown" }, second);
  await w.tick();
  assert.deepEqual(
    (await w.rows()).slice(2).map(({ channel, state, error }) => [channel, state, error]),
    [
      ["email", "sent", null],
      ["sms", "bounced", "the provider could not deliver it"],
    ],
    "where both are bad, somebody is still told by one",
  );
});

test("a report that overtakes the answer of the provider counts, and the message is not sent again", async () => {
  await using w = await start(database, { channels: { push: null, smtp: null } });
  w.sms.told.status = 503;
  await w.ready(randomUUID());
  await w.tick();
  const { receiptUrl } = JSON.parse(w.sms.bodies[0]!) as { receiptUrl: string };
  const headers = { "content-type": "application/json" };
  await w.built.routes.request(receiptUrl.replace("https://ph.example/api", ""), {
    method: "POST",
    body: '{"state":"delivered"}',
    headers,
  });
  w.sms.told.status = 200;
  w.pass(3_600);
  await w.tick();
  assert.equal(w.sms.bodies.length, 1);
  assert.deepEqual((await w.rows()).find(({ channel }) => channel === "sms")!.state, "delivered");
});

test("A5.1: what nobody has opened is followed up by day, once; what somebody has opened is not", async () => {
  await using w = await start(database, { channels: { push: null } });
  const [unseen, opened, looked] = [randomUUID(), randomUUID(), randomUUID()];
  w.told.expiresAt = "2026-01-17T12:00:00.000Z";
  for (const parcel of [unseen, opened, looked]) await w.ready(parcel);
  await w.tick();
  const link = w.mail.mails.map((mail) => new RegExp(`parcels/${opened}\\?m=3?D?([0-9a-f-]{36})`).exec(mail.replaceAll("=\r\n", ""))?.[1]);
  const message = link.find((id) => id !== undefined)!;
  const eve = { ...ann, id: randomUUID(), email: "eve@example.com" };
  const see = (parcel: string, json: { message: string | null }, actor = ann) =>
    w.as(actor).parcels[":parcel"].seen.$post({ param: { parcel }, json });
  assert.equal((await see(unseen, { message: null }, eve)).status, 204, "somebody else's word is taken and changes nothing");
  assert.equal((await see(opened, { message })).status, 204);
  assert.equal((await see(looked, { message: null })).status, 204);
  assert.equal((await see(looked, { message: null }, operator)).status, 403);
  await w.until("2026-01-12T00:00:00Z");
  assert.deepEqual((await w.left()).slice(6), ["follow_up email 2026-01-11T06:00", "follow_up sms 2026-01-11T06:00"]);
  const log = await w.as(ann).parcels[":parcel"].messages.$get({ param: { parcel: opened } });
  assert.ok(log.status === 200);
  assert.deepEqual(
    (await log.json()).messages.map(({ channel, state }) => [channel, state]),
    [
      ["email", "acknowledged"],
      ["sms", "sent"],
    ],
    "the recipient sees what was sent to them",
  );
  const foreign = await w.as(eve).parcels[":parcel"].messages.$get({ param: { parcel: opened } });
  assert.ok(foreign.status === 200);
  assert.deepEqual((await foreign.json()).messages, [], "nobody else does");
});
