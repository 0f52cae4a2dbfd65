import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { NextCertificate, renewBeforeDays } from "@pigeonhole/protocol/certificates";
import type { Identity } from "./identity.ts";

/** When this certificate expires; null when it is none, as in a simulation without TLS. */
export function expiryOf(certificate: string): Date | null {
  return certificate === "" ? null : new Date(new X509Certificate(certificate).validTo);
}

/** Whether it is time to ask for the next certificate. */
export function isRenewalDue(certificate: string, now: Date): boolean {
  const expiry = expiryOf(certificate);
  return expiry !== null && expiry.getTime() - now.getTime() < renewBeforeDays * 86_400_000;
}

/** The certificate in the backend's answer, when it is the next one of this very station. Throws with a sentence otherwise. */
export function nextCertificate(message: unknown, { station, key, ca, certificate }: Identity): string {
  const next = NextCertificate.parse(message).certificate;
  const read = new X509Certificate(next);
  const own = createPublicKey(createPrivateKey(key)).export({ format: "der", type: "spki" });
  if (read.subject !== `CN=${station}`) throw new Error("the certificate names another station");
  if (!read.publicKey.export({ format: "der", type: "spki" }).equals(own)) throw new Error("the certificate is for another key");
  if (!read.verify(new X509Certificate(ca).publicKey)) throw new Error("the certificate is not of our authority");
  if (new Date(read.validTo) <= (expiryOf(certificate) ?? new Date(0)))
    throw new Error("the certificate ends no later than the present one");
  return next;
}
