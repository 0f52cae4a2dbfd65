import { createHmac, createPrivateKey, createPublicKey } from "node:crypto";
import type { SigningKey } from "@pigeonhole/protocol/envelope";

/** The PKCS#8 prefix of an Ed25519 private key (RFC 8410 §7). */
const ed25519Prefix = Buffer.from("302e020100300506032b657004220420", "hex");

/** The installation's first signing key, from SIGNING_SEED. */
export function signingKeyOf(seed: string): SigningKey {
  const key = createPrivateKey({ key: Buffer.concat([ed25519Prefix, Buffer.from(seed, "hex")]), format: "der", type: "pkcs8" });
  const kid = createPublicKey(key).export({ format: "jwk" }).x!.slice(0, 12);
  return { kid, key };
}

/** The key that signs events for shops and carriers, for the same reason apart. */
export const webhookKeyOf = (seed: string): SigningKey =>
  signingKeyOf(createHmac("sha256", Buffer.from(seed, "hex")).update("pigeonhole webhooks").digest("hex"));

/** The key of custody receipts: of the same seed and yet another key, so that what signs receipts can never sign a command. */
export const receiptKeyOf = (seed: string): SigningKey =>
  signingKeyOf(createHmac("sha256", Buffer.from(seed, "hex")).update("pigeonhole receipts").digest("hex"));
