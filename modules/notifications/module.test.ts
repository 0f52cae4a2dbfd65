import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { systemTimers, sleep } from "@pigeonhole/kit/timers";
import { ParcelMoved } from "@pigeonhole/parcels/events";
import { sql } from "kysely";
import { begun, maxRefusals, pauseAfter } from "./domain.ts";
import { ann, openDatabase, operator, start, textPart } from "./testing.ts";

const database = await openDatabase();
after(() => database[Symbol.asyncDispose]());

test("a parcel is in the locker: mail, text message and notification leave at once, in the reader's language, each on record", async () => {
  await using w = await start(database);
  assert.equal((await w.subscribe()).status, 204);
  const parcel = randomUUID();
  await w.ready(parcel);
  await w.tick();
  assert.deepEqual((await w.ended()).toSorted(), ["pickup_ready email sent", "pickup_ready push sent", "pickup_ready sms sent"]);
  const text = textPart(w.mail.mails[0]!);
  for (const part of [
    "Tere, Ann!",
    "1234 5678",
    "Gonsiori 2, Tallinn",
    "13. jaanuar 2026",
    "14:00",
    `https://ph.example/parcels/${parcel}`,
  ])
    assert.ok(text.includes(part), part);
  assert.ok(w.mail.mails[0]!.includes("Content-Type: image/png"));
  const sms = JSON.parse(w.sms.bodies[0]!) as { to: string; text: string; id: string };
  assert.equal(sms.to, "+37251234567");
  assert.ok(sms.text.includes("1234 5678"));
  assert.equal(w.push.bodies.length, 1);
  const log = await w.as(operator).parcels[":parcel"].messages.$get({ param: { parcel } });
  assert.ok(log.status === 200);
  const { messages } = await log.json();
  assert.deepEqual(
    messages.map((m) => [m.channel, m.state, m.attempts, m.error, m.sentAt]),
    ["email", "push", "sms"].map((channel) => [channel, "sent", 1, null, "2026-01-10T12:00:00.000Z"]),
  );
  assert.ok(!JSON.stringify(messages).includes("12345678") && !JSON.stringify(messages).includes("ann@"), "the log has no content");
  const id = messages.find((m) => m.channel === "email")!.id;
  assert.ok(w.mail.mails[0]!.includes(`Message-ID: <${id}@ph.example>`));
  await w.tick();
  assert.equal(w.mail.mails.length + w.sms.bodies.length + w.push.bodies.length, 3, "nothing leaves twice");
});

test("a text message provider that hangs delays no mail and no notification, and what waits leaves when it is back", async () => {
  await using w = await start(database);
  await w.subscribe();
  w.sms.told.status = 0;
  await w.ready(randomUUID());
  await w.job("address");
  const hanging = w.job("sms");
  await w.job("email");
  await w.job("push");
  assert.deepEqual(await w.ended(), ["pickup_ready email sent", "pickup_ready push sent"]);
  assert.deepEqual(
    (await w.rows()).find((r) => r.channel === "sms"),
    { template: "pickup_ready", channel: "sms", state: "waiting", attempts: 1, error: begun },
  );
  while (w.sms.waiting.length === 0) await sleep(systemTimers, 5);
  w.sms.waiting[0]!.writeHead(500).end("could not reach +37251234567");
  await hanging;
  assert.equal((await w.rows()).find((r) => r.channel === "sms")!.error, "the text message provider answered 500");
  w.sms.told.status = 202;
  await w.tick();
  assert.equal(w.sms.bodies.length, 1, "not before the pause is over");
  w.pass(pauseAfter(1));
  await w.tick();
  assert.deepEqual(
    (await w.rows()).find((r) => r.channel === "sms"),
    { template: "pickup_ready", channel: "sms", state: "sent", attempts: 2, error: null },
  );
  const ids = w.sms.bodies.map((body) => (JSON.parse(body) as { id: string }).id);
  assert.equal(ids[0], ids[1], "the provider can tell that it is the same message");
});

test("after the last refusal a message is given up, loudly; a hopeless number at once", async () => {
  await using w = await start(database);
  w.sms.told.status = 422;
  w.mail.told.refuse = 451;
  await w.ready(randomUUID());
  await w.tick();
  assert.deepEqual(await w.ended(), ["pickup_ready sms failed"]);
  for (let refusals = 1; refusals < maxRefusals; refusals++) {
    w.pass(pauseAfter(refusals));
    await w.job("email");
  }
  assert.deepEqual(await w.ended(), ["pickup_ready sms failed", "pickup_ready email failed"]);
  w.mail.told.refuse = 0;
  w.pass(10_000);
  await w.tick();
  assert.equal(w.mail.mails.length, 0);
  assert.deepEqual(
    (await w.rows()).map((r) => [r.channel, r.state, r.attempts, r.error]),
    [
      ["email", "failed", maxRefusals, "the mail server answered 451 to RCPT TO"],
      ["sms", "failed", 1, "the text message provider answered 422"],
    ],
  );
});

test("a crash between sending and recording is visible, and the second mail is recognisably the first", async () => {
  await using w = await start(database, { channels: { sms: null } });
  await w.ready(randomUUID());
  await w.job("address");
  // The mail leaves, then nothing can be recorded any more.
  await sql`create function notifications.crash() returns trigger language plpgsql as $$ begin raise exception 'crash'; end $$`.execute(
    w.db,
  );
  await sql`create trigger crash before update of state on notifications.message for each row execute function notifications.crash()`.execute(
    w.db,
  );
  await assert.rejects(w.job("email"));
  await sql`drop trigger crash on notifications.message`.execute(w.db);
  assert.deepEqual(await w.rows(), [{ template: "pickup_ready", channel: "email", state: "waiting", attempts: 1, error: begun }]);
  await w.tick();
  assert.equal(w.mail.mails.length, 1, "its lease runs");
  w.pass(90);
  await w.tick();
  const ids = w.mail.mails.map((mail) => /Message-ID: (\S+)/.exec(mail)![1]);
  assert.equal(ids.length, 2);
  assert.equal(ids[0], ids[1]);
  assert.deepEqual(
    (await w.rows()).map((r) => [r.state, r.attempts]),
    [["sent", 2]],
  );
});

test("two processes at once send each message once", async () => {
  await using w = await start(database);
  for (let i = 0; i < 10; i++) await w.ready(randomUUID());
  await Promise.all([w.job("address"), w.job("address")]);
  await Promise.all([w.job("email"), w.job("email"), w.job("sms"), w.job("sms")]);
  assert.equal(w.mail.mails.length, 10);
  assert.equal(w.sms.bodies.length, 10);
});

test("the code is asked for when the message leaves: a code that was replaced meanwhile is not sent, one that is dead neither", async () => {
  await using w = await start(database, { channels: { sms: null } });
  const parcel = randomUUID();
  await w.ready(parcel);
  await w.ready(parcel, { generation: 2, reason: "reissued" });
  w.told.pickup = { status: 200, code: "87654321", generation: 2 };
  await w.tick();
  assert.deepEqual((await w.rows()).map((r) => [r.template, r.state, r.error]).toSorted(), [
    ["code_reissued", "sent", null],
    ["pickup_ready", "void", "a newer code has taken its place"],
  ]);
  assert.equal(w.mail.mails.length, 1);
  assert.ok(textPart(w.mail.mails[0]!).includes("8765 4321"));
  w.told.pickup.status = 410;
  await w.ready(randomUUID());
  await w.tick();
  assert.equal((await w.rows()).at(-1)!.error, "the parcel can no longer be collected with a code");
  w.told.pickup.status = 500;
  await w.ready(randomUUID());
  await w.tick();
  assert.deepEqual(
    (await w.rows()).filter((r) => r.state === "waiting").map((r) => r.error),
    ["the message could not be written"],
  );
  w.told.pickup = { status: 200, code: "87654321", generation: 2 };
});

test("neighbours that are away delay a message, they lose none", async () => {
  await using w = await start(database, { channels: { sms: null } });
  w.told.parcelsStatus = 503;
  await w.ready(randomUUID());
  await w.tick();
  assert.deepEqual(await w.rows(), []);
  w.told.parcelsStatus = 200;
  w.told.networkStatus = 503;
  w.pass(pauseAfter(1));
  await w.tick();
  w.told.networkStatus = 200;
  w.pass(pauseAfter(1));
  await w.tick();
  assert.deepEqual(await w.ended(), ["pickup_ready email sent"]);
});

test("a sign-in code goes by mail alone, and not after it expired", async () => {
  await using w = await start(database);
  await w.signIn("482913", "Ann@example.com", "de");
  await w.tick();
  const text = textPart(w.mail.mails[0]!);
  assert.ok(text.includes("Ihr Code: 482 913") && text.includes("10 Minuten"), text);
  assert.ok(!/Subject:.*482/.test(w.mail.mails[0]!), "subjects are logged by every server on the way");
  await w.signIn("111222");
  w.pass(600);
  await w.tick();
  assert.deepEqual(
    (await w.rows()).map((r) => [r.state, r.error]),
    [
      ["sent", null],
      ["void", "the code expired before it could be sent"],
    ],
  );
});

test("a receipt when the parcel was taken, by mail and notification; other moves of a parcel tell nobody", async () => {
  await using w = await start(database);
  await w.subscribe();
  const moved = {
    parcel: randomUUID(),
    reservation: null,
    station: w.station,
    compartment: 3,
    owner: "shop:1",
    carrier: null,
    number: "123456789012",
    from: "stored",
    expiresAt: null,
  } as const;
  await w.happen(ParcelMoved, { ...moved, from: "expired", to: "returned" });
  await w.happen(ParcelMoved, { ...moved, to: "collected" });
  await w.tick();
  assert.deepEqual((await w.ended()).toSorted(), ["collected email sent", "collected push sent"]);
  assert.ok(textPart(w.mail.mails[0]!).includes("10. jaanuar 2026, kell 14:00"));
  assert.deepEqual(w.asked, [], "no code is asked for");
});

test("the demo's inbox shows every message with its content and sends nothing; elsewhere there is none", async () => {
  await using w = await start(database, { inbox: true, channels: { smtp: null, sms: null, push: null } });
  const parcel = randomUUID();
  await w.ready(parcel);
  await w.signIn("482913", "bob@example.com");
  await w.tick();
  const answer = await w.built.routes.request("/inbox");
  assert.equal(answer.status, 200);
  const { messages } = (await answer.json()) as {
    messages: { channel: string; to: string; subject: string | null; text: string; html: string | null; state: string }[];
  };
  assert.deepEqual(messages.map((m) => [m.channel, m.to, m.state]).toSorted(), [
    ["email", "ann@example.com", "sent"],
    ["email", "bob@example.com", "sent"],
    ["sms", "+37251234567", "sent"],
  ]);
  const mail = messages.find((m) => m.to === "ann@example.com")!;
  assert.ok(mail.text.includes("1234 5678") && mail.html!.includes('src="data:image/png;base64,') && !mail.html!.includes("cid:"));
  const one = (await (await w.built.routes.request("/inbox?to=BOB@example.com&limit=1")).json()) as { messages: { to: string }[] };
  assert.deepEqual(
    one.messages.map((m) => m.to),
    ["bob@example.com"],
  );
  const about = (await (await w.built.routes.request(`/inbox?parcel=${parcel}`)).json()) as { messages: { to: string }[] };
  assert.deepEqual(about.messages.map((m) => m.to).toSorted(), ["+37251234567", "ann@example.com"]);
  assert.equal(w.mail.mails.length + w.sms.bodies.length, 0);
  await using real = await start(database);
  const none = await real.built.routes.request("/inbox");
  assert.equal(none.status, 404);
  assert.equal(((await none.json()) as { code: string }).code, "not_found");
});

test("browsers subscribe, one row each; who has unsubscribed is removed, foreign addresses are refused", async () => {
  await using w = await start(database);
  const key = await w.as(ann)["push-key"].$get();
  assert.ok(key.status === 200);
  assert.match((await key.json()).key!, /^[\w-]{80,}$/);
  for (let i = 0; i < 12; i++) {
    w.pass(1);
    await w.subscribe(String(i % 11));
  }
  const count = async () =>
    Number(
      (
        await w.db
          .selectFrom("notifications.push_subscription")
          .select(({ fn }) => fn.countAll<number>().as("n"))
          .executeTakeFirstOrThrow()
      ).n,
    );
  assert.equal(await count(), 10, "the oldest made room");
  w.push.told.status = 410;
  await w.ready(randomUUID());
  await w.tick();
  assert.equal(await count(), 0);
  assert.equal((await w.rows()).find((r) => r.channel === "push")!.error, "no browser is subscribed any more");
  const browser = w.as(ann)["push-subscriptions"];
  const refused = await browser.$post({ json: { endpoint: "http://169.254.169.254/latest", keys: { p256dh: "x", auth: "y" } } });
  assert.ok(refused.status === 400 && (await refused.json()).code === "malformed");
  assert.equal((await w.subscribe("1", operator)).status, 403);
});

test("without a mail server the failure is on record; an erased recipient is told nothing", async () => {
  await using w = await start(database, { channels: { smtp: null, sms: null, push: null } });
  await w.ready(randomUUID());
  await w.tick();
  assert.deepEqual(
    (await w.rows()).map((r) => [r.channel, r.state, r.error]),
    [["email", "failed", "no mail server is configured"]],
  );
  w.told.recipient = null;
  await w.ready(randomUUID());
  await w.tick();
  assert.equal((await w.rows()).length, 1);
});

test("no address, name or code stands in clear in a row, a fact or a log line, whatever fails; old contents are forgotten", async () => {
  await using w = await start(database);
  await w.subscribe();
  w.sms.told.status = 500;
  w.push.told.status = 500;
  await w.ready(randomUUID());
  await w.signIn("482913");
  await w.tick();
  w.told.networkStatus = 500;
  w.pass(pauseAfter(1));
  await w.tick();
  w.mail.told.refuse = 550;
  w.told.networkStatus = 200;
  await w.ready(randomUUID());
  await w.tick();
  assert.ok(w.logged.length > 0, "failures were logged");
  const everything =
    JSON.stringify([
      (await sql`select * from notifications.message`.execute(w.db)).rows,
      (await sql`select * from notifications.notice`.execute(w.db)).rows,
      (await sql`select * from notifications.push_subscription`.execute(w.db)).rows,
      (await sql`select payload from kit.outbox`.execute(w.db)).rows,
    ]) + w.logged.join("");
  for (const secret of ["12345678", "1234 5678", "482913", "482 913", "ann@example.com", "37251234567", w.push.url, "PH1."])
    assert.ok(!everything.includes(secret), secret);
  // Three letters may stand in a ciphertext by chance, but never as a word.
  assert.doesNotMatch(everything, /(?<![\w-])Ann(?![\w-])/);
  w.pass(31 * 86_400);
  await w.job("forget");
  const kept = await w.db.selectFrom("notifications.message").select("sealed_content").where("state", "!=", "waiting").execute();
  assert.ok(kept.length >= 2 && kept.every((row) => row.sealed_content === null));
});
