import "reflect-metadata";
import { createPublicKey, X509Certificate as NodeCertificate, type KeyObject } from "node:crypto";
import { isIP } from "node:net";
import type { Now } from "@pigeonhole/kit/clock";
import type { Random } from "@pigeonhole/kit/random";
import { publicKeyOf, publicKeyText } from "@pigeonhole/protocol/envelope";
import * as x509 from "@peculiar/x509";

/** A certificate with its key, both PEM. */
export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

/** All of an authority that has to be kept. The keys in it are secret. */
export interface Authority {
  readonly ca: Identity;
  /** The broker's server certificate. */
  readonly broker: Identity;
  /** The backend's client certificate, CN=backend. */
  readonly backend: Identity;
}

/** What a station gets: its certificate, and the public key with which its events are verified. */
export interface Issued {
  readonly serial: string;
  readonly certificate: string;
  readonly publicKey: string;
  readonly expiresAt: Date;
}

export interface Ca extends Authority {
  /** Certifies the key of a request as `station`. */
  issue(request: Request, station: string, at: Date): Promise<Issued>;
  /** Certifies the key with which custody receipts are signed, for that alone; `publicKey`: raw Ed25519, base64url. PEM. */
  certifyReceipts(publicKey: string, at: Date): Promise<string>;
  /** The certificate revocation list, PEM (RFC 5280 §5). */
  revocations(revoked: readonly { readonly serial: string; readonly at: Date }[], at: Date): Promise<string>;
}

/** The name of the backend's client certificate; no station is called so, stations are called by their UUID. */
export const backendName = "backend";

/** The name of the certificate with which receipts are verified. */
export const receiptsName = "receipts";
/** What it is good for: signing documents (RFC 9336), and no connection. */
const documentSigning = "1.3.6.1.5.5.7.3.36";

const day = 86_400_000;
/** How long certificates are valid. Days. */
const validDays = { ca: 7_300, station: 397, broker: 397, backend: 397, receipts: 730 } as const;
/** A list is good for so long; whoever serves one fetches it far more often. Days. */
const listDays = 30;
/** Clocks of stations may be behind: a certificate is valid from a little before it was made. Milliseconds. */
const backdatedMs = 300_000;
/** The broker's and the backend's certificates are made anew when they would expire within so many days. */
const renewDays = 60;

// P-256 for the authority and the broker, since every broker and TLS library has it; a station's own key is Ed25519.
const p256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

const pem = (label: string, bytes: ArrayBuffer): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(bytes).toString("base64").replace(/.{64}/g, "$&\n").trimEnd()}\n-----END ${label}-----\n`;
const keyPem = async (key: CryptoKey): Promise<string> => pem("PRIVATE KEY", await crypto.subtle.exportKey("pkcs8", key));
const keyOf = (text: string): Promise<CryptoKey> =>
  crypto.subtle.importKey("pkcs8", Buffer.from(text.replace(/-----[^-]+-----|\s/g, ""), "base64"), p256, true, ["sign"]);
// RFC 5280 §4.1.2.2: a positive integer of at most 20 octets.
const serialOf = (random: Random): string => {
  const bytes = random.bytes(16);
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return bytes.toString("hex");
};
const isAddress = (host: string): boolean => isIP(host) !== 0;
const validity = (at: Date, days: number) => ({
  notBefore: new Date(at.getTime() - backdatedMs),
  notAfter: new Date(at.getTime() + days * day),
});

/** Makes a new authority. `hosts`: the names and addresses under which stations reach the broker. */
export async function createAuthority({
  hosts,
  now,
  random,
}: {
  readonly hosts: readonly string[];
  readonly now: Now;
  readonly random: Random;
}): Promise<Authority> {
  const keys = await crypto.subtle.generateKey(p256, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: "CN=Pigeonhole stations",
    keys,
    signingAlgorithm: p256,
    serialNumber: serialOf(random),
    ...validity(now(), validDays.ca),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const ca = { certificate: `${certificate.toString("pem")}\n`, key: await keyPem(keys.privateKey) };
  return { ca, ...(await serverIdentities(ca, hosts, now(), random)) };
}

async function serverIdentities(
  ca: Identity,
  hosts: readonly string[],
  at: Date,
  random: Random,
): Promise<Pick<Authority, "broker" | "backend">> {
  const issuer = new x509.X509Certificate(ca.certificate);
  const signingKey = await keyOf(ca.key);
  const make = async (name: string, days: number, extensions: x509.Extension[]): Promise<Identity> => {
    const keys = await crypto.subtle.generateKey(p256, true, ["sign", "verify"]);
    const certificate = await x509.X509CertificateGenerator.create({
      subject: `CN=${name}`,
      issuer: issuer.subject,
      publicKey: keys.publicKey,
      signingKey,
      signingAlgorithm: p256,
      serialNumber: serialOf(random),
      ...validity(at, days),
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        ...extensions,
      ],
    });
    return { certificate: `${certificate.toString("pem")}\n`, key: await keyPem(keys.privateKey) };
  };
  const names = hosts.map((host) => ({ type: isAddress(host) ? ("ip" as const) : ("dns" as const), value: host }));
  return {
    broker: await make("broker", validDays.broker, [
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names),
    ]),
    backend: await make(backendName, validDays.backend, [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])]),
  };
}

/**
 * The same authority when its broker's and backend's certificates are good for a while yet and name all `hosts`; else with new ones. Names
 * that the broker had stay: two processes that know it under different ones do not take turns.
 */
export async function renewed(
  authority: Authority,
  { hosts, now, random }: { readonly hosts: readonly string[]; readonly now: Now; readonly random: Random },
): Promise<Authority> {
  const [broker, backend] = [new NodeCertificate(authority.broker.certificate), new NodeCertificate(authority.backend.certificate)];
  const until = now().getTime() + renewDays * day;
  const isGood = [broker, backend].every((certificate) => new Date(certificate.validTo).getTime() > until);
  const lacking = hosts.filter((host) => (isAddress(host) ? broker.checkIP(host) : broker.checkHost(host)) === undefined);
  if (isGood && lacking.length === 0) return authority;
  const named =
    new x509.X509Certificate(authority.broker.certificate).getExtension(x509.SubjectAlternativeNameExtension)?.names.items ?? [];
  return { ca: authority.ca, ...(await serverIdentities(authority.ca, [...named.map(({ value }) => value), ...lacking], now(), random)) };
}

/** The authority at work. Reads the CA's key from its PEM. */
export async function caOf(authority: Authority, random: Random): Promise<Ca> {
  const issuer = new x509.X509Certificate(authority.ca.certificate);
  const signingKey = await keyOf(authority.ca.key);
  return {
    ...authority,
    issue: async (request, station, at) => {
      const { notBefore, notAfter } = validity(at, validDays.station);
      const serial = serialOf(random);
      const certificate = await x509.X509CertificateGenerator.create({
        subject: `CN=${station}`,
        issuer: issuer.subject,
        publicKey: request.key,
        signingKey,
        signingAlgorithm: p256,
        serialNumber: serial,
        notBefore,
        notAfter,
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
        ],
      });
      return { serial, certificate: `${certificate.toString("pem")}\n`, publicKey: request.publicKey, expiresAt: certificate.notAfter };
    },
    certifyReceipts: async (publicKey, at) => {
      const certificate = await x509.X509CertificateGenerator.create({
        subject: `CN=${receiptsName}`,
        issuer: issuer.subject,
        publicKey: await x509.PublicKey.create(publicKeyOf(publicKey).export({ format: "der", type: "spki" })),
        signingKey,
        signingAlgorithm: p256,
        serialNumber: serialOf(random),
        ...validity(at, validDays.receipts),
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([documentSigning], true),
        ],
      });
      return `${certificate.toString("pem")}\n`;
    },
    revocations: async (revoked, at) => {
      const list = await x509.X509CrlGenerator.create({
        issuer: issuer.subject,
        thisUpdate: new Date(at.getTime() - backdatedMs),
        nextUpdate: new Date(at.getTime() + listDays * day),
        signingKey,
        signingAlgorithm: p256,
        entries: revoked.map((entry) => ({
          serialNumber: entry.serial,
          revocationDate: entry.at,
          reason: x509.X509CrlReason.cessationOfOperation,
        })),
      });
      return pem("X509 CRL", list.rawData);
    },
  };
}

/** A certificate signing request that is what it says: signed by its own key, which is Ed25519. `publicKey`: raw, base64url. */
export interface Request {
  readonly key: x509.PublicKey;
  readonly publicKey: string;
}

/** Reads PKCS#10, PEM. Throws with a sentence that says what is wrong with it. */
export async function readRequest(csr: string): Promise<Request> {
  let request: x509.Pkcs10CertificateRequest;
  let isSigned: boolean;
  try {
    request = new x509.Pkcs10CertificateRequest(csr);
    isSigned = request.publicKey.algorithm.name === "Ed25519" && (await request.verify());
  } catch (error) {
    throw new Error("this is no certificate signing request (PKCS#10, PEM)", { cause: error });
  }
  if (request.publicKey.algorithm.name !== "Ed25519") throw new Error("the key of a station is Ed25519");
  if (!isSigned) throw new Error("the request is not signed by its own key");
  return {
    key: request.publicKey,
    publicKey: publicKeyText(createPublicKey({ key: Buffer.from(request.publicKey.rawData), format: "der", type: "spki" })),
  };
}

/** What `issue` takes, for a key that is known already. */
export const requestOf = (key: KeyObject): Request => ({
  key: new x509.PublicKey(key.export({ format: "der", type: "spki" })),
  publicKey: publicKeyText(key),
});

/** The serial number of a certificate as it is kept here: lower-case hexadecimal without leading zeros, whatever the library says. */
export const serialText = (serial: string): string => serial.toLowerCase().replace(/^0+(?=.)/, "");
