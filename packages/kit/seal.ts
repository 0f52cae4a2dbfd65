import { createCipheriv, createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import type { Random } from "./random.ts";

/**
 * Encryption at rest of single values (A10.1): AES-256-GCM, random 96-bit nonce, the place where the value lives as associated
 * data, so that a ciphertext copied to another row or column does not open. Keyed hashes for look-ups, under a separate key per purpose.
 */
export interface Seal {
  /** `place` names column and row, e.g. `parcels.recipient|<parcel id>`. Returns base64url text: version, key number, nonce, tag, ciphertext. */
  seal(place: string, value: string): string;
  /** Throws when the text was altered, sealed for another place, or its key is gone. */
  open(place: string, sealed: string): string;
  /** HMAC-SHA256 in hex under a key of its own for `purpose`; equal inputs give equal hashes. For look-ups, never for codes. */
  hash(purpose: string, value: string): string;
}

const version = 1;

/** `keys`: 32 bytes each, newest first; all open, the newest seals. */
export function createSeal(keys: readonly Buffer[], random: Random): Seal {
  if (keys.length === 0 || keys.length > 250) throw new Error("sealing needs between 1 and 250 keys");
  const derive = (key: Buffer, purpose: string): Buffer => Buffer.from(hkdfSync("sha256", key, "pigeonhole", purpose, 32));
  const ids = keys.map((key) => derive(key, "key id")[0]!);
  const sealing = keys.map((key) => derive(key, "seal"));
  // Hashes must stay findable when keys rotate, so they use the oldest key.
  const oldest = keys.at(-1)!;
  return {
    seal(place, value) {
      const nonce = random.bytes(12);
      const cipher = createCipheriv("aes-256-gcm", sealing[0]!, nonce).setAAD(Buffer.from(place));
      const body = Buffer.concat([cipher.update(value, "utf8"), cipher.final()]);
      return Buffer.concat([Buffer.from([version, ids[0]!]), nonce, cipher.getAuthTag(), body]).toString("base64url");
    },
    open(place, sealed) {
      const bytes = Buffer.from(sealed, "base64url");
      const candidates = sealing.filter((_, i) => ids[i] === bytes[1]);
      if (bytes[0] !== version || candidates.length === 0) throw new Error(`cannot open ${place}: unknown version or key`);
      for (const key of candidates) {
        try {
          const cipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(2, 14))
            .setAAD(Buffer.from(place))
            .setAuthTag(bytes.subarray(14, 30));
          return Buffer.concat([cipher.update(bytes.subarray(30)), cipher.final()]).toString("utf8");
        } catch (error) {
          if (key === candidates.at(-1)) throw new Error(`cannot open ${place}`, { cause: error });
        }
      }
      throw new Error(`cannot open ${place}`);
    },
    hash: (purpose, value) =>
      createHmac("sha256", derive(oldest, `hash ${purpose}`))
        .update(value)
        .digest("hex"),
  };
}

/** Compares two texts in a time that does not depend on where they differ. */
export function sameSecret(a: string, b: string): boolean {
  const [x, y] = [createHmac("sha256", "compare").update(a).digest(), createHmac("sha256", "compare").update(b).digest()];
  return timingSafeEqual(x, y);
}
