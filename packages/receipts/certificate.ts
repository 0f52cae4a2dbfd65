import { fromBase64, hex, type Verifier } from "./crypto.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** What of an X.509 certificate (RFC 5280 §4.1) decides here. */
export interface Certificate {
  readonly der: Bytes;
  /** What is signed, and the signature: r and s of ECDSA with SHA-256 on P-256. */
  readonly signed: Bytes;
  readonly signature: Bytes;
  /** The subject's common name. */
  readonly name: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly key: { readonly kind: "ed25519" | "p256"; readonly bytes: Bytes };
}

interface Element {
  readonly tag: number;
  /** Header and content. */
  readonly whole: Bytes;
  readonly content: Bytes;
}

/** The elements of a DER encoding (X.690), which has to end where they end; throws when it does not. */
function elements(bytes: Bytes): Element[] {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const [tag, first] = [bytes[at]!, bytes[at + 1]!];
    const count = first < 0x80 ? 0 : first & 0x7f;
    if (count > 2 || first === 0x80) throw new Error("a length of another form");
    const length = count === 0 ? first : bytes.subarray(at + 2, at + 2 + count).reduce((sum, byte) => sum * 256 + byte, 0);
    const start = at + 2 + count;
    if (!(start + length <= bytes.length)) throw new Error("cut off");
    found.push({ tag, whole: bytes.subarray(at, start + length), content: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return found;
}
const same = (a: Uint8Array, b: Uint8Array): boolean => hex(a) === hex(b);

// Object identifiers, in hexadecimal.
const oid = { commonName: "550403", ecdsaSha256: "2a8648ce3d040302", ed25519: "2b6570", ecKey: "2a8648ce3d0201", p256: "2a8648ce3d030107" };

function instantOf({ tag, content }: Element): Date {
  const text = String.fromCharCode(...content);
  // UTCTime (RFC 5280 §4.1.2.5.1) has two digits for the year, GeneralizedTime four.
  const full = tag === 0x17 ? (Number(text.slice(0, 2)) < 50 ? "20" : "19") + text : text;
  const at = new Date(full.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (Number.isNaN(at.getTime())) throw new Error("no time");
  return at;
}

function keyOf({ content }: Element): Certificate["key"] {
  const [algorithm, bits] = elements(content) as [Element, Element];
  const [kind, curve] = elements(algorithm.content).map((each) => hex(each.content));
  const bytes = bits.content.subarray(1);
  if (bits.content[0] !== 0) throw new Error("a key with a fraction of a byte");
  if (kind === oid.ed25519 && bytes.length === 32) return { kind: "ed25519", bytes };
  if (kind === oid.ecKey && curve === oid.p256 && bytes.length === 65) return { kind: "p256", bytes };
  throw new Error("another kind of key");
}

/** r and s of a DER signature as 64 bytes. */
function signatureOf(bits: Bytes): Bytes {
  const [sequence] = elements(bits.subarray(1));
  if (bits[0] !== 0 || sequence?.tag !== 0x30) throw new Error("no signature");
  const signature = new Uint8Array(64);
  const [r, s, ...more] = elements(sequence.content);
  if (!r || !s || more.length > 0 || sequence.whole.length !== bits.length - 1) throw new Error("no signature");
  for (const [place, { tag, content }] of [r, s].entries()) {
    // The one way to write a positive number: its signature does not cover how it is written.
    const isShortest = content.length > 0 && (content[0] !== 0 ? content[0]! < 0x80 : content.length > 1 && content[1]! >= 0x80);
    if (tag !== 0x02 || !isShortest) throw new Error("not a number as DER writes it");
    const number = content.length === 33 && content[0] === 0 ? content.subarray(1) : content;
    if (number.length > 32) throw new Error("a number too long");
    signature.set(number, 32 * (place + 1) - number.length);
  }
  return signature;
}

/** Reads a certificate, PEM; undefined when it is none of the few kinds that are used here, or not written as we write it. */
export function readCertificate(pem: string): Certificate | undefined {
  const base64 = /^-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=\n]+)\n-----END CERTIFICATE-----\n$/.exec(pem)?.[1];
  const lines = base64?.split("\n");
  if (!lines || lines.some((line, at) => (at < lines.length - 1 ? line.length !== 64 : line.length > 64 || line === ""))) return undefined;
  const der = fromBase64(lines.join(""), "base64");
  if (!der) return undefined;
  try {
    const [certificate, ...after] = elements(der);
    // What no signature covers has to be as it is written, byte for byte.
    if (certificate?.tag !== 0x30 || after.length > 0) return undefined;
    const [signed, algorithm, bits, ...more] = elements(certificate.content) as [Element, Element, Element];
    if (signed.tag !== 0x30 || bits.tag !== 0x03 || more.length > 0) return undefined;
    const fields = elements(signed.content).filter(({ tag }) => tag !== 0xa0);
    const [, inner, , validity, subject, spki] = fields as [Element, Element, Element, Element, Element, Element];
    const [kind] = elements(algorithm.content).map((each) => hex(each.content));
    if (kind !== oid.ecdsaSha256 || !same(algorithm.whole, inner.whole)) return undefined;
    const [from, until] = elements(validity.content) as [Element, Element];
    const names = elements(subject.content).flatMap((set) =>
      elements(set.content).map((each) => elements(each.content) as [Element, Element]),
    );
    const name = names.find(([type]) => hex(type.content) === oid.commonName)?.[1].content;
    return {
      der,
      signed: signed.whole,
      signature: signatureOf(bits.content),
      name: name ? new TextDecoder().decode(name) : "",
      notBefore: instantOf(from),
      notAfter: instantOf(until),
      key: keyOf(spki),
    };
  } catch {
    return undefined;
  }
}

/** Whether `issuer`'s key has signed the certificate. */
export const isIssuedBy = (certificate: Certificate, issuer: Certificate, { p256 }: Verifier): Promise<boolean> =>
  issuer.key.kind === "p256" ? p256(issuer.key.bytes, certificate.signature, certificate.signed) : Promise.resolve(false);
