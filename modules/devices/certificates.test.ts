import assert from "node:assert/strict";
import { test } from "node:test";
import { readRequest } from "./certificates.ts";
import { makeKey } from "./testing.ts";

test("I-48: a request counts only when its own key has signed it, and the key is Ed25519", async () => {
  const { csr } = await makeKey();
  assert.match((await readRequest(csr)).publicKey, /^[\w-]{43}$/);
  const bytes = Buffer.from(csr.replace(/-----[^-]+-----|\s/g, ""), "base64");
  bytes[bytes.length - 40]! ^= 1;
  const altered = `-----BEGIN CERTIFICATE REQUEST-----\n${bytes.toString("base64")}\n-----END CERTIFICATE REQUEST-----\n`;
  await assert.rejects(readRequest(altered), /not signed by its own key/);
  await assert.rejects(readRequest((await makeKey("P-256")).csr), /Ed25519/);
  await assert.rejects(readRequest("nonsense"), /no certificate signing request/);
});
