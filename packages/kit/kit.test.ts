import assert from "node:assert/strict";
import { test } from "node:test";
import { createRoute, z } from "@hono/zod-openapi";
import fc from "fast-check";
import { canonical } from "./canonical.ts";
import { ConfigError, describeConfig, flag, key256, port, readConfig } from "./config.ts";
import { always, answers, json, refusal, router } from "./http.ts";
import { limiter } from "./limits.ts";
import { createLog, silentLog } from "./log.ts";
import { digits, systemRandom } from "./random.ts";
import { Refused } from "./refused.ts";
import { createSeal, sameSecret } from "./seal.ts";
import { mkdtempSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

test("what was sealed opens at its place alone, with any key that was ever the newest, and not when a bit is changed (A10.1)", () => {
  const [old, young] = [systemRandom.bytes(32), systemRandom.bytes(32)];
  const before = createSeal([old], systemRandom);
  const now = createSeal([young, old], systemRandom);
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.nat(), (place, value, at) => {
      const sealed = before.seal(place, value);
      assert.equal(now.open(place, sealed), value);
      assert.throws(() => now.open(`${place}x`, sealed));
      const bytes = Buffer.from(sealed, "base64url");
      bytes[at % bytes.length]! ^= 1;
      assert.throws(() => now.open(place, bytes.toString("base64url")));
    }),
    { numRuns: 200 },
  );
  assert.notEqual(now.seal("p", "same"), now.seal("p", "same"));
  assert.equal(before.hash("email", "a@b.c"), now.hash("email", "a@b.c"), "look-ups survive the rotation of keys");
  assert.notEqual(now.hash("email", "a@b.c"), now.hash("phone", "a@b.c"));
  assert.ok(sameSecret("x", "x") && !sameSecret("x", "y"));
});

test("a deadlock and a database that is away are told as 503 with a time to try again, a bug as 500", async () => {
  const failing = createRoute({ method: "get", path: "/", responses: { ...always, 204: { description: "done" } } });
  const answer = async (error: Error) => {
    const app = router({}, silentLog).openapi(failing, () => {
      throw error;
    });
    const { status, headers } = await app.request("/");
    return [status, headers.get("retry-after")];
  };
  const deadlock = Object.assign(new Error("deadlock detected"), { code: "40P01" });
  assert.deepEqual(await answer(deadlock), [503, "1"]);
  assert.deepEqual(await answer(new Error("could not claim", { cause: deadlock })), [503, "1"]);
  assert.deepEqual(await answer(Object.assign(new Error("connect"), { code: "ECONNREFUSED" })), [503, "1"]);
  assert.deepEqual(await answer(new Error("timeout exceeded when trying to connect")), [503, "1"]);
  assert.deepEqual(await answer(Object.assign(new Error("duplicate key"), { code: "23505" })), [500, null]);
  assert.deepEqual(await answer(new TypeError("x is not a function")), [500, null]);
});

test("digits are uniform over the whole space that is claimed (I-33)", () => {
  const counts = new Map<string, number>();
  for (let i = 0; i < 10_000; i++) {
    const text = digits(systemRandom, 8, "012345678");
    assert.match(text, /^[0-8]\d{7}$/);
    for (const [at, digit] of [...text].entries()) counts.set(`${at}${digit}`, (counts.get(`${at}${digit}`) ?? 0) + 1);
  }
  assert.equal(counts.size, 9 + 7 * 10);
  for (const count of counts.values()) assert.ok(count > 800 && count < 1_300, String(count));
});

test("equal values have equal canonical texts, whatever the order of their members", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const shuffled = Object.fromEntries(Object.entries(value).toReversed());
      assert.equal(canonical(shuffled), canonical(value));
      assert.deepEqual(JSON.parse(canonical(value)), JSON.parse(JSON.stringify(value)));
    }),
  );
});

const settings = {
  DATABASE_URL: { schema: z.string(), about: "where", secret: true },
  PORT: { schema: port(8080), about: "port" },
  DEMO: { schema: flag, about: "demo" },
  KEY: { schema: key256, about: "a key", secret: true },
} as const;

test("a configuration that is wrong names every fault and what the setting is for; a right one prints with secrets masked", () => {
  assert.throws(
    () => readConfig(settings, { PORT: "eighty", KEY: "123" }),
    (error: Error) => {
      assert.ok(error instanceof ConfigError);
      for (const part of ["DATABASE_URL is missing", "(where)", "PORT is not valid", "KEY is not valid: must be 64 hexadecimal digits"])
        assert.ok(error.message.includes(part), part);
      return true;
    },
  );
  const config = readConfig(settings, { DATABASE_URL: "postgres://a:hunter2@h/d", KEY: "0".repeat(64), PORT: "" });
  assert.deepEqual({ port: config.PORT, demo: config.DEMO }, { port: 8080, demo: false });
  const printed = describeConfig(settings, config).join("\n");
  assert.ok(printed.includes("PORT=8080") && !printed.includes("hunter2") && !printed.includes("0".repeat(64)));
});

const refusals = { too_late: { status: 410, title: "Too late" } } as const;
const greet = createRoute({
  method: "post",
  path: "/greetings",
  request: { body: json(z.strictObject({ name: z.string().min(1) })) },
  responses: { ...always, 200: answers("greeted", z.object({ text: z.string() })), 410: refusal(refusals, "too_late") },
});
const app = router(refusals, silentLog);
app.openapi(greet, (c) => {
  const { name } = c.req.valid("json");
  if (name === "late") throw new Refused("too_late", "It closed at noon.", { closedAt: "12:00" });
  if (name === "surprise") throw new Error("a bug");
  return c.json({ text: `Hello ${name}` }, 200);
});
const send = (body: string, headers: Record<string, string> = { "content-type": "application/json" }) =>
  app.request("/greetings", { method: "POST", body, headers });

test("every no is a problem document with a code and a sentence", async () => {
  assert.equal((await send('{"name":"Ann"}')).status, 200);
  const late = await send('{"name":"late"}');
  assert.equal(late.headers.get("content-type"), "application/problem+json");
  assert.deepEqual(await late.json(), {
    closedAt: "12:00",
    type: "/problems/too_late",
    title: "Too late",
    status: 410,
    detail: "It closed at noon.",
    code: "too_late",
  });
  for (const body of [
    "",
    "{",
    "null",
    "[]",
    '{"name":1}',
    '{"name":""}',
    '{"name":"x","role":"admin"}',
    '{"name":"x"}trailing',
    "[".repeat(20_000),
  ]) {
    const answer = await send(body);
    assert.equal(answer.status, 400, body.slice(0, 30));
    assert.equal(((await answer.json()) as { code: string }).code, "malformed");
  }
  const large = JSON.stringify({ name: "x".repeat(2_000_000) });
  assert.equal((await send(large, { "content-type": "application/json", "content-length": String(large.length) })).status, 413);
  assert.equal((await send("name=x", { "content-type": "application/x-www-form-urlencoded", "content-length": "6" })).status, 415);
  assert.equal((await app.request("/nowhere")).status, 404);
  const bug = await send('{"name":"surprise"}');
  assert.equal(bug.status, 500);
  assert.ok(!JSON.stringify(await bug.json()).includes("a bug"), "what broke is for the log alone");
});

test("a limiter refuses the surplus of one client and says when to come back", async () => {
  const allow = limiter({ points: 2, seconds: 60 });
  await allow("a");
  await allow("a");
  await allow("b");
  await assert.rejects(
    allow("a"),
    (error: unknown) => error instanceof Refused && error.code === "too_many_requests" && Number(error.details.retryAfterSeconds) > 0,
  );
});

test("secrets passed to the log by name never reach it (I-69)", () => {
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), "pigeonhole-log-")), "log");
  const log = createLog({ name: "t", file });
  log.info(
    {
      code: "12345678",
      token: "tok-secret",
      recipient: { name: "Ann", email: "ann@example.org" },
      parcel: { phone: "+37251234567" },
      err: new Error("outer", { cause: new Error("inner") }),
    },
    "message",
  );
  const text = readFileSync(file, "utf8");
  for (const secret of ["12345678", "tok-secret", "ann@example.org", "+37251234567"]) assert.ok(!text.includes(secret), secret);
  assert.ok(text.includes("outer") && text.includes("inner"));
});
