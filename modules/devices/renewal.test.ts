import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { after, test } from "node:test";
import { KeysChanged } from "@pigeonhole/access/events";
import { publish } from "@pigeonhole/kit/outbox";
import { nextCertificate } from "@pigeonhole/station/provisioning/renewal";
import { open, publicKeyText } from "@pigeonhole/protocol/envelope";
import { openKeys } from "@pigeonhole/protocol/keys";
import { Desired } from "@pigeonhole/protocol/messages";
import { dial } from "./testing.ts";
import { actors, startWorld, until } from "./world.ts";

const world = await startWorld();
after(() => world[Symbol.asyncDispose]());
const day = 86_400_000;
const expiry = (pem: string): number => new Date(new X509Certificate(pem).validTo).getTime();
const renew = { v: 1, expiresAt: new Date().toISOString() };

test("a certificate is renewed over its own session before it ends: same key, later end; the former one stays good meanwhile", async () => {
  const cab = await world.connected();
  await cab.say("renew", renew);
  await cab.say("hello", cab.hello());
  await cab.heard("acknowledge");
  assert.equal(cab.count("certificate"), 0, "too early");
  await world.db
    .updateTable("devices.certificate")
    .set({ expires_at: new Date(Date.now() + 59 * day) })
    .where("station", "=", cab.id)
    .execute();
  await cab.say("renew", renew);
  const answer = await cab.heard<{ certificate: string }>("certificate");
  const identity = { station: cab.id, key: cab.key, ca: cab.ca, certificate: cab.certificate } as never;
  assert.throws(() => nextCertificate({ certificate: cab.certificate }, identity), /no later/);
  const next = new X509Certificate(answer.certificate);
  assert.equal(next.subject, `CN=${cab.id}`);
  assert.ok(next.verify(new X509Certificate(cab.ca).publicKey) && next.checkPrivateKey(cab.signing));
  assert.ok(expiry(answer.certificate) > Date.now() + 300 * day);

  await cab.say("renew", renew);
  assert.deepEqual(await cab.heard("certificate"), answer, "a lost answer is given again");
  const [fact, ...more] = await world.facts("devices.renewed", cab.id);
  assert.ok(fact && more.length === 0);
  await cab.say("events", { events: [cab.journal.next({ type: "compartment_closed", compartment: 1 })] });
  await cab.heard("acknowledge");
  await cab.client.endAsync(true);
  const former = await dial(world.mqttUrl, world.ca, cab.identity);
  await former.endAsync(true);
  const renewed = await world.online({ ...cab, identity: { ...cab.identity, certificate: answer.certificate } });
  await renewed.say("hello", cab.hello({ lastEventSeq: 1 }));
  assert.deepEqual(await renewed.heard("acknowledge"), { epoch: 1, seq: 1 }, "its log goes on");

  const revoked = await world
    .as(actors.admin)
    .stations[":station"].revoke.$post({ param: { station: cab.id }, json: { reason: "stolen" } });
  assert.equal(revoked.status, 200);
  await until("the session ends", () => !renewed.client.connected);
  for (const certificate of [cab.certificate, answer.certificate])
    await assert.rejects(dial(world.mqttUrl, world.ca, { certificate, key: cab.key }), "both are revoked");
});

test("a station takes only the next certificate of its own", async () => {
  const [one, other] = [await world.enrolled(), await world.enrolled()];
  const identity = { station: one.id, key: one.key, ca: one.ca, certificate: one.certificate } as never;
  assert.throws(() => nextCertificate({ certificate: other.certificate }, identity), /another station/);
  const issued = await world.ca.issue(
    { key: (await import("./certificates.ts")).requestOf(createPublicKey(other.signing)).key, publicKey: "-" },
    one.id,
    new Date(Date.now() + 500 * day),
  );
  assert.throws(() => nextCertificate({ certificate: issued.certificate }, identity), /another key/);
  assert.throws(() => nextCertificate({ certificate: "x" }, identity));
});

test("keys: every station's document has the new set; one that says it trusts an older set gets the authority's statement first", async () => {
  const cab = await world.connected();
  const first = open("desired", await cab.heard("desired"), { k1: world.signing.publicKey }, Desired);
  assert.equal(first.signingKeys.generation, 1);
  const next = generateKeyPairSync("ed25519");
  const k2 = publicKeyText(next.publicKey);
  const before = { ...world.says };
  world.says.keys = { generation: 2, keys: { ...before.keys.keys, k2 } };
  const changed = () =>
    world.write((tx) => publish(tx, world.now(), KeysChanged, { kid: "k2", state: "next", actor: "module:cli" })).then(world.consume);
  await changed();
  /** Versions may come twice, as after a reconnection; they never fall. */
  const wanted = async (generation: number, keys: Parameters<typeof open>[2]): Promise<Desired> => {
    for (;;) {
      const wish = open("desired", await cab.heard("desired"), keys, Desired);
      if (wish.signingKeys.generation >= generation) return wish;
    }
  };
  const both = await wanted(2, { k1: world.signing.publicKey });
  assert.deepEqual(both.signingKeys, world.says.keys);
  const lacking = async (generation: number): Promise<number> => {
    const answer = await world.as(actors.access).internal.devices.keys[":generation"].$get({ param: { generation: String(generation) } });
    assert.ok(answer.status === 200);
    return (await answer.json()).lacking;
  };
  const others = (await lacking(2)) - 1;
  await cab.say("heartbeat", {
    now: world.now().toISOString(),
    desiredVersion: both.version,
    pendingEvents: 0,
    openDoors: [],
    temperatureC: null,
    mains: true,
    batteryPercent: null,
    firmware: "1.0.0",
    everySeconds: 20,
  });
  await until("it is counted no more", async () => (await lacking(2)) === others);

  world.says.keys = { generation: 3, keys: { k2 } };
  world.says.signingKey = { kid: "k2", key: next.privateKey };
  await cab.say("hello", cab.hello({ keyGeneration: 1 }));
  const statement = openKeys(await cab.heard("keys"), cab.ca);
  assert.deepEqual({ generation: statement.generation, keys: statement.keys }, world.says.keys);
  await changed();
  assert.equal((await wanted(3, { k2: next.publicKey, k1: world.signing.publicKey })).signingKeys.generation, 3);
  await cab.say("hello", cab.hello({ keyGeneration: 3 }));
  await cab.heard("acknowledge");
  assert.equal(cab.count("keys"), 0);
  Object.assign(world.says, before);
});

test("an order that the signer refuses is refused, not unknown, and the station hears nothing", async () => {
  const cab = await world.connected();
  world.says.refuses = "too_many_openings";
  const id = crypto.randomUUID();
  const json = {
    id,
    action: "open",
    compartment: 1,
    parcel: null,
    purpose: "dropoff",
    actor: "courier:1",
    expected: { parcel: null },
  } as const;
  const send = () => world.as(actors.access).internal.devices[":station"].commands.$post({ param: { station: cab.id }, json });
  for (let n = 0; n < 2; n++) {
    const answer = await send();
    assert.ok(answer.status === 200);
    const { outcome, reason } = await answer.json();
    assert.deepEqual([outcome, reason], ["refused", "too_many_openings"]);
    world.says.refuses = null;
  }
  assert.equal(cab.count("command"), 0);
});
