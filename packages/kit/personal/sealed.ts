import { createCipheriv, createDecipheriv } from "node:crypto";
import { parse, stringify } from "uuid";
import type { Random } from "../random.ts";

/** What a sealed text says openly: whose key opens it, and which generation of it. */
export interface SealedFor {
  readonly subject: string;
  readonly generation: number;
}

/** The first byte; 1 is what `seal.ts` writes. */
const version = 2;
const headBytes = 1 + 16 + 2;
const aadOf = (place: string, { subject, generation }: SealedFor): Buffer => Buffer.from(`${place}|${subject}|${generation}`);

/**
 * AES-256-GCM with a random 96-bit nonce. `place` names table, column and row; with subject and generation it is associated data, so that
 * a sealed text copied anywhere else does not open. Base64url of version, subject, generation, nonce, tag, ciphertext.
 */
export function sealWith(key: Buffer, random: Random, who: SealedFor, place: string, value: string): string {
  const nonce = random.bytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(aadOf(place, who));
  const body = Buffer.concat([cipher.update(value, "utf8"), cipher.final()]);
  const head = Buffer.concat([Buffer.from([version]), parse(who.subject), Buffer.from([who.generation >> 8, who.generation & 255])]);
  return Buffer.concat([head, nonce, cipher.getAuthTag(), body]).toString("base64url");
}

/** Whose it is; null for what was sealed under a key of the installation. */
export function sealedFor(sealed: string): SealedFor | null {
  const head = Buffer.from(sealed.slice(0, 28), "base64url");
  if (head[0] !== version || head.length < headBytes) return null;
  return { subject: stringify(head.subarray(1, 17)), generation: head.readUInt16BE(17) };
}

/** Throws when the text was altered or sealed for another place. */
export function openWith(key: Buffer, who: SealedFor, place: string, sealed: string): string {
  const bytes = Buffer.from(sealed, "base64url").subarray(headBytes);
  const cipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12)).setAAD(aadOf(place, who)).setAuthTag(bytes.subarray(12, 28));
  try {
    return Buffer.concat([cipher.update(bytes.subarray(28)), cipher.final()]).toString("utf8");
  } catch (cause) {
    throw new Error(`cannot open ${place}`, { cause });
  }
}
