import { createCipheriv, createDecipheriv, hkdfSync } from "node:crypto";
import type { Random } from "../random.ts";

/**
 * What wraps keys (a KEK). Data is never sealed under it, so that it can be changed without touching data. `fileKeys` has the keys in this
 * process; a key management service or a security module stands behind the same three questions.
 */
export interface KeyEncryption {
  /** The name of the key that wraps now. Another one than before means: wrap everything anew. */
  current(): Promise<string>;
  /** `context` says what the key is for; it opens with no other. */
  wrap(key: Buffer, context: string): Promise<Wrapped>;
  /** Throws when the named key is not to be had, or what was wrapped was altered or is for something else. */
  unwrap(wrapped: Wrapped, context: string): Promise<Buffer>;
}
export interface Wrapped {
  readonly kek: string;
  readonly wrapped: Buffer;
}

const derive = (key: Buffer, purpose: string, length: number): Buffer =>
  Buffer.from(hkdfSync("sha256", key, "pigeonhole", purpose, length));
/** What is derived of a key is derived once, as long as the key itself is in memory. */
const derived = new WeakMap<Buffer, { readonly name: string; readonly kek: Buffer }>();
function derivedOf(key: Buffer): { readonly name: string; readonly kek: Buffer } {
  const known = derived.get(key);
  if (known) return known;
  const fresh = { name: derive(key, "kek name", 8).toString("hex"), kek: derive(key, "kek", 32) };
  derived.set(key, fresh);
  return fresh;
}
/** Names a key without telling anything of it. */
export const kekName = (key: Buffer): string => derivedOf(key).name;

/** AES-256-GCM under keys of 32 bytes, newest first, as `read` gives them at this moment: the newest wraps, all unwrap. */
export function fileKeys(read: () => readonly Buffer[], random: Random): KeyEncryption {
  const named = (name?: string): Buffer => {
    const keys = read();
    const key = name === undefined ? keys[0] : keys.find((each) => kekName(each) === name);
    if (!key)
      throw new Error(name === undefined ? "there is no key that wraps" : `the key ${name}, which wrapped this, is not among the keys`);
    return key;
  };
  return {
    current: async () => kekName(named()),
    wrap: async (key, context) => {
      const kek = named();
      const nonce = random.bytes(12);
      const cipher = createCipheriv("aes-256-gcm", derivedOf(kek).kek, nonce).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(key), cipher.final()]);
      return { kek: kekName(kek), wrapped: Buffer.concat([nonce, cipher.getAuthTag(), body]) };
    },
    unwrap: async ({ kek, wrapped }, context) => {
      const cipher = createDecipheriv("aes-256-gcm", derivedOf(named(kek)).kek, wrapped.subarray(0, 12))
        .setAAD(Buffer.from(context))
        .setAuthTag(wrapped.subarray(12, 28));
      return Buffer.concat([cipher.update(wrapped.subarray(28)), cipher.final()]);
    },
  };
}
