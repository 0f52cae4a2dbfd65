import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, get } from "node:https";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import type { TLSSocket } from "node:tls";
import { createCa } from "@pigeonhole/devices/ca";
import { systemNow } from "@pigeonhole/kit/clock";
import { readConfig } from "@pigeonhole/kit/config";
import { silentLog } from "@pigeonhole/kit/log";
import { systemRandom } from "@pigeonhole/kit/random";
import { freePort, testDatabase } from "@pigeonhole/kit/testing";
import { allMigrations } from "./modules.ts";
import { startServer } from "./server.ts";
import { settings } from "./settings.ts";

const database = await testDatabase(allMigrations);
const folder = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-tls-"));
after(async () => {
  await database[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const configOf = async (more: Readonly<Record<string, string>>) =>
  readConfig(settings, {
    DATABASE_URL: await database.fresh(),
    SECRET_KEYS: randomBytes(32).toString("hex"),
    SIGNING_SEED: randomBytes(32).toString("hex"),
    MODULE_KEY: randomBytes(24).toString("hex"),
    PORT: String(await freePort()),
    MQTT_PORT: String(await freePort()),
    PUBLIC_URL: "https://lockers.example.org",
    ...more,
  });
/** What a client learns from one request. */
const ask = (url: string, options: ConstructorParameters<typeof Agent>[0]) =>
  new Promise<{ status: number | undefined; protocol: string | null; hsts: string | undefined }>((resolve, reject) => {
    get(`${url}/healthz`, { agent: new Agent(options) }, (answer) => {
      const protocol = (answer.socket as TLSSocket).getProtocol();
      resolve({ status: answer.statusCode, protocol, hsts: answer.headers["strict-transport-security"] });
      answer.resume();
    }).once("error", reject);
  });

test("with a certificate the server itself speaks HTTPS, TLS 1.3 and nothing older, and tells browsers to stay with it (A10.7)", async () => {
  const { ca, broker } = await createCa({ now: systemNow, random: systemRandom, hosts: ["127.0.0.1"] });
  const files = { TLS_CERT: path.join(folder, "cert.pem"), TLS_KEY: path.join(folder, "key.pem") };
  writeFileSync(files.TLS_CERT, broker.certificate);
  writeFileSync(files.TLS_KEY, broker.key);
  const server = await startServer(await configOf(files), silentLog);
  try {
    assert.match(server.url, /^https:/);
    const trusting = { ca: ca.certificate };
    assert.deepEqual(await ask(server.url, trusting), { status: 200, protocol: "TLSv1.3", hsts: "max-age=31536000" });
    await assert.rejects(ask(server.url, { ...trusting, maxVersion: "TLSv1.2" }), /protocol version|EPROTO|ECONNRESET/);
    await assert.rejects(ask(server.url, {}), /certificate/);
    await assert.rejects(fetch(`${server.url.replace("https:", "http:")}/healthz`), "plain HTTP gets no answer");
  } finally {
    await server.stop();
  }
});

test("half of a certificate is a mistake that is named, never a server without TLS", async () => {
  await assert.rejects(startServer(await configOf({ TLS_CERT: path.join(folder, "cert.pem") }), silentLog), /TLS_KEY is missing/);
  await assert.rejects(startServer(await configOf({ TLS_KEY: path.join(folder, "key.pem") }), silentLog), /TLS_CERT is missing/);
});
