import { isIssuedBy, readCertificate } from "./certificate.ts";
import { fromBase64, utf8, verifier as ourVerifier, type Verifier } from "./crypto.ts";
import type { Signed } from "./file.ts";
import { StationEntry } from "./station-entry.ts";
import type { Checked } from "./verify.ts";

export interface VerifiedEntries {
  readonly isGood: boolean;
  readonly checks: readonly Checked[];
  readonly entries: readonly StationEntry[];
}

/**
 * Verifies entries of a station's log by themselves, as a kiosk shows them in a QR code: signed by a key that `authority` certified for that
 * station. `certificates` and `authority` come from anywhere; believed is only what leads to the pinned fingerprint.
 */
export async function verifyEntries(
  signed: readonly Signed[],
  { certificates, authority }: { readonly certificates: readonly string[]; readonly authority: string },
  pinned: string | undefined,
  crypto: Verifier = ourVerifier(),
): Promise<VerifiedEntries> {
  const entries = signed.map(({ body }) => parsed(body));
  const isForm = entries.length > 0 && entries.every((entry) => entry !== undefined);
  const root = readCertificate(authority);
  const isPinned = root !== undefined && pinned?.replaceAll(/[\s:]/g, "").toLowerCase() === (await crypto.sha256(root.der));
  const read = certificates.map(readCertificate).filter((each) => each !== undefined);
  const issued = await Promise.all(read.map(async (each) => root !== undefined && (await isIssuedBy(each, root, crypto))));
  const good = read.filter((_, at) => issued[at]);
  const isSigned = async ({ sig, body }: Signed, station: string | undefined): Promise<boolean> => {
    const signature = fromBase64(sig, "base64url");
    if (!signature) return false;
    for (const { name, key } of good)
      if (name === station && key.kind === "ed25519" && (await crypto.ed25519(key.bytes, signature, utf8(`pigeonhole/1/event\n${body}`))))
        return true;
    return false;
  };
  const isEachSigned = (await Promise.all(signed.map((each, at) => isSigned(each, entries[at]?.station)))).every(Boolean);
  const all = [
    { check: "form", isOk: isForm },
    { check: "authority", isOk: isPinned },
    { check: "certificates", isOk: good.length > 0 },
    { check: "evidence", isOk: isEachSigned && isForm },
  ] as const;
  const firstWrong = all.findIndex(({ isOk }) => !isOk);
  return {
    isGood: firstWrong < 0,
    checks: all.map((each, at) => (firstWrong >= 0 && at > firstWrong ? { check: each.check, isOk: undefined } : each)),
    entries: entries.filter((entry) => entry !== undefined),
  };
}

function parsed(body: string): StationEntry | undefined {
  try {
    return StationEntry.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}
