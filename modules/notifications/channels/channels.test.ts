import assert from "node:assert/strict";
import { createECDH, createPublicKey, randomBytes, randomUUID, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { createServer as createTcpServer, type AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { freePort } from "@pigeonhole/kit/testing";
import fc from "fast-check";
import { SMTPServer } from "smtp-server";
import webPush from "web-push";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import { after, away, failed, hopeless, maxRefusals, overtaken, pauseAfter, sent, unknown } from "../domain.ts";
import { qrPng } from "../qr-png.ts";
import { emailSender } from "./email.ts";
import { isPushService, pushSender } from "./push.ts";
import { smsSender } from "./sms.ts";

// The reader's own file, in place of the one that it would fetch from the Internet.
const wasm = readFileSync(new URL(import.meta.resolve("zxing-wasm/reader/zxing_reader.wasm")));
prepareZXingModule({ overrides: { wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength) as ArrayBuffer } });

const message = {
  id: randomUUID(),
  to: "ann@example.com",
  language: "en",
  subject: "Täna",
  text: "Kood 1234 5678\n",
  html: '<p>Kood</p><img src="cid:qr@pigeonhole">',
  qr: "PH1.hello",
  link: "https://ph.example/",
  token: "f".repeat(52),
  receiptUrl: "https://ph.example/api/message-receipts/t",
  fewerUrl: null,
};

/** A mail server on loopback that keeps what it gets, or refuses as told. */
async function mailServer(t: TestContext, refuse?: { at: "rcpt" | "data"; code: number }) {
  const mails: string[] = [];
  const senders: string[] = [];
  const error = (): Error => Object.assign(new Error("no such ann@example.com"), { responseCode: refuse!.code });
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    onMailFrom: ({ address }, _session, done) => {
      senders.push(address);
      done();
    },
    onRcptTo: (_address, _session, done) => done(refuse?.at === "rcpt" ? error() : null),
    onData: (stream, _session, done) => {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", () => {
        mails.push(Buffer.concat(parts).toString());
        done(refuse?.at === "data" ? error() : null);
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { mails, senders, url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}` };
}

async function httpServer(t: TestContext, answer: (request: IncomingMessage, body: Buffer, response: ServerResponse) => void) {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part)).on("end", () => answer(request, Buffer.concat(parts), response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("a mail leaves with its id, both texts and the QR code as an image that reads back", async (t) => {
  const { mails, url } = await mailServer(t);
  const send = emailSender({ url, from: "Pigeonhole <parcels@ph.example>" });
  assert.deepEqual(await send(message), sent);
  assert.deepEqual(await send(message), sent);
  const [mail, again] = mails;
  for (const line of [
    `Message-ID: <${message.id}@ph.example>`,
    "From: Pigeonhole <parcels@ph.example>",
    "To: ann@example.com",
    "Auto-Submitted: auto-generated",
    "Content-ID: <qr@pigeonhole>",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Type: text/html; charset=utf-8",
  ])
    assert.ok(mail!.includes(line), line);
  assert.ok(again!.includes(`<${message.id}@ph.example>`), "sent twice after a crash, it is recognisably one");
  const [, image] = /Content-ID: <qr@pigeonhole>[\s\S]*?\r\n\r\n([A-Za-z0-9+/=\r\n]+)\r\n--/.exec(mail!)!;
  const [read] = await readBarcodes(new Blob([Buffer.from(image!, "base64")]), { formats: ["QRCode"] });
  assert.equal(read!.text, "PH1.hello");
});

test("a mail that cannot be delivered comes back under a name that says which it was; one click ends reminders (RFC 8058)", async (t) => {
  const { mails, senders, url } = await mailServer(t);
  const send = emailSender({ url, from: "a@b.example", bounces: "bounces@ph.example" });
  assert.deepEqual(await send({ ...message, fewerUrl: "https://ph.example/api/fewer-messages/abc" }), sent);
  assert.deepEqual(senders, [`bounces+${message.token}@ph.example`]);
  assert.ok(senders[0]!.split("@")[0]!.length <= 64);
  assert.match(mails[0]!, /^From: a@b\.example/m);
  assert.match(mails[0]!, /^List-Unsubscribe: <https:\/\/ph\.example\/api\/fewer-messages\/abc>\r$/m);
  assert.match(mails[0]!, /^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m);
  await send(message);
  assert.doesNotMatch(mails[1]!, /List-Unsubscribe/, "what has to be told cannot be ended");
});

/** A mail server of which each line is in our hand: it behaves as told once it has the mail. */
async function crudeMailServer(t: TestContext, end: "hangs up" | "falls silent") {
  let bodies = 0;
  const server = createTcpServer((socket) => {
    let inBody = false;
    socket.on("error", () => undefined);
    socket.write("220 here\r\n");
    socket.on("data", (chunk) => {
      const text = chunk.toString();
      if (inBody) {
        if (!text.includes("\r\n.\r\n")) return;
        bodies++;
        if (end === "hangs up") socket.destroy();
        return;
      }
      inBody = /^DATA/im.test(text);
      socket.write(inBody ? "354 go on\r\n" : "250 yes\r\n");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => void server.close());
  return { url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies: () => bodies };
}

test("a mail server that dies after it has the mail and before it answers: nobody knows, and that is what is recorded", async (t) => {
  const dying = await crudeMailServer(t, "hangs up");
  const outcome = await emailSender({ url: dying.url, from: "a@b.example" })(message);
  assert.equal(outcome.kind, "unknown");
  assert.equal(dying.bodies(), 1);
  const silent = await crudeMailServer(t, "falls silent");
  assert.equal((await emailSender({ url: silent.url, from: "a@b.example", timeoutMs: 150 })(message)).kind, "unknown");
});

test("a mail server that hangs or breaks off before it has the mail is away", async (t) => {
  for (const greet of ["", "220 here\r\n", "421 too busy\r\n", "554 no\r\n"]) {
    const server = createTcpServer((socket) => {
      socket.on("error", () => undefined).write(greet);
      if (greet === "220 here\r\n") socket.once("data", () => socket.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    t.after(() => void server.close());
    const url = `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;
    assert.equal((await emailSender({ url, from: "a@b.example", timeoutMs: 150 })(message)).kind, "away", greet);
  }
});

test("a refused address is hopeless, a busy or absent mail server is tried again, and neither names the address", async (t) => {
  const outcome = async (refuse: { at: "rcpt" | "data"; code: number }) =>
    emailSender({ url: (await mailServer(t, refuse)).url, from: "a@b.example" })(message);
  assert.deepEqual(await outcome({ at: "rcpt", code: 550 }), hopeless("the mail server answered 550 to RCPT TO"));
  assert.deepEqual(await outcome({ at: "rcpt", code: 451 }), failed("the mail server answered 451 to RCPT TO"));
  assert.deepEqual(await outcome({ at: "data", code: 554 }), hopeless("the mail server answered 554 to DATA"));
  const absent = await emailSender({ url: `smtp://127.0.0.1:${await freePort()}`, from: "a@b.example" })(message);
  assert.equal(absent.kind, "away");
  assert.ok(!JSON.stringify(absent).includes("ann@"));
});

test("a subject cannot smuggle in a header", async (t) => {
  const { mails, url } = await mailServer(t);
  await emailSender({ url, from: "a@b.example" })({ ...message, subject: "x\r\nBcc: eve@example.com" });
  assert.ok(!/^Bcc:/im.test(mails[0]!));
});

test("text messages: the documented request, retries where they may help, no redirect, no waiting for ever", async (t) => {
  let status = 202;
  let seen: { headers: IncomingMessage["headers"]; body: unknown } | undefined;
  let redirected = 0;
  const url = await httpServer(t, (request, body, response) => {
    if (request.url === "/elsewhere") redirected++;
    seen = { headers: request.headers, body: JSON.parse(body.toString() || "null") };
    if (status === 0) return;
    response.writeHead(status, { location: "/elsewhere" }).end("no: +37251234567");
  });
  const send = smsSender({ url: `${url}/send`, token: "t0ken", timeoutMs: 200 });
  const text = { id: message.id, to: "+37251234567", text: "Kood 1234 5678", receiptUrl: message.receiptUrl };
  assert.deepEqual(await send(text), sent);
  assert.deepEqual(seen!.body, text);
  assert.equal(seen!.headers.authorization, "Bearer t0ken");
  assert.equal(seen!.headers["idempotency-key"], message.id);
  for (const [given, isFinal] of [
    [500, false],
    [429, false],
    [401, false],
    [503, false],
    [422, true],
    [400, true],
  ] as const) {
    status = given;
    const answer = `the text message provider answered ${given}`;
    assert.deepEqual(await send(text), isFinal ? hopeless(answer) : away(answer));
  }
  status = 307;
  assert.deepEqual(await send(text), away("the text message provider could not be reached"));
  assert.equal(redirected, 0);
  status = 0;
  assert.deepEqual(await send(text), away("the text message provider did not answer within 200 ms"));
});

/**
 * A push service's look at who sends (RFC 8292): the token is signed by the key that the browser subscribed with, is for this service, ends within a
 * day, and says whom to write to. Answers what is wrong.
 */
function vapidFault(header: string | undefined, subscribedWith: string, origin: string): string | undefined {
  const [, token = "", key] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(header ?? "") ?? [];
  if (key !== subscribedWith) return "another key than the browser subscribed with";
  const [head = "", claims = "", signature = ""] = token.split(".");
  const point = Buffer.from(key, "base64url");
  const [x, y] = [point.subarray(1, 33).toString("base64url"), point.subarray(33).toString("base64url")];
  const publicKey = createPublicKey({ key: { kty: "EC", crv: "P-256", x, y }, format: "jwk" });
  const isSigned = verify(
    "sha256",
    Buffer.from(`${head}.${claims}`),
    { key: publicKey, dsaEncoding: "ieee-p1363" },
    Buffer.from(signature, "base64url"),
  );
  if (!isSigned) return "its signature is not valid";
  const read = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>;
  if (read(head)["alg"] !== "ES256") return "another algorithm";
  const { aud, exp, sub } = read(claims);
  const leftSeconds = Number(exp) - Date.now() / 1_000;
  if (aud !== origin) return `for ${String(aud)}`;
  if (!(leftSeconds > 0 && leftSeconds <= 86_400)) return `ends in ${leftSeconds} s`;
  return /^(mailto:|https:)/.test(String(sub)) ? undefined : "nobody to write to";
}

test("a notification reaches the browser encrypted for it alone, signed by the server's own key (VAPID); who has unsubscribed is gone", async (t) => {
  const bodies: { body: Buffer; headers: IncomingMessage["headers"] }[] = [];
  const faults: string[] = [];
  let status = 201;
  const ours = webPush.generateVAPIDKeys();
  const origin = await httpServer(t, (request, body, response) => {
    bodies.push({ body, headers: request.headers });
    const fault = vapidFault(request.headers.authorization, ours.publicKey, origin);
    if (fault !== undefined) faults.push(fault);
    response.writeHead(fault === undefined ? status : 403).end();
  });
  const browser = createECDH("prime256v1");
  const auth = randomBytes(16);
  const subscription = {
    endpoint: `${origin}/push/1`,
    keys: { p256dh: browser.generateKeys("base64url"), auth: auth.toString("base64url") },
  };
  const settings = { subject: "mailto:ops@ph.example", services: [origin] };
  const send = pushSender({ ...ours, ...settings });
  assert.deepEqual(await send(subscription, message), sent);
  assert.deepEqual(faults, []);
  const { body, headers } = bodies[0]!;
  assert.ok(!body.includes("1234 5678") && headers.authorization!.startsWith("vapid t=") && headers["urgency"] === "high");
  const ece = createRequire(import.meta.url)("http_ece") as { decrypt(body: Buffer, options: unknown): Buffer };
  const clear = JSON.parse(
    ece.decrypt(body, { version: "aes128gcm", privateKey: browser, authSecret: auth.toString("base64url") }).toString(),
  ) as unknown;
  assert.deepEqual(clear, { id: message.id, title: "Täna", body: message.text, url: "https://ph.example/" });
  for (const [given, outcome] of [
    [410, { kind: "gone" }],
    [404, { kind: "gone" }],
    [500, away("the push service answered 500")],
    [413, hopeless("the push service answered 413")],
  ] as const) {
    status = given;
    assert.deepEqual(await send(subscription, message), outcome);
  }
  assert.deepEqual(faults, [], "every one of them was signed");
  // Somebody else's key, or a key that is not the one that is named: the service takes neither.
  const others = webPush.generateVAPIDKeys();
  const refused = away("the push service answered 403");
  assert.deepEqual(await pushSender({ ...others, ...settings })(subscription, message), refused);
  assert.deepEqual(await pushSender({ ...ours, privateKey: others.privateKey, ...settings })(subscription, message), refused);
  assert.deepEqual(faults, ["another key than the browser subscribed with", "its signature is not valid"]);
  assert.deepEqual(await send({ ...subscription, keys: { p256dh: "short", auth: "x" } }, message), { kind: "gone" });
  assert.deepEqual(
    await pushSender({ ...ours, subject: "mailto:ops@ph.example" })(subscription, message),
    { kind: "gone" },
    "not a push service",
  );
});

test("messages go to push services and to no other address", () => {
  for (const good of [
    "https://fcm.googleapis.com/fcm/send/x",
    "https://updates.push.services.mozilla.com/wpush/v2/x",
    "https://web.push.apple.com/x",
    "https://wns2-par02p.notify.windows.com/w/?token=x",
  ])
    assert.ok(isPushService(good), good);
  for (const bad of [
    "http://fcm.googleapis.com/x",
    "https://fcm.googleapis.com:444/x",
    "https://fcm.googleapis.com.evil.example/x",
    "https://evilfcm.googleapis.com/",
    "https://169.254.169.254/",
    "https://[::1]/",
    "https://localhost/",
    "https://u:p@fcm.googleapis.com/",
    "https://push.apple.com.evil.example/",
    "file:///etc/passwd",
    "nonsense",
  ])
    assert.ok(!isPushService(bad), bad);
});

test("QR images of every length read back", async () => {
  await fc.assert(
    fc.asyncProperty(fc.stringMatching(/^[A-Za-z0-9._-]{1,146}$/), async (text) => {
      const [read] = await readBarcodes(new Blob([new Uint8Array(qrPng(text))]), { formats: ["QRCode"] });
      assert.equal(read?.text, text);
    }),
    { numRuns: 12 },
  );
});

test("pauses double to an hour, and the last refusal ends it; nobody there is no refusal", () => {
  const now = new Date("2026-01-01T00:00:00Z");
  assert.deepEqual([1, 2, 3, 9, 10, 11, 14].map(pauseAfter), [5, 10, 20, 1_280, 2_560, 3_600, 3_600]);
  const young = { attempts: 1, refusals: 0, unknowns: 0, created_at: now };
  const waits = (seconds: number) => new Date(now.getTime() + seconds * 1_000);
  const { state, nextAt, error, refusals } = after(failed("x"), young, now);
  assert.deepEqual([state, nextAt, error, refusals], ["waiting", waits(5), "x", 1]);
  assert.equal(after(failed("x"), { ...young, refusals: maxRefusals - 2 }, now).state, "waiting");
  assert.equal(after(failed("x"), { ...young, refusals: maxRefusals - 1 }, now).state, "failed");
  assert.equal(after(hopeless("x"), young, now).state, "failed");
  assert.equal(after(overtaken("x"), young, now).state, "void");
  assert.equal(after(sent, young, now).error, null);
  const often = { ...young, attempts: 1_000 };
  assert.deepEqual([after(away("x"), often, now).state, after(away("x"), often, now).nextAt], ["waiting", waits(60)]);
  assert.equal(after(away("x"), { ...often, created_at: waits(-72 * 3_600) }, now).state, "failed", "after three days it is");
  assert.equal(after(unknown("x"), young, now).state, "waiting", "once more, under the same id");
  assert.equal(after(unknown("x"), { ...young, unknowns: 1 }, now).state, "failed", "at most one copy too many");
});
