import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { startTestServer } from "./testing.ts";

// What no ordinary client sends: bytes that are hardly HTTP. Each gets a refusal or a closed connection, and the server goes on.
const server = await startTestServer();
after(() => server[Symbol.asyncDispose]());
const { port, host } = new URL(server.url);

/** Sends bytes and reads until the other end closes, or `forMs` have passed without it. */
function say(bytes: string | readonly (string | Uint8Array)[], forMs = 1_000): Promise<string> {
  return new Promise((resolve) => {
    let heard = "";
    const socket = connect(Number(port), "127.0.0.1", () => {
      for (const part of typeof bytes === "string" ? [bytes] : bytes) socket.write(part);
    });
    const done = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(heard);
    };
    const timer = setTimeout(done, forMs);
    socket
      .on("data", (chunk) => (heard += chunk.toString("latin1")))
      .on("error", done)
      .on("close", done);
  });
}
const statuses = (heard: string): number[] => [...heard.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));
const head = (method: string, at: string, ...lines: string[]): string =>
  [`${method} ${at} HTTP/1.1`, `Host: ${host}`, ...lines, "", ""].join("\r\n");
const json = "Content-Type: application/json";
const body = JSON.stringify({ email: "raw@example.org" });
const stated = (text: string): string => `Content-Length: ${Buffer.byteLength(text)}`;

test("two lengths of one body, or a body after a body, smuggle nothing", async () => {
  const smuggled = head("GET", "/api/sessions/current");
  const cases: [string, string][] = [
    [
      "length and chunks",
      `${head("POST", "/api/sign-in-codes", json, "Content-Length: 4", "Transfer-Encoding: chunked")}0\r\n\r\n${smuggled}`,
    ],
    [
      "chunks, then length",
      `${head("POST", "/api/sign-in-codes", json, "Transfer-Encoding: chunked", "Content-Length: 4")}0\r\n\r\n${smuggled}`,
    ],
    ["two lengths", `${head("POST", "/api/sign-in-codes", json, "Content-Length: 2", "Content-Length: 3")}{}x`],
    ["a strange coding", `${head("POST", "/api/sign-in-codes", json, "Transfer-Encoding: xchunked")}0\r\n\r\n${smuggled}`],
    ["a negative length", `${head("POST", "/api/sign-in-codes", json, "Content-Length: -1")}{}`],
    ["a broken chunk", `${head("POST", "/api/sign-in-codes", json, "Transfer-Encoding: chunked")}zz\r\n{}\r\n0\r\n\r\n`],
    ["a bare line feed", "POST /api/sign-in-codes HTTP/1.1\nHost: a\n\n{}"],
    ["a folded header", `GET /api/stations HTTP/1.1\r\nHost: ${host}\r\nX-A: 1\r\n 2\r\n\r\n`],
    ["a NUL in a header", head("GET", "/api/stations", "X-A: a\0b")],
    ["no host", "GET /api/stations HTTP/1.1\r\n\r\n"],
    ["a host that is none", "GET /api/stations HTTP/1.1\r\nHost: a b\\@c\r\n\r\n"],
    ["nothing of HTTP", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"],
    ["a header of 64 kB", head("GET", "/api/stations", `X-A: ${"x".repeat(65_536)}`)],
    ["an address of 64 kB", head("GET", `/api/stations?q=${"x".repeat(65_536)}`)],
    ["two thousand headers", head("GET", "/api/stations", ...Array.from({ length: 2_000 }, (_, i) => `X-${i}: ${i}`))],
  ];
  for (const [what, bytes] of cases) {
    const answers = statuses(await say(bytes));
    assert.ok(answers.length === 1 && answers[0]! >= 400 && answers[0]! < 500, `${what}: ${answers}`);
  }
});

test("methods, targets and encodings that no route has are refused with a code, and chunked bodies are read like others", async () => {
  const close = "Connection: close";
  const cases: [string, string | readonly (string | Uint8Array)[], number, RegExp][] = [
    ["TRACE", head("TRACE", "/api/stations", close), 404, /no_such_route/],
    [
      "a method by header",
      `${head("POST", "/api/sign-in-codes", json, "X-HTTP-Method-Override: DELETE", stated("{}"), close)}{}`,
      400,
      /malformed/,
    ],
    ["HEAD", head("HEAD", "/api/stations", close), 200, /^HTTP\/1\.1 200/],
    ["an absolute target of another host", head("GET", "http://evil.example/api/nowhere", close), 404, /no_such_route/],
    ["dots", head("GET", "/api/x/%2e%2e/internal/parcels", close), 404, /no_such_route/],
    ["internal, with a case of its own", head("GET", "/api/Internal/parcels", close), 404, /no_such_route/],
    ["internal, escaped", head("GET", "/api/%69nternal/parcels", close), 404, /no_such_route/],
    [
      "a packed body",
      [
        head("POST", "/api/sign-in-codes", json, "Content-Encoding: gzip", `Content-Length: ${gzipSync(body).length}`, close),
        gzipSync(body),
      ],
      400,
      /malformed/,
    ],
    [
      "not UTF-8",
      [head("POST", "/api/sign-in-codes", json, "Content-Length: 13", close), Buffer.from('{"email":"\xff"}', "latin1")],
      400,
      /malformed/,
    ],
    [
      "chunks",
      `${head("POST", "/api/sign-in-codes", json, "Transfer-Encoding: chunked", close)}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
      202,
      /expiresAt/,
    ],
    [
      "chunks without an end of it",
      `${head("POST", "/api/sign-in-codes", json, "Transfer-Encoding: chunked", close)}${(1_200_000).toString(16)}\r\n${"x".repeat(1_200_000)}\r\n0\r\n\r\n`,
      413,
      /too_large/,
    ],
    [
      "a form",
      `${head("POST", "/api/sign-in-codes", "Content-Type: application/x-www-form-urlencoded", stated("email=a"), close)}email=a`,
      415,
      /unsupported_media_type/,
    ],
    [
      "two keys",
      `${head("POST", "/api/stations/01987654-3210-7000-8000-000000000000/holds", json, "Idempotency-Key: a", "Idempotency-Key: b", `Authorization: Bearer ${server.shopKey}`, stated('{"orderId":"o","size":"small"}'), close)}{"orderId":"o","size":"small"}`,
      400,
      /idempotency_key_invalid/,
    ],
    [
      "an internal route with a header of ours",
      head("GET", "/api/internal/parcels?ids=", "Authorization: Module x:parcels", "X-Client-Address: 127.0.0.1", close),
      401,
      /not_signed_in/,
    ],
  ];
  for (const [what, bytes, status, says] of cases) {
    const heard = await say(bytes, 5_000);
    assert.equal(statuses(heard)[0], status, `${what}: ${heard.slice(0, 400)}`);
    assert.match(heard, says, what);
  }
});

test("a body that stops halfway keeps nobody else waiting and is forgotten when its sender goes", async () => {
  const half = head("POST", "/api/sign-in-codes", json, "Content-Length: 1000000");
  const waiting = Promise.all(Array.from({ length: 50 }, () => say([half, '{"email":"'], 1_000)));
  const since = performance.now();
  assert.equal((await fetch(`${server.url}/api/stations`)).status, 200);
  assert.ok(performance.now() - since < 900);
  for (const heard of await waiting) assert.equal(heard, "");
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
});

test("one address follows changes over so many connections, and no more", async () => {
  const stop = new AbortController();
  const answers = await Promise.all(
    Array.from({ length: 205 }, () => fetch(`${server.url}/changes?topic=station:1`, { signal: stop.signal })),
  );
  const refused = answers.filter(({ status }) => status !== 200);
  assert.equal(refused.length, 5);
  const problem = (await refused[0]!.json()) as { code: string };
  assert.deepEqual([refused[0]!.status, problem.code, refused[0]!.headers.get("retry-after")], [429, "too_many_requests", "10"]);
  stop.abort();
});
