import assert from "node:assert/strict";
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { test } from "node:test";
import { createCa } from "@pigeonhole/devices/ca";
import { systemRandom } from "@pigeonhole/kit/random";
import { publicKeyText, seal } from "@pigeonhole/protocol/envelope";
import { sealKeys } from "@pigeonhole/protocol/keys";
import type { Command, Desired, Result } from "@pigeonhole/protocol/messages";
import { grantOf, kid } from "./link/testing.ts";
import { testStation } from "./testing.ts";

const now = () => new Date("2026-03-01T08:00:00Z");
const authority = await createCa({ hosts: ["localhost"], now, random: systemRandom });

/** A station whose backend has a second key, and may sign with either. */
async function start() {
  const next = generateKeyPairSync("ed25519");
  const world = await testStation(
    Array.from({ length: 10 }, () => "small" as const),
    (own) => {
      own.identity = { ...own.identity, ca: authority.ca.certificate };
      return { grants: [grantOf(own, null, { compartment: 10 })] };
    },
  );
  const present = { [kid]: world.test.identity.signingKeys[kid]! };
  const coming = { k2: publicKeyText(next.publicKey) };
  const signers = { k1: { kid, key: world.test.backendKey }, k2: { kid: "k2", key: next.privateKey } };
  let version = 1;
  const desire = (by: "k1" | "k2", generation: number, keys: Record<string, string>, more: Partial<Desired> = {}) => {
    world.backend.deliver(
      "desired",
      seal("desired", { ...world.desired, version: ++version, signingKeys: { generation, keys }, ...more }, signers[by]),
    );
    return version;
  };
  let compartment = 0;
  /** The outcome of a command signed with this key, or that it was not even readable. */
  const obeys = async (by: "k1" | "k2"): Promise<Result["outcome"] | "forged"> => {
    const before = world.backend.facts.filter((f) => f.type === "command_refused").length;
    const command: Command = world.backend.command(world.time.now(), { compartment: ++compartment }).command;
    world.backend.deliver("command", seal("command", command, signers[by]));
    const said = await world.backend.until(
      () =>
        world.backend.results.find((r) => r.command === command.id)?.outcome ??
        (world.backend.facts.filter((f) => f.type === "command_refused").length > before ? "forged" : undefined),
      "an answer",
    );
    if (said === "opened") await world.close(compartment);
    return said;
  };
  const both = async (): Promise<string[]> => [await obeys("k1"), await obeys("k2")];
  return { world, present, coming, desire, obeys, both, signers, version: () => version };
}

test("a change of the backend's key: learned before it is used, both trusted around it, the former one dead afterwards, over restarts", async () => {
  const { world, present, coming, desire, both, obeys } = await start();
  await using _ = world;
  assert.deepEqual(await both(), ["opened", "forged"]);
  desire("k1", 2, { ...present, ...coming });
  assert.deepEqual(await both(), ["opened", "opened"]);
  await world.restart();
  world.backend.connect();
  assert.equal(world.backend.hellos.at(-1)!.keyGeneration, 2);
  assert.equal(await obeys("k2"), "opened");
  desire("k2", 3, coming);
  assert.deepEqual(await both(), ["forged", "opened"]);
  await world.restart();
  world.backend.connect();
  assert.deepEqual(await both(), ["forged", "opened"]);
});

test("an older set of keys never comes back, whatever document says so", async () => {
  const { world, present, coming, desire, both } = await start();
  await using _ = world;
  desire("k1", 2, { ...present, ...coming });
  desire("k2", 3, coming);
  const at = desire("k1", 4, present);
  desire("k2", 2, { ...present, ...coming });
  assert.deepEqual(await both(), ["forged", "opened"]);
  assert.equal(world.station.cabinet.desired?.version, at + 1, "the rest of a rightly signed document counts");
});

test("a QR code signed with the former key is good as long as that key is trusted", async () => {
  const { world, present, coming, desire } = await start();
  await using _ = world;
  const qr = world.qr(world.desired.grants[0]!);
  const { readQr } = await import("@pigeonhole/protocol/qr");
  const { keyring } = await import("./rights/keyring.ts");
  const pinned = () => keyring(world.station.store, world.test.identity).pinned;
  desire("k1", 2, { ...present, ...coming });
  assert.ok(readQr(qr, pinned()));
  desire("k2", 3, coming);
  assert.equal(readQr(qr, pinned()), undefined);
});

test("a station that was away during the whole change learns the present keys from the network's authority, and from nobody else", async () => {
  const { world, coming, desire, both, signers } = await start();
  await using _ = world;
  const statement = { v: 1, issuedAt: now().toISOString(), generation: 3, keys: coming } as const;
  const stranger = await createCa({ hosts: ["localhost"], now, random: systemRandom });
  world.backend.deliver("keys", sealKeys(statement, stranger.ca.key));
  world.backend.deliver("keys", seal("keys", statement, signers.k1));
  world.backend.deliver("keys", { ...seal("keys", statement, signers.k1), kid: "authority" });
  world.backend.deliver("keys", { ...sealKeys(statement, authority.ca.key), body: JSON.stringify({ ...statement, generation: 9 }) });
  for (const nonsense of [null, {}, [], "x", { kid: "authority", sig: "A".repeat(86), body: "{}" }])
    world.backend.deliver("keys", nonsense);
  desire("k2", 3, coming);
  assert.deepEqual(await both(), ["opened", "forged"]);
  world.backend.deliver("keys", sealKeys(statement, authority.ca.key));
  assert.deepEqual(await both(), ["forged", "opened"]);
  world.backend.deliver("keys", sealKeys({ ...statement, generation: 2, keys: { [randomUUID()]: coming.k2 } }, authority.ca.key));
  await world.restart();
  world.backend.connect();
  assert.deepEqual(await both(), ["forged", "opened"], "an older statement changes nothing");
});
