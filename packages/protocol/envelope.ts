import { createPublicKey, sign, verify, type KeyObject } from "node:crypto";
import { z } from "zod";
import { Envelope } from "./messages.ts";

/** What an envelope may hold; part of what is signed. */
export type Kind = "command" | "desired" | "event" | "receipt" | "acceptance" | "keys" | "time";

/** A signing key with the id under which its public half is pinned. */
export interface SigningKey {
  readonly kid: string;
  readonly key: KeyObject;
}
/** Public keys by id. A station pins at most two of the backend's: the present one and the next. */
export type PinnedKeys = Readonly<Record<string, KeyObject>>;

/** What a signature covers. */
export const signedBytes = (kind: Kind, body: string): Buffer => Buffer.from(`pigeonhole/1/${kind}\n${body}`);

export function seal(kind: Kind, content: unknown, { kid, key }: SigningKey): Envelope {
  const body = JSON.stringify(content);
  return { kid, sig: sign(null, signedBytes(kind, body), key).toString("base64url"), body };
}

/** Checks form, key and signature, then the content against `schema`. Throws with a sentence that names what is wrong and shows none of the content. */
export function open<S extends z.ZodType>(kind: Kind, message: unknown, keys: PinnedKeys, schema: S): z.output<S> {
  const envelope = Envelope.safeParse(message);
  if (!envelope.success) throw new Error(`not an envelope: ${z.prettifyError(envelope.error)}`);
  const { kid, sig, body } = envelope.data;
  const key = Object.hasOwn(keys, kid) ? keys[kid] : undefined;
  if (!key) throw new Error("the envelope names a key that is not pinned");
  if (!verify(null, signedBytes(kind, body), key, Buffer.from(sig, "base64url"))) throw new Error("the signature does not match");
  return schema.parse(JSON.parse(body));
}

/** A raw Ed25519 public key, 32 bytes base64url, as enrolment hands it out. */
export const publicKeyText = (key: KeyObject): string => key.export({ format: "jwk" }).x!;
export const publicKeyOf = (text: string): KeyObject => createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: text }, format: "jwk" });
