import { createHmac, createPublicKey, sign, timingSafeEqual, verify, type KeyObject } from "node:crypto";

/** Signatures of Standard Webhooks 1.0 (https://www.standardwebhooks.com): over `id.timestamp.body`, `v1` with a shared secret, `v1a` with Ed25519. */
export interface Signed {
  readonly id: string;
  /** Unix time in seconds. */
  readonly timestamp: number;
  readonly body: string;
}
const content = ({ id, timestamp, body }: Signed): Buffer => Buffer.from(`${id}.${timestamp}.${body}`);

const secretPrefix = "whsec_";
/** `whsec_` and base64, of 24 to 64 random bytes. */
export const secretText = (bytes: Buffer): string => secretPrefix + bytes.toString("base64");
const secretBytes = (secret: string): Buffer => Buffer.from(secret.slice(secretPrefix.length), "base64");

/** `whpk_` and base64 of the 32 bytes of an Ed25519 public key. */
export const publicKeyText = (key: KeyObject): string =>
  `whpk_${Buffer.from(createPublicKey(key).export({ format: "jwk" }).x!, "base64url").toString("base64")}`;
const publicKeyOf = (text: string): KeyObject =>
  createPublicKey({
    key: { kty: "OKP", crv: "Ed25519", x: Buffer.from(text.slice("whpk_".length), "base64").toString("base64url") },
    format: "jwk",
  });

/** The header `webhook-signature`: one signature per secret and one of the key, apart by spaces. */
export function signatures(signed: Signed, secrets: readonly string[], key: KeyObject): string {
  const shared = secrets.map((secret) => `v1,${createHmac("sha256", secretBytes(secret)).update(content(signed)).digest("base64")}`);
  return [...shared, `v1a,${sign(null, content(signed), key).toString("base64")}`].join(" ");
}

/** Tolerated between sender's and receiver's clocks. Seconds. */
export const toleranceSeconds = 300;

/** Whether one of the signatures in the header is that of a secret (`whsec_…`) or public key (`whpk_…`), and the time near `now`. */
export function isGenuine(signed: Signed, header: string, keyText: string, now: Date): boolean {
  if (Math.abs(now.getTime() / 1_000 - signed.timestamp) > toleranceSeconds) return false;
  return header.split(" ").some((one) => {
    const [version, text = ""] = one.split(",");
    const given = Buffer.from(text, "base64");
    if (version === "v1a" && keyText.startsWith("whpk_"))
      return given.length === 64 && verify(null, content(signed), publicKeyOf(keyText), given);
    if (version !== "v1" || !keyText.startsWith(secretPrefix)) return false;
    const expected = createHmac("sha256", secretBytes(keyText)).update(content(signed)).digest();
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}
