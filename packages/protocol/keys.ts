import { createPrivateKey, sign, verify, X509Certificate } from "node:crypto";
import { z } from "zod";
import { signedBytes } from "./envelope.ts";
import { Envelope } from "./messages.ts";
import { SigningKeys } from "./signing-keys.ts";

/** Under this name the network's authority signs. It is no key of a key set and can sign nothing but key statements. */
export const authorityKid = "authority";

/** What the authority of the network says about the backend's keys, for stations that were away while those changed. */
export const KeyStatement = SigningKeys.extend({ v: z.literal(1), issuedAt: z.iso.datetime() });
export type KeyStatement = z.output<typeof KeyStatement>;

/** ECDSA, P-256, SHA-256, as 64 bytes r‖s (IEEE P1363): as long as an Ed25519 signature, in the same envelope. `key`: the authority's, PEM. */
export function sealKeys(statement: KeyStatement, key: string): Envelope {
  const body = JSON.stringify(statement);
  const sig = sign("sha256", signedBytes("keys", body), { key: createPrivateKey(key), dsaEncoding: "ieee-p1363" });
  return { kid: authorityKid, sig: sig.toString("base64url"), body };
}

/** Checks a statement with the authority's certificate, PEM, pinned at enrolment. Throws with a sentence. */
export function openKeys(message: unknown, authority: string): KeyStatement {
  const envelope = Envelope.safeParse(message);
  if (!envelope.success) throw new Error("not an envelope");
  const { kid, sig, body } = envelope.data;
  const key = new X509Certificate(authority).publicKey;
  if (kid !== authorityKid) throw new Error("only the network's authority states keys");
  if (!verify("sha256", signedBytes("keys", body), { key, dsaEncoding: "ieee-p1363" }, Buffer.from(sig, "base64url")))
    throw new Error("the signature is not the authority's");
  return KeyStatement.parse(JSON.parse(body));
}
