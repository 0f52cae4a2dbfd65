import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { sql } from "kysely";
import { longestProbeSeconds, opensAfter } from "./domain.ts";
import { openDatabase, operator, start, textPart } from "./testing.ts";

const database = await openDatabase();
after(() => database[Symbol.asyncDispose]());

const messageId = (mail: string): string => /^Message-ID: <([^@]+)@/im.exec(mail)![1]!;
const parcelIn = (text: string): string => /parcels\/([0-9a-f-]{36})/.exec(text.replaceAll("=\r\n", ""))![1]!;

test("A5.1, A14.2: every provider is away for four hours: nothing is lost, nothing leaves twice, and what leaves then is true then", async () => {
  await using w = await start(database, { began: "2026-01-10T07:00:00Z" });
  await w.subscribe();
  w.told.expiresAt = "2026-01-20T12:00:00.000Z";
  w.mail.told.mode = "busy";
  w.sms.told.status = 503;
  w.push.told.status = 503;
  const parcels: string[] = [];
  const ends = async (step: number): Promise<void> => {
    // What was put in half an hour before is collected, expires, or waits on.
    const parcel = parcels[step - 3];
    if (parcel !== undefined && step % 3 === 0) await w.become(parcel, "stored", "collected");
    if (parcel !== undefined && step % 12 === 1) await w.become(parcel, "stored", "expired");
  };
  for (let step = 0; step < 24; step++) {
    parcels.push(randomUUID());
    await w.ready(parcels[step]!);
    await ends(step);
    await w.tick();
    // Three ways to be away: at the door, by a refusal on the way, and by nobody knows what.
    w.sms.told.status = [503, 500, 401, 429][step % 4]!;
    w.pass(600);
  }
  assert.deepEqual([w.mail.mails.length, (await w.left()).length], [0, 0]);
  const asked = [w.sms.bodies.length, w.push.bodies.length];
  // Each stop of ten minutes is one question of a channel that is away, after the first few.
  for (const times of asked) assert.ok(times >= 20 && times <= 24 + 4 * opensAfter, `${times} questions in four hours`);
  const { rows: waiting } = await sql<{
    count: number;
  }>`select count(*)::int as count from notifications.message where state = 'waiting'`.execute(w.db);
  const over = new Set(parcels.filter((_, at) => at + 3 < 24 && ((at + 3) % 3 === 0 || (at + 3) % 12 === 1)));
  assert.ok(waiting[0]!.count <= 3 * parcels.length, "what is not true any more does not wait");
  const health = await (await w.built.routes.request("/message-health", { headers: { "x-actor": JSON.stringify(operator) } })).json();
  assert.deepEqual(
    (health as { channels: { channel: string; state: string }[] }).channels.map(({ state }) => state),
    ["away", "away", "away"],
  );

  w.mail.told.mode = "well";
  w.sms.told.status = 202;
  w.push.told.status = 201;
  const questions = { sms: w.sms.bodies.length, push: w.push.bodies.length };
  for (let minute = 0; minute < 3; minute++) {
    w.pass(longestProbeSeconds);
    await w.tick();
  }
  assert.ok(!(await w.rows()).some(({ state }) => state === "waiting"), "three minutes later nothing waits any more");

  const mails = w.mail.mails.map((mail) => ({
    id: messageId(mail),
    subject: /^Subject: .*/m.exec(mail)![0],
    parcel: parcelIn(textPart(mail)),
  }));
  const texts = w.sms.bodies.slice(questions.sms).map((body) => JSON.parse(body) as { id: string; text: string });
  for (const ids of [mails.map(({ id }) => id), texts.map(({ id }) => id)])
    assert.equal(new Set(ids).size, ids.length, "nothing leaves twice");
  const byMail = Map.groupBy(mails, ({ parcel }) => parcel);
  for (const parcel of parcels) {
    const got = byMail.get(parcel) ?? [];
    assert.equal(got.length, 1, "each of them has one true thing to say");
    assert.equal(over.has(parcel), !/pakiautomaadis: /i.test(textSubject(got[0]!.subject)), `${got[0]!.subject}`);
  }
  const ready = (await w.rows()).filter(({ template }) => template === "pickup_ready");
  assert.equal(ready.filter(({ channel, state }) => channel === "email" && state === "sent").length, parcels.length - over.size);
  assert.equal(texts.filter(({ text }) => text.startsWith("1234 5678")).length, parcels.length - over.size);
  assert.equal(
    w.push.bodies.length - questions.push,
    ready.filter(({ channel, state }) => channel === "push" && state === "sent").length + over.size,
  );
});

/** A subject as people see it. */
const textSubject = (line: string): string =>
  line
    .replace(/=\?UTF-8\?Q\?(.*?)\?=/gi, (_, coded: string) =>
      Buffer.from(
        coded.replaceAll("_", " ").replace(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16))),
        "latin1",
      ).toString(),
    )
    .replace(/=\?UTF-8\?B\?(.*?)\?=/gi, (_, coded: string) => Buffer.from(coded, "base64").toString());

test("a mail server that takes a mail and dies before it says so: sent once more under the same Message-ID, then by another channel, never a third time", async () => {
  await using w = await start(database, { channels: { push: null } });
  // Somebody who wants text messages only where mail fails.
  await w.db
    .insertInto("notifications.preference")
    .values({
      to_hash: w.seal.hash("notifications.to", "ann@example.com"),
      language: null,
      time_zone: null,
      quiet_from: 0,
      quiet_to: 0,
      email: "at_once",
      sms: "stand_by",
      push: "off",
      reminders: false,
      updated_at: w.now(),
    })
    .execute();
  w.mail.told.mode = "dies";
  await w.ready(randomUUID());
  await w.tick();
  assert.deepEqual(
    (await w.rows()).map(({ channel, state }) => [channel, state]),
    [
      ["email", "waiting"],
      ["sms", "stands_by"],
    ],
  );
  w.pass(3_600);
  await w.job("email");
  await w.job("sms");
  w.pass(3_600);
  await w.tick();
  assert.equal(new Set(w.mail.mails.map(messageId)).size, 1, "both are recognisably one");
  assert.equal(w.mail.mails.length, 2);
  assert.deepEqual(
    (await w.rows()).map(({ channel, state }) => [channel, state]),
    [
      ["email", "failed"],
      ["sms", "sent"],
    ],
  );
  assert.equal(w.sms.bodies.length, 1);
});

test("a code that does not leave within ten minutes is sent by what stands by as well; when the provider is back, whoever waits to sign in is served first", async () => {
  await using w = await start(database, { channels: { push: null } });
  await w.db
    .insertInto("notifications.bad_address")
    .values({ to_hash: w.seal.hash("notifications.to", "+37251234567"), channel: "sms", since: w.now(), reason: "x" })
    .execute();
  w.mail.told.mode = "busy";
  const [old, fresh] = [randomUUID(), randomUUID()];
  await w.become(old, "stored", "collected");
  await w.ready(fresh);
  await w.tick();
  await w.signIn("482913");
  w.pass(300);
  await w.tick();
  assert.equal(w.sms.bodies.length, 0);
  w.pass(301);
  await w.tick();
  await w.tick();
  assert.equal(w.sms.bodies.length, 1, "the number that was bad once is tried before nobody is told");
  w.mail.told.mode = "well";
  await w.signIn("482914");
  w.pass(2 * longestProbeSeconds);
  await w.tick();
  const kinds = w.mail.mails.map((mail) =>
    textPart(mail).includes("482 914") ? "sign in" : /1234 5678\r?\n/.test(textPart(mail)) ? "code" : "receipt",
  );
  assert.deepEqual([kinds[0], kinds.slice(1).toSorted()], ["sign in", ["code", "receipt"]]);
});
