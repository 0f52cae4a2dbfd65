import { generateKeyPairSync, randomInt, randomUUID, type KeyObject } from "node:crypto";
import { seal, signedBytes } from "@pigeonhole/protocol/envelope";
import type { Command, Envelope } from "@pigeonhole/protocol/messages";

/** What a forger works on: a command that has not been delivered yet and would open, and everything else that may be known. */
export interface Target {
  readonly command: Command;
  readonly envelope: Envelope;
  readonly backend: { readonly kid: string; readonly key: KeyObject };
  /** A command that was obeyed before. */
  readonly spent: { readonly command: Command; readonly envelope: Envelope };
  /** A number below the target's that was never used, for commands that are rightly signed and too late. */
  readonly freshSeq: () => number;
  readonly now: Date;
}

const thief = generateKeyPairSync("ed25519").privateKey;
const pick = <T>(from: readonly T[]): T => from[randomInt(from.length)]!;
const bytes = (message: unknown): Buffer => Buffer.from(JSON.stringify(message));
const base64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/** Letters that look like others, invisible ones, and other ways to write the same. */
const alike: readonly (readonly [string, string])[] = [
  ["a", "\u0430"],
  ["e", "\u0435"],
  ["o", "\u043e"],
  ["p", "\u0440"],
  ["1", "\uff11"],
  ["2", "\u0662"],
  ["-", "\u2010"],
  ['"', "\u201d"],
  [":", ":\u200b"],
  ["{", "\ufeff{"],
];
const swapped = (command: Command): Command => {
  const fields: readonly Partial<Command>[] = [
    { compartment: (command.compartment % 40) + 1 },
    { purpose: command.purpose === "service" ? "pickup" : "service" },
    { parcel: randomUUID() },
    { expected: { parcel: randomUUID() } },
    { actor: "operator:1" },
    { expiresAt: "2099-01-01T00:00:00.000Z" },
    { issuedAt: "2020-01-01T00:00:00.000Z" },
    { seq: command.seq + randomInt(1, 1_000) },
    { epoch: command.epoch + 1 },
    { id: randomUUID() },
    { station: randomUUID() },
  ];
  return { ...command, ...pick(fields) };
};

/** One way each to make a command of what is none. None of their works may open a door. */
export const mutators: Readonly<Record<string, (target: Target) => Buffer>> = {
  bit_flip: ({ envelope }) => {
    const raw = bytes(envelope);
    const at = randomInt(raw.length);
    raw[at] = raw[at]! ^ (1 << randomInt(8));
    return raw;
  },
  signature_letter: ({ envelope }) => {
    // The last letter too: it carries bits that no byte has, so that other letters would spell the same signature.
    const at = randomInt(10) === 0 ? 85 : randomInt(85);
    const other = pick([...base64url].filter((letter) => letter !== envelope.sig[at]));
    return bytes({ ...envelope, sig: envelope.sig.slice(0, at) + other + envelope.sig.slice(at + 1) });
  },
  field_swap: ({ command, envelope }) => bytes({ ...envelope, body: JSON.stringify(swapped(command)) }),
  own_key: ({ command, backend }) => bytes(seal("command", command, { kid: backend.kid, key: thief })),
  key_confusion: ({ envelope }) =>
    bytes({ ...envelope, kid: pick(["authority", "station", "__proto__", "constructor", "toString", "k2", "", " k1", "K1", "k1\u0000"]) }),
  no_key: ({ envelope }) => bytes({ sig: envelope.sig, body: envelope.body }),
  wrong_kind: ({ command, backend }) => bytes(seal(pick(["desired", "event", "receipt", "keys"] as const), command, backend)),
  other_signature: ({ envelope, spent }) => bytes({ ...envelope, sig: spent.envelope.sig }),
  other_body: ({ envelope, spent }) => bytes({ ...spent.envelope, body: envelope.body }),
  truncated: ({ envelope }) => {
    const raw = bytes(envelope);
    return raw.subarray(0, randomInt(raw.length));
  },
  truncated_body: ({ envelope }) => bytes({ ...envelope, body: envelope.body.slice(0, randomInt(envelope.body.length)) }),
  trailing: ({ envelope }) => Buffer.concat([bytes(envelope), Buffer.from(pick(["}", "\u0000", "{}", "x"]))]),
  duplicate_keys: ({ envelope, command }) => {
    const evil = JSON.stringify(JSON.stringify(swapped(command)));
    const good = JSON.stringify(envelope.body);
    return Buffer.from(`{"kid":"${envelope.kid}","sig":"${envelope.sig}","body":${good},"body":${evil}}`);
  },
  duplicate_keys_inside: ({ envelope }) => bytes({ ...envelope, body: envelope.body.replace(/}$/, `,"compartment":${randomInt(1, 41)}}`) }),
  non_canonical: ({ envelope, command }) =>
    bytes({
      ...envelope,
      body: pick([
        JSON.stringify(command, null, 1),
        JSON.stringify(Object.fromEntries(Object.entries(command).toReversed())),
        ` ${envelope.body}`,
        `${envelope.body}\n`,
        envelope.body.replace(/"seq":(\d+)/, '"seq":$1.0'),
        envelope.body.replace("open", "\\u006fpen"),
      ]),
    }),
  look_alike: ({ envelope }) => {
    const [letter, other] = pick(alike);
    const places = envelope.body.split(letter);
    if (places.length < 2) return bytes({ ...envelope, body: `\u200b${envelope.body}` });
    const at = randomInt(1, places.length);
    return bytes({ ...envelope, body: places.slice(0, at).join(letter) + other + places.slice(at).join(letter) });
  },
  extra_field: ({ envelope }) => bytes({ ...envelope, [pick(["v", "alg", "keys", "__proto__"])]: pick([1, "none", {}]) }),
  other_shape: ({ envelope }) =>
    bytes(pick<unknown>([[envelope], { command: envelope }, envelope.body, null, 1, [envelope.kid, envelope.sig]])),
  unsigned: ({ command, envelope }) => bytes(pick<unknown>([command, { ...envelope, sig: "" }, { ...envelope, sig: "A".repeat(86) }])),
  kind_in_body: ({ envelope }) => bytes({ ...envelope, body: signedBytes("command", envelope.body).toString() }),
  // Rightly signed by the backend, for somebody or some time else: a stolen recording, a message that was held back.
  other_station: ({ command, backend, freshSeq }) =>
    bytes(seal("command", { ...command, id: randomUUID(), seq: freshSeq(), station: randomUUID() }, backend)),
  other_epoch: ({ command, backend, freshSeq }) =>
    bytes(seal("command", { ...command, id: randomUUID(), seq: freshSeq(), epoch: pick([2, 3, 99]) }, backend)),
  used_number: ({ command, backend, spent }) =>
    bytes(
      seal("command", { ...command, id: randomUUID(), seq: pick([spent.command.seq, Math.max(1, spent.command.seq - 1_000)]) }, backend),
    ),
  used_id: ({ command, backend, spent, freshSeq }) =>
    bytes(seal("command", { ...command, id: spent.command.id, seq: freshSeq() }, backend)),
  at_the_edge: ({ command, backend, freshSeq, now }) => {
    // Two minutes of tolerance, half-open: at its end it is over.
    const expiresAt = new Date(now.getTime() - 120_000 - randomInt(3)).toISOString();
    return bytes(seal("command", { ...command, id: randomUUID(), seq: freshSeq(), expiresAt }, backend));
  },
};

/** Rightly signed ones cost the station a durable entry each, forged ones do not: the former come one in so many. */
export const signedOnes: ReadonlySet<string> = new Set(["used_id", "at_the_edge"]);
