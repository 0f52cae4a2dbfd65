import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { client, problemOf } from "@pigeonhole/kit/client";
import { silentLog } from "@pigeonhole/kit/log";
import { grantOf } from "../link/testing.ts";
import { testStation } from "../testing.ts";
import { KioskState, type KioskApi } from "./contract.ts";
import { serveKiosk } from "./server.ts";

/** A station with its kiosk on a free port, the doors movable by hand, and pages to serve. */
async function kiosk(more: { readonly requestsPerSecond?: number } = {}) {
  const world = await testStation(["small", "medium"], (t) => ({ walkUp: [2], grants: [grantOf(t, "12345678")] }));
  const pages = mkdtempSync(path.join(tmpdir(), "pigeonhole-pages-"));
  mkdirSync(path.join(pages, "kiosk"));
  mkdirSync(path.join(pages, "assets"));
  writeFileSync(path.join(pages, "kiosk", "index.html"), "<h1>kiosk</h1>");
  writeFileSync(path.join(pages, "assets", "a.js"), "1");
  const moveDoor = (n: number, door: "closed" | "open"): void =>
    door === "closed" ? world.simulator.closeDoor(n) : world.simulator.forceOpen(n);
  const server = await serveKiosk({
    station: world.station,
    stationId: world.test.identity.station,
    pages,
    supportPhone: "+49 30 1",
    languages: ["en", "de"],
    port: 0,
    moveDoor,
    ...more,
    timers: world.time.timers,
    log: silentLog,
  });
  const url = `http://127.0.0.1:${server.port}`;
  return {
    world,
    url,
    api: client<KioskApi>(`${url}/api`),
    post: (at: string, body: string, type = "application/json") =>
      fetch(`${url}/api${at}`, { method: "POST", body, headers: { "content-type": type } }),
    async [Symbol.asyncDispose](): Promise<void> {
      await server.stop();
      await world[Symbol.asyncDispose]();
      rmSync(pages, { recursive: true, force: true });
    },
  };
}

/** Reads a stream of states until one is as wanted; at most 5 s. */
async function* statesOf(url: string) {
  const response = await fetch(`${url}/api/kiosk/changes`, { signal: AbortSignal.timeout(10_000) });
  let text = "";
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const messages = text.split("\n\n");
    text = messages.pop()!;
    for (const message of messages) {
      const data = /^data: (.*)$/m.exec(message)?.[1];
      if (data) yield KioskState.parse(JSON.parse(data));
    }
  }
}

test("a visit as the screen sees it: code, open, closed by hand, done, idle again", async () => {
  await using k = await kiosk();
  const about = await k.api.kiosk.$get();
  assert.ok(about.status === 200);
  assert.partialDeepStrictEqual(await about.json(), {
    name: "Test",
    timeZone: "Europe/Berlin",
    supportPhone: "+49 30 1",
    walkUpSizes: ["medium"],
    isSimulated: true,
    codeDigits: 8,
    cabinet: [{ number: 1 }, { number: 2 }],
  });
  const steps: string[] = [];
  const revisions: number[] = [];
  const watching = (async () => {
    for await (const { step, revision } of statesOf(k.url)) {
      if (steps.at(-1) !== step.step) steps.push(step.step);
      revisions.push(revision);
      if (steps.length > 2 && step.step === "idle") return;
    }
  })();
  await k.world.backend.until(() => revisions.length > 0, "the first state");
  const opened = await k.api.kiosk.pickup.$post({ json: { code: "1234 5678" } });
  assert.ok(opened.status === 200);
  assert.partialDeepStrictEqual(await opened.json(), { step: { step: "open", compartment: 1, purpose: "collect", isLeftOpen: false } });
  const closed = await k.api.simulator.doors[":compartment"].$post({ param: { compartment: "1" }, json: { door: "closed" } });
  assert.ok(closed.status === 200);
  assert.partialDeepStrictEqual(await closed.json(), {
    step: { step: "done", compartment: 1, isStored: false },
    doors: [{ compartment: 1, door: "closed" }, { compartment: 2 }],
  });
  assert.equal((await k.api.kiosk.leave.$post()).status, 200);
  await watching;
  assert.deepEqual(
    steps.filter((s) => s !== "working"),
    ["idle", "open", "done", "idle"],
  );
  assert.deepEqual(
    revisions,
    revisions.toSorted((a, b) => a - b),
  );
});

test("a walk-up at the screen: size, door, question, the code once, gone after leaving", async () => {
  await using k = await kiosk();
  const opened = await k.api.kiosk.deposits.$post({ json: { size: "medium" } });
  assert.equal(opened.status, 200);
  const early = await k.api.kiosk.answer.$post({ json: { isParcelIn: true } });
  assert.equal(early.status, 409);
  await k.api.simulator.doors[":compartment"].$post({ param: { compartment: "2" }, json: { door: "closed" } });
  const done = await k.api.kiosk.answer.$post({ json: { isParcelIn: true } });
  assert.ok(done.status === 200);
  const state = await done.json();
  assert.ok(state.step.step === "done" && /^9\d{7}$/.test(state.step.code ?? ""));
  assert.deepEqual(state.free, [{ size: "medium", count: 0 }]);
  const left = await k.api.kiosk.leave.$post();
  assert.ok(left.status === 200 && !JSON.stringify(await left.json()).includes(state.step.code!));
  assert.equal((await k.api.kiosk.deposits.$post({ json: { size: "medium" } })).status, 409);
});

test("each refusal is a problem document with its code, and says when to come back", async () => {
  await using k = await kiosk();
  for (let n = 0; n < 5; n++) {
    const wrong = await k.api.kiosk.pickup.$post({ json: { code: "50000000" } });
    assert.equal(wrong.status, 422);
    assert.equal(wrong.headers.get("content-type"), "application/problem+json");
  }
  const locked = await k.api.kiosk.pickup.$post({ json: { code: "12345678" } });
  assert.equal(locked.status, 429);
  assert.ok(Number(locked.headers.get("retry-after")) <= 30);
  const problem = await problemOf(locked as { status: number; json(): Promise<unknown> });
  assert.equal(problem.code, "too_many_attempts");
  assert.ok(new Date(String(problem["freeAt"])) > k.world.time.now());
  const state = await k.api.kiosk.state.$get();
  assert.ok(state.status === 200 && (await state.json()).keypadFreeAt === problem["freeAt"]);
});

test("bad input is a clear answer, opens nothing and changes nothing", async () => {
  await using k = await kiosk();
  const cases: [string, string, number][] = [
    ["/kiosk/pickup", "{", 400],
    ["/kiosk/pickup", "{}", 400],
    ["/kiosk/pickup", '{"code":12345678}', 400],
    ["/kiosk/pickup", '{"code":""}', 400],
    ["/kiosk/pickup", `{"code":"${"1".repeat(33)}"}`, 400],
    ["/kiosk/pickup", '{"code":"\\u0000"}', 422],
    ["/kiosk/scan", `{"text":"${"x".repeat(2_000)}"}`, 400],
    ["/kiosk/scan", '{"text":"PH1.AAAA"}', 422],
    ["/kiosk/deposits", '{"size":"tiny"}', 400],
    ["/kiosk/deposits", '{"size":"large"}', 409],
    ["/kiosk/answer", '{"isParcelIn":true}', 409],
    ["/kiosk/answer", '{"isParcelIn":"yes"}', 400],
    ["/kiosk/pickup", '{"code":"12345678","compartment":2}', 400],
    ["/kiosk/pickup", '{"__proto__":{"code":"12345678"}}', 400],
    ["/kiosk/pickup", "null", 400],
    ["/kiosk/pickup", `${"[".repeat(10_000)}${"]".repeat(10_000)}`, 400],
    ["/kiosk/pickup", '{"code":"\\ud800 \\u202e"}', 422],
    ["/kiosk/scan", '{"text":"\\u0000\\u001d\\r\\n"}', 422],
    ["/kiosk/scan", '{"text":["12345678"]}', 400],
    ["/kiosk/deposits", '{"size":"medium","compartment":2}', 400],
    ["/kiosk/answer", '{"isParcelIn":true,"parcel":"x"}', 400],
    ["/simulator/doors/1e309", '{"door":"open"}', 400],
    ["/simulator/doors/%00", '{"door":"open"}', 400],
    ["/simulator/doors/0", '{"door":"open"}', 400],
    ["/simulator/doors/9", '{"door":"open"}', 404],
    ["/simulator/doors/x", '{"door":"open"}', 400],
    ["/nothing", "{}", 404],
  ];
  for (const [at, body, status] of cases) {
    const response = await k.post(at, body);
    assert.equal(response.status, status, `${at} ${body}`);
    assert.equal(response.headers.get("content-type"), "application/problem+json", at);
  }
  assert.equal(
    (await k.post("/kiosk/pickup", "code=12345678", "application/x-www-form-urlencoded")).status,
    415,
    "a form of another page can not speak here",
  );
  assert.equal((await k.post("/kiosk/pickup", `{"code":"${"1".repeat(1_100_000)}"}`)).status, 413);
  assert.deepEqual(k.world.fired(), []);
});

test("pages are served, nothing outside them, and no name that was bent to this machine", async () => {
  await using k = await kiosk();
  const get = (at: string, host = new URL(k.url).host): Promise<{ status: number; body: string; type: string }> =>
    new Promise((resolve, reject) => {
      request({ host: "127.0.0.1", port: new URL(k.url).port, path: at, headers: { host } }, (response) => {
        let body = "";
        response.on("data", (chunk: Buffer) => {
          body += chunk;
        });
        response.on("end", () => resolve({ status: response.statusCode!, body, type: response.headers["content-type"] ?? "" }));
      })
        .on("error", reject)
        .end();
    });
  assert.deepEqual(await get("/"), { status: 200, body: "<h1>kiosk</h1>", type: "text/html; charset=utf-8" });
  assert.deepEqual(await get("/assets/a.js"), { status: 200, body: "1", type: "text/javascript" });
  for (const at of ["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc%2fpasswd", "//etc/passwd", "/%00", "/%"]) {
    const { status, body } = await get(at);
    assert.ok(status < 500 && !body.includes("root:"), at);
  }
  assert.equal((await get("/api/kiosk", "evil.example")).status, 403);
  assert.equal((await get("/api/kiosk", "localhost")).status, 200);
});

test("another page in a browser on this machine is refused, whatever it sends; the kiosk's own page is not", async () => {
  await using k = await kiosk();
  const own = new URL(k.url);
  const headersOf: [string, Record<string, string>, number][] = [
    ["a page of the Internet", { origin: "https://evil.example", "sec-fetch-site": "cross-site" }, 403],
    ["an old browser", { origin: "https://evil.example" }, 403],
    ["a page that hides where it is", { origin: "null", "sec-fetch-site": "cross-site" }, 403],
    ["another port of this machine", { origin: "http://127.0.0.1:1", "sec-fetch-site": "same-site" }, 403],
    ["another name of this machine", { origin: `http://localhost:${own.port}`, "sec-fetch-site": "cross-site" }, 403],
    ["an image or a stream of another page", { "sec-fetch-site": "cross-site" }, 403],
    ["the kiosk's own page", { origin: own.origin, "sec-fetch-site": "same-origin" }, 200],
    ["no browser", {}, 200],
  ];
  const ask = (method: string, at: string, headers: Record<string, string>): Promise<{ status: number; body: string; allows: unknown }> =>
    new Promise((resolve, reject) => {
      request({ host: "127.0.0.1", port: own.port, method, path: at, headers: { host: own.host, ...headers } }, (response) => {
        response.setEncoding("utf8").once("data", (body: string) => {
          resolve({ status: response.statusCode!, body, allows: response.headers["access-control-allow-origin"] });
          response.destroy();
        });
      })
        .on("error", reject)
        .end();
    });
  for (const [who, headers, expected] of headersOf) {
    for (const [method, at] of [
      ["POST", "/api/kiosk/leave"],
      ["GET", "/api/kiosk/state"],
      ["GET", "/api/kiosk/changes"],
    ] as const) {
      const { status, body, allows } = await ask(method, at, headers);
      assert.equal(status, expected, `${who}: ${method} ${at} ${body}`);
      assert.equal(allows, undefined);
      if (status !== 200) assert.equal((JSON.parse(body) as { code: string }).code, "not_allowed");
    }
    const preflight = await ask("OPTIONS", "/api/kiosk/pickup", { ...headers, "access-control-request-method": "POST" });
    assert.ok(preflight.status >= 400 && preflight.allows === undefined, who);
  }
  const page = await fetch(k.url, { headers: { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" } });
  assert.equal(page.status, 200, "a link may lead to the screen");
  assert.match(page.headers.get("content-security-policy") ?? "", /frame-ancestors 'none'/);
  assert.deepEqual(k.world.fired(), []);
});

test("a flood is refused with when to come back, streams too, and afterwards all is as before", async () => {
  await using k = await kiosk({ requestsPerSecond: 25 });
  const stop = new AbortController();
  const streams = await Promise.all(Array.from({ length: 20 }, () => fetch(`${k.url}/api/kiosk/changes`, { signal: stop.signal })));
  assert.deepEqual(streams.map(({ status }) => status).toSorted(), [...Array<number>(16).fill(200), ...Array<number>(4).fill(429)]);
  stop.abort();
  const answers = await Promise.all(Array.from({ length: 300 }, () => k.post("/kiosk/leave", "")));
  const refused = answers.filter(({ status }) => status === 429);
  assert.ok(refused.length > 0 && answers.every(({ status }) => status === 200 || status === 429));
  assert.equal(refused[0]!.headers.get("retry-after"), "1");
  await Promise.all(answers.map((answer) => answer.arrayBuffer()));
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  const again = await fetch(`${k.url}/api/kiosk/changes`, { signal: AbortSignal.timeout(5_000) });
  assert.equal(again.status, 200);
  await again.body!.cancel();
});
