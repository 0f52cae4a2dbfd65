import { isIssuedBy, readCertificate, type Certificate } from "./certificate.ts";
import { fromBase64, utf8, verifier as ourVerifier, type Verifier } from "./crypto.ts";
import { readFile, Receipt, type ReceiptFile, type Signed } from "./file.ts";
import { isEvidenceFor, StationEntry } from "./station-entry.ts";

/** What is looked at, in this order; each says one thing that a reader cares about. */
export const checks = ["form", "authority", "certificates", "signatures", "chain", "custody", "evidence"] as const;
export type Check = (typeof checks)[number];

/** `isOk: undefined`: not looked at, since something before it was wrong. `number`: of the receipt that is wrong. */
export interface Checked {
  readonly check: Check;
  readonly isOk: boolean | undefined;
  readonly number?: number | undefined;
}
export interface Verification {
  readonly isGood: boolean;
  readonly checks: readonly Checked[];
  /** SHA-256 of the authority's certificate in the file, for comparison. */
  readonly fingerprint: string | undefined;
  /** What the file says; believed only when all is good. */
  readonly receipts: readonly Receipt[];
}

/** Clocks of stations are off by a day at most where their certificates are not. Milliseconds. */
const certificateToleranceMs = 86_400_000;
/** The name in the certificate of the receipts' key. */
const receiptsName = "receipts";

/**
 * Verifies a receipt file without asking anybody: that it is whole, that the authority is the one whose fingerprint the reader brings, that its
 * certificates, signatures, numbers and hashes are right, that each hand-over begins where the one before it ended, and that the entries of the
 * stations' own logs say what the receipts say. What it cannot find: receipts that were cut off at the end, for the file is then an older one.
 */
export async function verify(text: string, pinned: string | undefined, crypto: Verifier = ourVerifier()): Promise<Verification> {
  const file = readFile(text);
  const receipts = file?.receipts.map(({ body }) => parsed(Receipt, body));
  const done: Checked[] = [];
  let fingerprint: string | undefined;
  const finish = (): Verification => ({
    isGood: done.length === checks.length && done.every(({ isOk }) => isOk),
    checks: checks.map((check) => done.find((each) => each.check === check) ?? { check, isOk: undefined }),
    fingerprint,
    receipts: (receipts ?? []).filter((each) => each !== undefined),
  });
  /** Records a check that is wrong at the first place where it is, or not at all; answers whether to go on. */
  const note = (check: Check, wrongAt: number | undefined): boolean => {
    done.push(wrongAt === undefined ? { check, isOk: true } : { check, isOk: false, ...(wrongAt > 0 && { number: wrongAt }) });
    return wrongAt === undefined;
  };
  const firstWrong = (wrong: readonly boolean[]): number | undefined => (wrong.includes(true) ? wrong.indexOf(true) + 1 : undefined);

  const entries = file?.events.map(({ body }) => parsed(StationEntry, body));
  if (!note("form", file && receipts?.every(Boolean) && entries?.every(Boolean) ? undefined : 0)) return finish();
  const [all, events] = [receipts as Receipt[], entries as StationEntry[]];

  const authority = readCertificate(file!.authority);
  fingerprint = authority && (await crypto.sha256(authority.der));
  const wanted = pinned?.replaceAll(/[\s:]/g, "").toLowerCase();
  if (!note("authority", authority && wanted === fingerprint ? undefined : 0)) return finish();

  const certificates = file!.certificates.map(readCertificate);
  const issued = await Promise.all(certificates.map(async (each) => each !== undefined && (await isIssuedBy(each, authority!, crypto))));
  const isEachUsed = certificates.every(
    (each) => each && (each.name === receiptsName || events.some(({ station }) => station === each.name)),
  );
  if (!note("certificates", issued.every(Boolean) && isEachUsed ? undefined : 0)) return finish();
  const good = certificates as Certificate[];
  /** Whether a certificate under this name, good at that time, holds the key that signed. */
  const isSignedBy = async (kind: "receipt" | "event", { sig, body }: Signed, name: string, at: string): Promise<boolean> => {
    const signature = fromBase64(sig, "base64url");
    const ms = new Date(at).getTime();
    for (const { key, notAfter, notBefore, name: own } of good) {
      if (own !== name || key.kind !== "ed25519" || !signature || ms > notAfter.getTime() + certificateToleranceMs) continue;
      // The receipts' key is certified when the first file is asked for, which may be after the first receipt.
      if (name !== receiptsName && ms < notBefore.getTime() - certificateToleranceMs) continue;
      if (await crypto.ed25519(key.bytes, signature, utf8(`pigeonhole/1/${kind}\n${body}`))) return true;
    }
    return false;
  };

  const signatures = await Promise.all(all.map(({ at }, i) => isSignedBy("receipt", file!.receipts[i]!, receiptsName, at)));
  if (!note("signatures", firstWrong(signatures.map((isOk) => !isOk)))) return finish();

  const digests = await Promise.all(file!.receipts.map(({ body }) => crypto.sha256(utf8(body))));
  const isLinked = all.map(
    ({ number, previous, parcel, parcelNumber }, i) =>
      number === i + 1 &&
      parcel === file!.parcel &&
      parcelNumber === all[0]!.parcelNumber &&
      previous === (digests[i - 1] ?? "0".repeat(64)),
  );
  if (!note("chain", firstWrong(isLinked.map((isOk) => !isOk)))) return finish();

  const isFrom = ({ from }: Receipt, before: Receipt | undefined): boolean => JSON.stringify(from) === JSON.stringify(before?.to ?? null);
  if (!note("custody", firstWrong(all.map((receipt, i) => !isFrom(receipt, all[i - 1]))))) return finish();

  note("evidence", firstWrong((await evidenced(file!, all, events)).map((isOk) => !isOk)));
  return finish();

  async function evidenced(
    { events: signed }: ReceiptFile,
    receipts: readonly Receipt[],
    entries: readonly StationEntry[],
  ): Promise<boolean[]> {
    const ofEntries = await Promise.all(signed.map(({ body }) => crypto.sha256(utf8(body))));
    const named = receipts.flatMap(({ evidence }) => (evidence.kind === "station_event" ? [evidence.digest] : []));
    // An entry that no receipt names is nothing that was stated.
    const isExact =
      new Set(named).size === named.length && named.length === signed.length && ofEntries.every((digest) => named.includes(digest));
    return Promise.all(
      receipts.map(async (receipt) => {
        if (receipt.evidence.kind === "network") return receipt.to.kind !== "station" && receipt.from?.kind !== "station";
        const at = ofEntries.indexOf(receipt.evidence.digest);
        const entry = entries[at];
        return (
          isExact &&
          entry !== undefined &&
          isEvidenceFor(receipt, entry) &&
          (await isSignedBy("event", signed[at]!, entry.station, entry.at))
        );
      }),
    );
  }
}

function parsed<T>(schema: { safeParse(value: unknown): { readonly data?: T } }, body: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}
