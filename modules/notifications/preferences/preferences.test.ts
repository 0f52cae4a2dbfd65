import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { client } from "@pigeonhole/kit/client";
import { choose } from "../choosing.ts";
import { ann, openDatabase, operator, start, textPart } from "../testing.ts";
import { templates } from "../templates/all.ts";
import type { PreferenceApi, Preferences } from "./contract.ts";
import { usual } from "./queries.ts";

const database = await openDatabase();
after(() => database[Symbol.asyncDispose]());

const all = ["email", "sms", "push"] as const;

test("A5.1: which channels leave at once and which stand by is the template's, within the recipient's wishes; nobody is told by nothing", () => {
  const { pickup_ready: ready, two_days_left: reminder } = templates;
  assert.deepEqual(choose(ready, usual, all), { atOnce: ["email", "sms", "push"], standBy: [] });
  assert.deepEqual(choose(ready, { ...usual, sms: "stand_by", push: "off" }, all), { atOnce: ["email"], standBy: ["sms"] });
  assert.deepEqual(choose(reminder, usual, all), { atOnce: ["email", "push"], standBy: ["sms"] });
  assert.deepEqual(choose(reminder, { ...usual, sms: "off" }, ["email", "sms"]), { atOnce: ["email"], standBy: [] });
  assert.deepEqual(choose(ready, { ...usual, email: "stand_by", sms: "off", push: "off" }, all), { atOnce: ["email"], standBy: [] });
  assert.deepEqual(choose(ready, usual, ["email", "sms"], ["email"]), { atOnce: ["sms"], standBy: ["email"] });
  assert.deepEqual(choose(ready, usual, ["email"], ["email"]), { atOnce: ["email"], standBy: [] });
});

test("a recipient's wishes: kept, planned anew, refused where nothing could be told in time; one click ends reminders and nothing else (RFC 8058)", async () => {
  await using w = await start(database, { channels: { push: null } });
  const as = (actor = ann) =>
    client<PreferenceApi>("http://n", {
      headers: { "x-actor": JSON.stringify(actor) },
      fetch: (input, init) => w.built.routes.request(String(input), init),
    })["message-preferences"];
  const usually: Preferences = {
    email: "at_once",
    sms: "at_once",
    push: "at_once",
    reminders: true,
    language: null,
    quiet: { from: "21:00", to: "08:00" },
    timeZone: null,
  };
  const got = await as().$get();
  assert.ok(got.status === 200);
  assert.deepEqual(await got.json(), usually);
  const codeOf = async (json: Preferences) => {
    const answer = await as().$put({ json });
    return answer.status === 200 ? "kept" : ((await answer.json()) as { code: string }).code;
  };
  assert.equal(await codeOf({ ...usually, quiet: { from: "08:00", to: "07:00" } }), "quiet_too_long");
  assert.equal(await codeOf({ ...usually, timeZone: "Europe/Atlantis" }), "unknown_time_zone");
  assert.equal(await codeOf({ ...usually, quiet: { from: "21:10", to: "08:00" } }), "malformed");
  assert.equal((await as(operator as typeof ann).$get()).status, 403);

  w.told.expiresAt = "2026-01-17T12:00:00.000Z";
  await w.ready(randomUUID());
  await w.tick();
  const due = async () =>
    (
      await w.db.selectFrom("notifications.reminder").select(["kind", "due_at"]).where("state", "=", "planned").orderBy("due_at").execute()
    ).map(({ kind, due_at }) => `${kind} ${due_at.toISOString().slice(0, 16)}`);
  assert.ok((await due()).includes("two_days_left 2026-01-15T12:00"));
  assert.equal(await codeOf({ ...usually, language: "de", quiet: { from: "12:00", to: "16:00" }, sms: "stand_by" }), "kept");
  await w.tick();
  assert.deepEqual(await due(), [
    "follow_up 2026-01-10T20:00",
    "two_days_left 2026-01-15T14:00", // noon to four in Tallinn is quiet now
    "one_day_left 2026-01-16T14:00",
    "last_warning 2026-01-17T09:45",
  ]);
  await w.until("2026-01-10T21:00:00Z");
  const followUp = w.mail.mails.at(-1)!;
  assert.ok(textPart(followUp).includes("Schon gesehen") || textPart(followUp).includes("Hallo Ann"), "in the language that was wished");
  const [, click] =
    /^List-Unsubscribe: <https:\/\/ph\.example\/api(\/fewer-messages\/[0-9a-f]{52})>/m.exec(followUp.replaceAll("\r\n ", "")) ?? [];
  assert.ok(click, "a reminder can be ended");
  assert.ok(textPart(followUp).includes("https://ph.example/messages?fewer="));
  assert.ok(!w.mail.mails[0]!.includes("List-Unsubscribe"), "a code cannot");
  const post = (path: string) =>
    w.built.routes.request(path, {
      method: "POST",
      body: "List-Unsubscribe=One-Click",
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
  assert.equal((await post(click.replace(/.$/, "x"))).status, 404);
  assert.equal((await post(click)).status, 204);
  assert.equal((await post(click)).status, 204);
  const now = await as().$get();
  assert.ok(now.status === 200);
  assert.deepEqual(await now.json(), {
    ...usually,
    language: "de",
    quiet: { from: "12:00", to: "16:00" },
    sms: "stand_by",
    reminders: false,
  });
  await w.ready(randomUUID());
  await w.until("2026-01-18T00:00:00Z");
  assert.deepEqual(
    (await w.left()).map((line) => line.split(" ")[0]).slice(3),
    ["pickup_ready", "last_warning", "last_warning"],
    "the code and the last warning come",
  );
});
