import { createHash } from "node:crypto";
import type { Random } from "@pigeonhole/kit/random";

/** Tokens and keys have 256 random bits: a plain hash is enough to keep. */
export const digestOf = (token: string): string => createHash("sha256").update(token).digest("hex");

/** A session token: 32 random bytes, base64url. */
export const newToken = (random: Random): string => random.bytes(32).toString("base64url");
export const tokenShape = /^[A-Za-z0-9_-]{43}$/;

/** What keys begin with: those of the live network, and those of a sandbox, which open nothing in the other. */
export const keyBeginnings = { live: "phk", sandbox: "phs" } as const;
export type KeyKind = keyof typeof keyBeginnings;

/** An API key `phk_<prefix>_<secret>`: the prefix finds it, the digest of the whole proves it. */
export function newApiKey(random: Random, kind: KeyKind = "live"): { readonly key: string; readonly prefix: string } {
  const prefix = random.bytes(8).toString("hex");
  return { key: `${keyBeginnings[kind]}_${prefix}_${random.bytes(32).toString("base64url")}`, prefix };
}
export const apiKeyShape = /^(phk|phs)_([0-9a-f]{16})_[A-Za-z0-9_-]{43}$/;
