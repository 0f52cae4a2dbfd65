import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { openApi } from "@pigeonhole/server/openapi/document";
import { publicKeyText, secretText, signatures } from "@pigeonhole/webhooks/signature";
import { generated } from "../../tools/client/generated.ts";
import { isProblem, pigeonhole, type Problem } from "./pigeonhole.ts";
import { NotGenuine, toleranceSeconds, verifyWebhook } from "./webhooks.ts";

test("the generated files are what the contracts give", async () => {
  for (const [file, text] of Object.entries(await generated(openApi())))
    assert.equal(readFileSync(file, "utf8"), text, `${file} is not what the contracts give: node tools/client/write.ts`);
});

type Reply = { readonly status: number; readonly body?: unknown; readonly headers?: Record<string, string> } | "no answer";
/** A network that gives these answers in turn, and a clock on which waiting takes no time. */
function scripted(...replies: Reply[]) {
  const asked: { readonly url: string; readonly method: string; readonly headers: Record<string, string>; readonly body: unknown }[] = [];
  const waited: number[] = [];
  let keys = 0;
  const api = pigeonhole({
    url: "https://lockers.example/",
    key: "phk_x",
    runtime: {
      fetch: async (input, init) => {
        const { method, headers, body } = init as { method: string; headers: Record<string, string>; body?: string };
        asked.push({ url: String(input), method, headers, body: body === undefined ? undefined : JSON.parse(body) });
        const reply = replies.shift() ?? "no answer";
        if (reply === "no answer") throw new TypeError("fetch failed");
        return new Response(reply.body === undefined ? null : JSON.stringify(reply.body), {
          status: reply.status,
          headers: reply.headers ?? {},
        });
      },
      newKey: () => `key-${++keys}`,
      now: () => Date.parse("2026-03-01T00:00:00Z"),
      chance: () => 0.5,
      sleep: async (ms) => void waited.push(ms),
    },
  });
  return { api, asked, waited };
}
const busy = {
  status: 429,
  body: { type: "/problems/too_many_requests", code: "too_many_requests", title: "Too many requests", status: 429 },
};
const wish = { station: "s/1", orderId: "1001", size: "small" } as const;
const refused = async (asked: Promise<unknown>): Promise<Problem> => {
  try {
    await asked;
  } catch (error) {
    assert.ok(isProblem(error));
    return error;
  }
  assert.fail("it was answered yes");
};

test("a call is one request: path, query, body and key in their places", async () => {
  const w = scripted({ status: 201, body: { id: "r" } }, { status: 200, body: { candidates: [] } }, { status: 204 });
  assert.deepEqual(await w.api.reservations.hold(wish), { id: "r" });
  await w.api.reservations.search({ lat: 59.4, lon: 24.7 });
  assert.equal(await w.api.webhooks.remove({ id: "w" }), undefined);
  assert.deepEqual(
    w.asked.map(({ method, url, body }) => [method, url, body]),
    [
      ["POST", "https://lockers.example/api/stations/s%2F1/holds", { orderId: "1001", size: "small" }],
      ["GET", "https://lockers.example/api/search?lat=59.4&lon=24.7", undefined],
      ["DELETE", "https://lockers.example/api/webhooks/w", undefined],
    ],
  );
  assert.deepEqual(
    w.asked.map(({ headers }) => headers["idempotency-key"]),
    ["key-1", undefined, undefined],
  );
  assert.ok(w.asked.every(({ headers }) => headers["authorization"] === "Bearer phk_x"));
  await assert.rejects(w.api.parcels.get({ id: "" }), TypeError, "an empty id would ask for the list");
});

test("what may be repeated is, with the same Idempotency-Key, after what Retry-After says; what may not is not", async () => {
  const kept = scripted("no answer", { ...busy, headers: { "retry-after": "7" } }, { status: 503 }, { status: 201, body: { id: "r" } });
  assert.deepEqual(await kept.api.reservations.hold(wish), { id: "r" });
  assert.deepEqual(new Set(kept.asked.map(({ headers }) => headers["idempotency-key"])), new Set(["key-1"]));
  assert.deepEqual(kept.waited, [187.5, 7_000, 750]);

  const own = scripted({ status: 503 }, { status: 201, body: {} });
  await own.api.reservations.hold(wish, { idempotencyKey: "order-1001" });
  assert.deepEqual(
    own.asked.map(({ headers }) => headers["idempotency-key"]),
    ["order-1001", "order-1001"],
  );

  const once = scripted("no answer", { status: 201, body: {} });
  const lost = await refused(once.api.webhooks.tryOut({ id: "w" }));
  assert.deepEqual([once.asked.length, lost.code, lost.status], [1, "unreachable", 0]);
  const unheard = scripted({ ...busy, headers: { "retry-after": "Sun, 01 Mar 2026 00:00:09 GMT" } }, { status: 201, body: { id: "w" } });
  await unheard.api.webhooks.tryOut({ id: "w" });
  assert.deepEqual(unheard.waited, [9_000], "it was refused for its number: nothing was done");

  const long = scripted({ ...busy, headers: { "retry-after": "3600" } });
  assert.equal((await refused(long.api.parcels.list())).retryAfterSeconds, 3_600);
  const never = scripted("no answer", "no answer", "no answer", "no answer", { status: 200, body: {} });
  assert.equal((await refused(never.api.parcels.list())).code, "unreachable");
  assert.equal(never.asked.length, 4);
});

test("a refusal is thrown with its code and everything it says; one that is not ours is `unreachable`", async () => {
  const document = {
    type: "/problems/station_full",
    title: "Full",
    detail: "No free one.",
    status: 409,
    code: "station_full",
    instance: "q",
    alternatives: [{ station: "t" }],
  };
  const w = scripted({ status: 409, body: document }, { status: 404, body: "not json of ours" });
  const problem = await refused(w.api.reservations.hold(wish));
  assert.deepEqual([isProblem(problem, "station_full"), isProblem(problem, "not_found")], [true, false]);
  assert.deepEqual([problem.message, problem.requestId, problem.document], ["No free one.", "q", document]);
  assert.equal((await refused(w.api.parcels.get({ id: "p" }))).code, "unreachable");
  assert.equal(w.asked.length, 2, "a refusal is not asked again");
});

test("pages are walked to their end, by `before` and by the Link header", async () => {
  const page = (ids: readonly string[], next: string | null) => ({ status: 200, body: { parcels: ids.map((id) => ({ id })), next } });
  const w = scripted(page(["a", "b"], "b"), page(["c"], null));
  const found: string[] = [];
  for await (const { id } of w.api.parcels.list.all({ state: "stored" })) found.push(id);
  assert.deepEqual(found, ["a", "b", "c"]);
  assert.deepEqual(
    w.asked.map(({ url }) => new URL(url).search),
    ["?state=stored", "?state=stored&before=b"],
  );
  const events = (ids: readonly string[], link?: string) => ({
    status: 200,
    body: { epcisBody: { eventList: ids.map((id) => ({ id })) } },
    headers: { "content-type": "application/ld+json", ...(link ? { link } : {}) },
  });
  const e = scripted(events(["1"], '</api/epcis-events?from=x&to=y&limit=1&after=h>; rel="next"'), events(["2"]));
  const heard = [];
  for await (const event of e.api.custody.events.all({ from: "x", to: "y", limit: 1 })) heard.push(event);
  assert.deepEqual(heard, [{ id: "1" }, { id: "2" }]);
  assert.equal(new URL(e.asked[1]!.url).searchParams.get("after"), "h");
});

test("webhooks are believed with the secret or the public key, and nothing that was changed, is old, or is another's", async () => {
  const { privateKey } = generateKeyPairSync("ed25519");
  const [secret, former, foreign] = [secretText(randomBytes(32)), secretText(randomBytes(24)), secretText(randomBytes(32))];
  const body = JSON.stringify({ type: "webhook.test", timestamp: "2026-03-01T00:00:00.000Z", data: { endpoint: "ä" } });
  const timestamp = 1_772_323_200;
  const at = (seconds: number) => ({ now: () => (timestamp + seconds) * 1_000 });
  const headers = {
    "Webhook-Id": "msg_1",
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signatures({ id: "msg_1", timestamp, body }, [secret, former], privateKey),
  };
  for (const keys of [secret, former, publicKeyText(privateKey), [foreign, secret]]) {
    const event = await verifyWebhook({ body, headers, keys, runtime: at(0) });
    assert.deepEqual([event.id, event.type], ["msg_1", "webhook.test"]);
  }
  await verifyWebhook({ body: new TextEncoder().encode(body), headers: new Headers(headers), keys: secret, runtime: at(toleranceSeconds) });
  const wrong: Partial<Parameters<typeof verifyWebhook>[0]>[] = [
    { keys: foreign },
    { body: `${body} ` },
    { headers: { ...headers, "Webhook-Id": "msg_2" } },
    { headers: { ...headers, "webhook-timestamp": String(timestamp + 1) } },
    { headers: { ...headers, "webhook-timestamp": "now" } },
    { headers: { ...headers, "webhook-signature": "" } },
    { headers: { ...headers, "webhook-signature": "v1,AAAA v1a,!!!! v2,x nonsense" } },
    { headers: {} },
    { runtime: at(toleranceSeconds + 1) },
    { runtime: at(-toleranceSeconds - 1) },
  ];
  for (const change of wrong)
    await assert.rejects(verifyWebhook({ body, headers, keys: secret, runtime: at(0), ...change }), NotGenuine, JSON.stringify(change));
  await assert.rejects(verifyWebhook({ body, headers, keys: "secret", runtime: at(0) }), TypeError);
});
