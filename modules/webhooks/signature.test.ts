import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { isGenuine, publicKeyText, secretText, signatures, toleranceSeconds } from "./signature.ts";

const { privateKey } = generateKeyPairSync("ed25519");
const [secret, former, foreign] = [secretText(randomBytes(32)), secretText(randomBytes(24)), secretText(randomBytes(32))] as const;
const now = (): number => Math.floor(Date.now() / 1_000);

test("the reference library of Standard Webhooks takes our signatures, with the present and the former secret, and we take its", () => {
  fc.assert(
    fc.property(fc.uuid(), fc.jsonValue(), (id, value) => {
      const signed = { id: `msg_${id}`, timestamp: now(), body: JSON.stringify(value) };
      const header = signatures(signed, [secret, former], privateKey);
      const headers = { "webhook-id": signed.id, "webhook-timestamp": String(signed.timestamp), "webhook-signature": header };
      for (const known of [secret, former]) assert.deepEqual(new Webhook(known).verify(signed.body, headers), JSON.parse(signed.body));
      assert.throws(() => new Webhook(foreign).verify(signed.body, headers));
      const theirs = new Webhook(secret).sign(signed.id, new Date(signed.timestamp * 1_000), signed.body);
      assert.ok(isGenuine(signed, theirs, secret, new Date()));
      assert.ok(!isGenuine(signed, theirs, foreign, new Date()));
    }),
    { numRuns: 50 },
  );
});

test("the specification's own example is signed as it says", () => {
  // https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md, "Signature scheme", and the library's tests
  const example = {
    id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    timestamp: 1_614_265_330,
    body: '{"test": 2432232314}',
  };
  const [first] = signatures(example, ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], privateKey).split(" ");
  assert.equal(first, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
});

test("a signature of ours is taken with the secret or the public key, and nothing that was changed is", () => {
  const at = new Date();
  const signed = { id: "msg_1", timestamp: Math.floor(at.getTime() / 1_000), body: '{"type":"parcel.stored"}' };
  const header = signatures(signed, [secret], privateKey);
  const publicKey = publicKeyText(privateKey);
  for (const key of [secret, publicKey]) {
    assert.ok(isGenuine(signed, header, key, at));
    for (const changed of [
      { ...signed, id: "msg_2" },
      { ...signed, timestamp: signed.timestamp + 1 },
      { ...signed, body: `${signed.body} ` },
    ])
      assert.ok(!isGenuine(changed, header, key, at));
    for (const bad of ["", "v1", "v1,", "v1a,", "v2,AAAA", header.replaceAll("v1a,", "v1x,").replaceAll("v1,", "v1a,")])
      assert.ok(!isGenuine(signed, bad, key, at), bad);
    for (const [seconds, isIn] of [
      [-toleranceSeconds - 1, false],
      [-toleranceSeconds, true],
      [toleranceSeconds, true],
      [toleranceSeconds + 1, false],
    ] as const)
      assert.equal(isGenuine(signed, header, key, new Date((signed.timestamp + seconds) * 1_000)), isIn, `${seconds} s off`);
  }
  assert.ok(isGenuine(signed, `v1,nonsense ${header}`, secret, at), "one of several is enough");
});
