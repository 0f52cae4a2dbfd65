import { z } from "zod";

/** What a station sends once, with its one-time token, to become a member of the network. */
export const EnrolmentRequest = z.strictObject({
  token: z.string().min(20).max(200),
  /** PKCS#10 certificate signing request, PEM, for the station's Ed25519 key; subject CN = station id is set by the backend. */
  csr: z.string().max(4_000),
  /** 32 random bytes, base64url: the key under which codes are hashed at this station. */
  codeKey: z.string().length(43),
});

/** What it gets. */
export const Enrolment = z.object({
  station: z.uuid(),
  epoch: z.int().min(1),
  certificate: z.string(),
  /** The CA of the network, PEM. */
  ca: z.string(),
  /** mqtts://host:port */
  mqttUrl: z.string(),
  /** Ed25519 public keys that sign commands and desired documents, by key id. */
  signingKeys: z.record(z.string(), z.string()),
  /** Of this set of keys; see signing-keys.ts. */
  keyGeneration: z.int().min(1).default(1),
});
export type Enrolment = z.output<typeof Enrolment>;
