import { createPrivateKey, sign, verify, X509Certificate } from "node:crypto";
import type { z } from "zod";
import { signedBytes, type Kind } from "./envelope.ts";
import { Envelope } from "./messages.ts";

/** Under this name the network's authority signs. It is no key of a key set and can sign nothing but its own statements. */
export const authorityKid = "authority";
/** What the authority states: the backend's keys, and what time it is. */
export type Statement = Extract<Kind, "keys" | "time">;

/** ECDSA, P-256, SHA-256, as 64 bytes r‖s (IEEE P1363): as long as an Ed25519 signature, in the same envelope. `key`: the authority's, PEM. */
export function sealStatement(kind: Statement, content: unknown, key: string): Envelope {
  const body = JSON.stringify(content);
  const sig = sign("sha256", signedBytes(kind, body), { key: createPrivateKey(key), dsaEncoding: "ieee-p1363" });
  return { kid: authorityKid, sig: sig.toString("base64url"), body };
}

/** Checks a statement with the authority's certificate, PEM, pinned at enrolment. Throws with a sentence. */
export function openStatement<S extends z.ZodType>(kind: Statement, message: unknown, authority: string, schema: S): z.output<S> {
  const envelope = Envelope.safeParse(message);
  if (!envelope.success) throw new Error("not an envelope");
  const { kid, sig, body } = envelope.data;
  const key = new X509Certificate(authority).publicKey;
  if (kid !== authorityKid) throw new Error("only the network's authority makes statements");
  if (!verify("sha256", signedBytes(kind, body), { key, dsaEncoding: "ieee-p1363" }, Buffer.from(sig, "base64url")))
    throw new Error("the signature is not the authority's");
  return schema.parse(JSON.parse(body));
}
