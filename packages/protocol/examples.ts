import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import type { z } from "zod";
import { codeHash } from "./codes.ts";
import { publicKeyText, seal, signedBytes, type SigningKey } from "./envelope.ts";
import { Command, Desired, Grant, Hello, StationEvent } from "./messages.ts";
import { writeQr } from "./qr.ts";
import { topic } from "./topics.ts";

// The examples of docs/protocol.md. Their keys are public and protect nothing: 32 bytes of 0x01, 0x02 and 0x03.

const prefix = Buffer.from("302e020100300506032b657004220420", "hex");
const keyOf = (byte: number) => createPrivateKey({ key: Buffer.concat([prefix, Buffer.alloc(32, byte)]), format: "der", type: "pkcs8" });
const backend: SigningKey = { kid: "k1", key: keyOf(1) };
const own: SigningKey = { kid: "station", key: keyOf(2) };
const codeKey = Buffer.alloc(32, 3);
const at = "2026-03-01T08:00:00.000Z";
const station = "0198f000-0000-7000-8000-000000000001";
const parcel = "0198f000-0000-7000-8000-0000000000a1";
const id = (n: number): string => `0198f000-0000-7000-8000-00000000c0${String(n).padStart(2, "0")}`;

const command = Command.parse({
  v: 1,
  id: id(1),
  station,
  epoch: 1,
  seq: 7,
  issuedAt: at,
  expiresAt: "2026-03-01T08:00:30.000Z",
  action: "open",
  compartment: 14,
  parcel,
  purpose: "dropoff",
  actor: "courier:0198f000-0000-7000-8000-0000000000b1",
  expected: { parcel: null },
} satisfies z.input<typeof Command>);
const grant = Grant.parse({
  id: id(2),
  kind: "pickup",
  state: "active",
  compartment: 14,
  parcel,
  codeHash: codeHash(codeKey, station, "12345678"),
  generation: 1,
  notBefore: at,
  expiresAt: "2026-03-08T08:00:00.000Z",
} satisfies z.input<typeof Grant>);
const desired = Desired.parse({
  v: 1,
  station,
  epoch: 1,
  version: 3,
  issuedAt: at,
  name: "Central",
  timeZone: "Europe/Riga",
  supportPhone: "+371 6000 0000",
  service: { state: "active", reason: null },
  inspectedUpTo: 0,
  diagnosis: null,
  signingKeys: { generation: 1, keys: { k1: publicKeyText(createPublicKey(backend.key)) } },
  layout: null,
  compartments: [{ compartment: 14, size: "small", state: "in_service" }],
  walkUp: [],
  grants: [grant],
  deadCodes: [],
  firmware: null,
  inspected: [],
} satisfies z.input<typeof Desired>);
const entry = (seq: number, previous: string, event: StationEvent["event"]) =>
  seal("event", StationEvent.parse({ v: 1, station, epoch: 1, seq, previous, at, event }), own);
const first = entry(1, "0".repeat(64), { type: "station_started", firmware: "example 1", bootId: id(3) });
const digest = createHash("sha256").update(first.body).digest("hex");
const second = entry(2, digest, { type: "compartment_closed", compartment: 14 });
const hello = Hello.parse({
  v: 1,
  epoch: 1,
  desiredVersion: 3,
  lastEventSeq: 2,
  oldestEventSeq: 1,
  firmware: "example 1",
  bootId: id(3),
  now: at,
  keyGeneration: 1,
  challenge: id(4),
} satisfies z.input<typeof Hello>);

const show = (value: unknown): string => JSON.stringify(value, null, 2);
const sealed = seal("command", command, backend);
const spaced = (hex: string): string => hex.replace(/(.{64})/g, "$1\n").trimEnd();

/** Every example by the name under which the specification shows it. Ed25519 signs the same bytes the same way each time: these never change. */
export const examples: Readonly<Record<string, string>> = {
  keys: [
    `backend k1, private (seed): ${"01".repeat(32)}`,
    `backend k1, public:         ${publicKeyText(createPublicKey(backend.key))}`,
    `station, private (seed):    ${"02".repeat(32)}`,
    `station, public:            ${publicKeyText(createPublicKey(own.key))}`,
    `code key:                   ${codeKey.toString("hex")}`,
  ].join("\n"),
  topics: [topic(station, "command"), topic(station, "events")].join("\n"),
  envelope: show(sealed),
  "signature-input": spaced(signedBytes("command", sealed.body).toString("hex")),
  "signature-text": signedBytes("command", sealed.body).toString(),
  desired: show(seal("desired", desired, backend)),
  "desired-body": show(desired),
  hello: show(hello),
  events: show({ events: [first, second] }),
  digest,
  acknowledge: show({ epoch: 1, seq: 2 }),
  opened: show({ command: command.id, outcome: "opened", reason: null, at: "2026-03-01T08:00:01.000Z" }),
  refused: show({ command: command.id, outcome: "refused", reason: "unexpected_state", at: "2026-03-01T08:00:01.000Z" }),
  "code-hash": `HMAC-SHA256(code key, "${station}|12345678")\n= ${grant.codeHash}`,
  qr: writeQr({ station, grant: grant.id, generation: 1, compartment: 14, expiresAt: new Date(grant.expiresAt!) }, backend),
};

/** The text with each fenced block that follows `<!-- example: name -->` holding that example. Throws when a name is not known, or an example is not shown. */
export function withExamples(text: string): string {
  const shown = new Set<string>();
  const filled = text.replace(/<!-- example: ([a-z-]+) -->\n```(\w*)\n[^]*?```/g, (_, name: string, language: string) => {
    const example = Object.hasOwn(examples, name) ? examples[name] : undefined;
    if (example === undefined) throw new Error(`the specification shows an example that does not exist: ${name}`);
    shown.add(name);
    return `<!-- example: ${name} -->\n\`\`\`${language}\n${example}\n\`\`\``;
  });
  const missing = Object.keys(examples).filter((name) => !shown.has(name));
  if (missing.length > 0) throw new Error(`the specification does not show ${missing.join(", ")}`);
  return filled;
}
