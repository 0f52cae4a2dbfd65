import assert from "node:assert/strict";
import { test } from "node:test";
import { after, pausesSeconds, retryAfter } from "./domain.ts";
import { refusedUrl } from "./sending.ts";

const at = new Date("2026-03-01T12:00:00Z");
const outcome = (status: number | null, retryAfterSeconds: number | null = null) => ({ status, error: null, retryAfterSeconds, ms: 1 });

test("ten attempts within 75 hours, then it is given up", () => {
  let now = at;
  for (let attempt = 1; ; attempt++) {
    const verdict = after(outcome(attempt % 2 === 0 ? 500 : null), attempt, now);
    if (verdict.state === "failed") {
      assert.equal(attempt, 10);
      break;
    }
    assert.ok(verdict.nextAt! > now);
    now = verdict.nextAt!;
  }
  assert.equal((now.getTime() - at.getTime()) / 1_000, 75 * 3_600 + 35 * 60 + 5);
});

test("2xx is a yes, 410 ends the endpoint, a redirection is none, and who asks for patience gets it within bounds", () => {
  for (const status of [200, 201, 204, 299]) assert.equal(after(outcome(status), 1, at).state, "delivered");
  assert.deepEqual(after(outcome(410), 1, at), { state: "failed", nextAt: null, isGone: true });
  for (const status of [199, 300, 301, 302, 307, 400, 401, 404, 429, 500, 503, null])
    assert.deepEqual(after(outcome(status), 1, at), { state: "waiting", nextAt: new Date(at.getTime() + 5_000), isGone: false });
  assert.equal(after(outcome(429, 600), 1, at).nextAt!.getTime() - at.getTime(), 600_000);
  assert.equal(after(outcome(503, 10 ** 9), 1, at).nextAt!.getTime() - at.getTime(), 86_400_000);
  assert.equal(after(outcome(429, 1), 5, at).nextAt!.getTime() - at.getTime(), pausesSeconds[4] * 1_000, "never sooner than planned");
  assert.equal(retryAfter("120", at), 120);
  assert.equal(retryAfter("Sun, 01 Mar 2026 12:02:00 GMT", at), 120);
  assert.equal(retryAfter("Sun, 01 Mar 2026 11:00:00 GMT", at), 0);
  for (const text of [undefined, "soon", "-5", "1e9"]) assert.equal(retryAfter(text, at), null, text);
});

test("addresses that lead inside are refused with a sentence, before anything is sent", () => {
  for (const url of [
    "http://shop.example.com/x",
    "https://user:secret@shop.example.com/x",
    "https://127.0.0.1/x",
    "https://2130706433/x",
    "https://0x7f.1/x",
    "https://[::1]/x",
    "https://169.254.169.254/latest/meta-data",
    "https://localhost/x",
    "https://shop.localhost/x",
    "https://printer.local/x",
    "https://db.internal./x",
    "https://intranet/x",
  ])
    assert.match(refusedUrl(url, false) ?? "", /\.$/, url);
  assert.equal(refusedUrl("https://hooks.shop.eu/x?y=1", false), undefined);
  assert.equal(refusedUrl("http://127.0.0.1:9000/x", true), undefined);
  assert.match(refusedUrl("http://user:pw@127.0.0.1/x", true) ?? "", /user name/);
});
