import { generateKeyPairSync, randomUUID } from "node:crypto";
import { publicKeyText, seal } from "@pigeonhole/protocol/envelope";
import type { Desired } from "@pigeonhole/protocol/messages";
import { grantOf, kid } from "@pigeonhole/station/link/testing";
import { testStation } from "@pigeonhole/station/testing";
import { some, type Plan } from "../plan.ts";

const place = "station: documents";
const expected = "left aside: the rights, the keys and the version stay";

/** Desired documents and what else comes down the line, forged, changed, old, for others: none changes what the cabinet holds to be right. */
export async function stationDocuments({ ledger, size }: Plan): Promise<void> {
  await using world = await testStation(["small", "small"], (t) => ({ version: 5, grants: [grantOf(t, "12345678")] }));
  const { backend, station, test, desired } = world;
  const own = { kid, key: test.backendKey };
  const thief = { kid, key: generateKeyPairSync("ed25519").privateKey };
  const stolen = grantOf(test, "87654321", { compartment: 2 });
  const next: Desired = { ...desired, version: 6, grants: [...desired.grants, stolen] };
  const sealed = (content: unknown, key = own, kind: Parameters<typeof seal>[0] = "desired") => seal(kind, content, key);
  const genuine = sealed(next);
  const flipped = (at: number): unknown => ({
    ...genuine,
    body: genuine.body.slice(0, at) + String.fromCharCode(genuine.body.charCodeAt(at) ^ 1) + genuine.body.slice(at + 1),
  });
  const keys = { generation: 2, keys: { [kid]: publicKeyText(generateKeyPairSync("ed25519").publicKey) } };
  const attempts: readonly (readonly [string, Parameters<typeof backend.deliver>[0], unknown])[] = [
    ["signed by somebody else", "desired", sealed(next, thief)],
    ["under another key's name", "desired", { ...genuine, kid: "k2" }],
    ["under the name of what every object has", "desired", { ...genuine, kid: "__proto__" }],
    ["for another station", "desired", sealed({ ...next, station: randomUUID() })],
    ["of a former epoch", "desired", sealed({ ...next, epoch: 0 })],
    ["of the next epoch", "desired", sealed({ ...next, epoch: 2 })],
    ["the same version with other rights", "desired", sealed({ ...next, version: 5 })],
    ["an older version", "desired", sealed({ ...next, version: 4 })],
    ["an order's signature under a document", "desired", sealed(next, own, "command")],
    ["with a member more", "desired", sealed({ ...next, override: true })],
    [
      "with a compartment that is no number",
      "desired",
      sealed({ ...next, compartments: [{ compartment: "1", size: "small", state: "in_service" }] }),
    ],
    ["with a version beyond all numbers", "desired", sealed({ ...next, version: 1e308 })],
    ["unsigned", "desired", next],
    ["without a body", "desired", { kid, sig: genuine.sig }],
    ["spliced: another body under a genuine signature", "desired", { ...genuine, body: sealed(desired).body }],
    ["ten thousand brackets", "desired", { ...genuine, body: "[".repeat(10_000) }],
    ["nothing", "desired", null],
    ["keys that nobody vouches for", "keys", sealed({ v: 1, ...keys, issuedAt: new Date().toISOString() }, thief, "keys")],
    ["keys under the backend's own name", "keys", sealed({ v: 1, ...keys, issuedAt: new Date().toISOString() }, own, "keys")],
    [
      "keys under the authority's name",
      "keys",
      { ...sealed({ v: 1, ...keys, issuedAt: new Date().toISOString() }, thief, "keys"), kid: "authority" },
    ],
    [
      "a time that nobody asked for",
      "time",
      sealed({ v: 1, station: test.identity.station, challenge: randomUUID(), at: "2099-01-01T00:00:00.000Z" }, own, "time"),
    ],
    ["a certificate of nobody's", "certificate", { certificate: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" }],
    ["an acknowledgement of what was never written", "acknowledge", { epoch: 1, seq: 1_000_000 }],
    ["an acknowledgement of another epoch", "acknowledge", { epoch: 2, seq: 1 }],
    ["an answer that nobody asked for", "answer", { id: randomUUID(), outcome: "granted", grant: stolen }],
    ["an answer without a form", "answer", { outcome: "granted" }],
    ...some(
      { size },
      Array.from({ length: genuine.body.length }, (_, at) => at),
      20,
    ).map((at) => ["one letter changed", "desired", flipped(at)] as const),
  ];
  const seen = (): string => JSON.stringify([station.cabinet.desired, station.store.acknowledged, station.store.meta.get("signing_keys")]);
  await backend.until(() => backend.heartbeats.length > 0, "a first word");
  const before = seen();
  for (const [what, name, content] of attempts) {
    backend.deliver(name, content);
    // Two turns, in which whatever was to be done has been done.
    for (let turn = 0; turn < 4; turn++) await new Promise(setImmediate);
    const after = seen();
    const breach = after === before ? undefined : `what the station knows has changed: ${after.slice(0, 400)}`;
    ledger.note(place, what, expected, breach === undefined ? "left aside" : "taken", breach && `${what}: ${breach}`);
  }
  await station.pickups.byCode("87654321").catch(() => undefined);
  const opened = world.fired().length;
  ledger.note(
    place,
    "the code that these documents would have given",
    "opens nothing",
    opened === 0 ? "shut" : "opened",
    opened === 0 ? undefined : "a lock was fired",
  );
  backend.deliver("desired", genuine);
  await backend.until(() => station.cabinet.desired?.version === 6, "the genuine one to be taken");
  ledger.note(place, "the genuine document", "is taken: else all refusals would prove nothing", "taken");
}
