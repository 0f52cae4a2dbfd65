import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { sql } from "kysely";
import { openDatabase, start, textPart } from "../testing.ts";

const database = await openDatabase();
after(() => database[Symbol.asyncDispose]());

test("A5.2, I-67: the reminders of a parcel over a change of the clocks, each once, in the reader's words and the station's time", async () => {
  await using w = await start(database, { began: "2026-03-26T09:00:00Z", channels: { push: null } });
  w.told.expiresAt = "2026-03-30T02:00:00.000Z"; // five in the morning in Tallinn, the night after the clocks changed
  await w.ready(randomUUID());
  await w.until("2026-03-30T03:00:00Z");
  assert.deepEqual(await w.left(), [
    "pickup_ready email 2026-03-26T09:00",
    "pickup_ready sms 2026-03-26T09:00",
    "follow_up email 2026-03-26T17:00",
    "follow_up sms 2026-03-26T17:00",
    "two_days_left email 2026-03-28T06:00", // eight o'clock, two hours ahead of Greenwich
    "one_day_left email 2026-03-29T05:00", // eight o'clock, three hours ahead
    "last_warning email 2026-03-29T17:45", // a quarter to nine in the evening
    "last_warning sms 2026-03-29T17:45",
  ]);
  const last = textPart(w.mail.mails.at(-1)!);
  assert.ok(last.includes("30. märts 2026") && last.includes("05:00") && last.includes("1234 5678"), last);
  await w.tick();
  assert.equal((await w.left()).length, 8, "each once");
});

test("F6: the reminders of a parcel over an outage: none while the clock stands, everyone is told the new time, then they come anew", async () => {
  await using w = await start(database, { channels: { push: null, sms: null } });
  const parcel = randomUUID();
  w.told.expiresAt = "2026-01-17T12:00:00.000Z";
  await w.ready(parcel);
  await w.until("2026-01-15T11:00:00Z");
  assert.deepEqual((await w.left()).slice(1), ["follow_up email 2026-01-11T06:00"]);
  // An hour before the reminder nobody can get at the parcel any more, for 50 hours.
  const from = w.now().toISOString();
  await w.move(parcel, { isStopped: true, pauses: [{ from, to: null, cause: "away" }] });
  await w.until("2026-01-17T13:00:00Z");
  assert.equal((await w.left()).length, 2, "nothing is said of a time that does not pass");
  w.told.expiresAt = "2026-01-19T14:00:00.000Z";
  await w.move(parcel, { pauses: [{ from, to: w.now().toISOString(), cause: "away" }] });
  await w.until("2026-01-20T00:00:00Z");
  assert.deepEqual((await w.left()).slice(2), [
    "window_extended email 2026-01-17T13:00",
    "two_days_left email 2026-01-17T14:00",
    "one_day_left email 2026-01-18T14:00",
    "last_warning email 2026-01-19T12:00",
  ]);
  assert.ok(textPart(w.mail.mails.at(-1)!).includes("19. jaanuar 2026"), "the new time");
  // The window moves for another reason: the outage of then is no news.
  await w.move(parcel, { pauses: [{ from, to: "2026-01-17T13:00:00.000Z", cause: "away" }] });
  await w.tick();
  assert.equal((await w.left()).filter((line) => line.startsWith("window_extended")).length, 1);
});

test("N15: whoever cannot get at their parcel is told once, and once more with the new end when they can; without a network codes open, and nobody is told", async () => {
  await using w = await start(database, { channels: { push: null, sms: null } });
  const parcel = randomUUID();
  w.told.expiresAt = "2026-01-17T12:00:00.000Z";
  await w.ready(parcel);
  const from = w.now().toISOString();
  await w.move(parcel, { isStopped: true, pauses: [{ from, to: null, cause: "away" }] });
  await w.move(parcel, { isStopped: true, pauses: [{ from, to: null, cause: "power" }] });
  await w.move(parcel, { isStopped: true, pauses: [{ from, to: null, cause: "power" }] });
  await w.tick();
  const news = async () =>
    (await w.left()).map((line) => line.split(" ")[0]).filter((name) => name === "hindered" || name === "window_extended");
  assert.deepEqual(await news(), ["hindered"]);
  assert.ok(
    w.mail.mails.some((mail) => textPart(mail).includes("Tähtaeg seisab")),
    "the clock stands still",
  );
  const to = new Date(w.now().getTime() + 5 * 3_600_000);
  await w.until(to.toISOString());
  await w.move(parcel, { pauses: [{ from, to: to.toISOString(), cause: "power" }] });
  await w.tick();
  assert.deepEqual(await news(), ["hindered", "window_extended"]);
});

test("A5.2: a reminder that waits in the queue when the clock stops, the parcel is taken or the time is over does not leave", async () => {
  await using w = await start(database, { channels: { push: null, sms: null } });
  const [stopped, taken, late] = [randomUUID(), randomUUID(), randomUUID()];
  for (const parcel of [stopped, taken, late]) await w.ready(parcel);
  await w.until("2026-01-11T11:00:00Z");
  w.mail.told.refuse = 451;
  await w.until("2026-01-11T12:00:00Z");
  assert.equal((await w.rows()).filter(({ template, state }) => template === "two_days_left" && state === "waiting").length, 3);
  await w.move(stopped, { isStopped: true });
  await w.become(taken, "stored", "collected");
  w.told.pickup.status = 410;
  w.mail.told.refuse = 0;
  await w.until("2026-01-13T12:30:00Z");
  const reminders = (await w.rows()).filter(({ template }) => ["two_days_left", "one_day_left", "last_warning"].includes(template));
  assert.ok(reminders.length >= 3 && reminders.every(({ state }) => state === "void"), JSON.stringify(reminders));
  assert.deepEqual((await w.left()).slice(6), ["collected email 2026-01-11T12:00"], "of all that, only the receipt was true");
});

test("A5.2: word of the end itself, by day; nothing after it", async () => {
  await using w = await start(database, { channels: { push: null } });
  const parcel = randomUUID();
  w.told.expiresAt = "2026-01-12T23:00:00.000Z"; // one in the night
  await w.ready(parcel);
  await w.until("2026-01-12T23:00:00Z");
  await w.become(parcel, "stored", "expired");
  await w.until("2026-01-14T00:00:00Z");
  assert.deepEqual(
    (await w.left()).filter((line) => line.startsWith("expired")),
    [
      "expired email 2026-01-12T23:00", // a mail wakes nobody
      "expired sms 2026-01-13T06:00",
    ],
  );
  assert.ok((await w.left()).at(-1)!.startsWith("expired"));
});

test("A5.2: a crash between any two lines of the planning and the telling: each reminder once, none lost", async () => {
  await using w = await start(database, { channels: { push: null, sms: null } });
  const crash = async (table: string, when: string, run: () => Promise<unknown>) => {
    await sql`create function notifications.crash() returns trigger language plpgsql as $$ begin raise exception 'crash'; end $$`.execute(
      w.db,
    );
    await sql
      .raw(`create trigger crash ${when} on notifications.${table} for each row execute function notifications.crash()`)
      .execute(w.db);
    await run().catch(() => undefined);
    await sql`drop function notifications.crash() cascade`.execute(w.db);
  };
  const parcel = randomUUID();
  await w.ready(parcel);
  for (const [table, when] of [
    ["reminder", "after insert"],
    ["pickup_window", "before update of planned"],
  ] as const) {
    await crash(table, when, () => w.job("plan"));
    w.pass(120);
  }
  await w.until("2026-01-11T11:59:00Z");
  w.pass(60);
  for (const [table, when] of [
    ["reminder", "before update of state"],
    ["notice", "before insert"],
    ["notice", "after insert"],
  ] as const)
    await crash(table, when, () => w.job("remind"));
  for (const [table, when] of [
    ["message", "before insert"],
    ["notice", "before update of ended_at"],
  ] as const) {
    await w.job("remind");
    await crash(table, when, () => w.job("address"));
    w.pass(120);
  }
  await w.until("2026-01-13T12:00:00Z");
  assert.deepEqual(
    (await w.left()).map((line) => line.split(" ")[0]),
    ["pickup_ready", "follow_up", "two_days_left", "one_day_left", "last_warning"],
  );
  const { rows } = await sql<{ state: string; count: number }>`select state, count(*) from notifications.reminder group by state`.execute(
    w.db,
  );
  assert.deepEqual(rows, [{ state: "told", count: 4 }]);
});

test("A5.2: by the recipient's own clock where it is known; two processes tell each reminder once", async () => {
  await using w = await start(database, { channels: { push: null, sms: null } });
  await w.db
    .insertInto("notifications.preference")
    .values({
      to_hash: w.seal.hash("notifications.to", "ann@example.com"),
      language: "de",
      time_zone: "America/New_York",
      quiet_from: 22 * 60,
      quiet_to: 9 * 60,
      email: "at_once",
      sms: "off",
      push: "at_once",
      reminders: true,
      updated_at: w.now(),
    })
    .execute();
  await w.ready(randomUUID());
  await w.tick();
  w.pass(26 * 3_600); // 14:00Z on the 11th: nine in the morning there
  await Promise.all([w.job("remind"), w.job("remind")]);
  await Promise.all([w.job("address"), w.job("address")]);
  await Promise.all([w.job("email"), w.job("email")]);
  assert.deepEqual((await w.left()).slice(1), ["two_days_left email 2026-01-11T14:00"]);
  const text = textPart(w.mail.mails.at(-1)!);
  assert.ok(text.includes("Hallo Ann") && text.includes("13. Januar 2026 um 14:00"), "his language, the station's time");
});
