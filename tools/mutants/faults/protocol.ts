import type { Mutant } from "../mutant.ts";

/** What backend, stations and phones say to each other. */
export const protocolFaults: readonly Mutant[] = [
  {
    name: "no-signature-needed",
    breaks: "I-12 I-15 G-30",
    file: "packages/protocol/envelope.ts",
    from: 'if (!verify(null, signedBytes(kind, body), key, Buffer.from(sig, "base64url"))) throw',
    to: "if (sig === body) throw",
    killers: [["packages/protocol/envelope.test.ts", "not one bit of body"]],
  },
  {
    name: "one-kind-passes-for-another",
    breaks: "I-12 G-30",
    file: "packages/protocol/envelope.ts",
    from: "Buffer.from(`pigeonhole/1/${kind}\\n${body}`)",
    to: "Buffer.from(`pigeonhole/1/\\n${body}`)",
    killers: [["packages/protocol/envelope.test.ts", "a message of one kind is none of another"]],
  },
  {
    name: "qr-without-signature",
    breaks: "I-12 G-30",
    file: "packages/protocol/qr.ts",
    from: "signature.length !== 64 || !verify(null, signed(body), key, signature)",
    to: "signature.length !== 64",
    killers: [["packages/protocol/qr.test.ts", "no character may change"]],
  },
  {
    name: "carried-to-another-station",
    breaks: "I-15 I-36",
    file: "packages/protocol/carried.ts",
    from: 'Buffer.concat([Buffer.from("pigeonhole/1/carried\\n"), uuidBytes(station), body])',
    to: 'Buffer.concat([Buffer.from("pigeonhole/1/carried\\n"), uuidBytes(station).subarray(0, 4), body])',
    killers: [["packages/protocol/carried.test.ts", "a document for one station is none for another"]],
  },
  {
    name: "one-code-fits-every-station",
    breaks: "I-32",
    file: "packages/protocol/codes.ts",
    from: ".update(`${station}|${code}`)",
    to: ".update(code)",
    killers: [["packages/protocol/topics.test.ts", "a code's hash depends on key, station and code"]],
  },
  {
    name: "topics-with-anything-before",
    breaks: "I-43",
    file: "packages/protocol/topics.ts",
    from: "/^ph\\/1\\/([0-9a-f]{8}",
    to: "/ph\\/1\\/([0-9a-f]{8}",
    killers: [["packages/protocol/topics.test.ts", "what differs in anything is no topic"]],
  },
  {
    name: "anybody-speaks-for-the-authority",
    breaks: "I-48 I-66",
    file: "packages/protocol/authority.ts",
    from: 'if (!verify("sha256", signedBytes(kind, body), { key, dsaEncoding: "ieee-p1363" }, Buffer.from(sig, "base64url")))',
    to: "if (key === undefined)",
    killers: [["packages/station/keyring.test.ts", "from the network's authority, and from nobody else"]],
  },
];
