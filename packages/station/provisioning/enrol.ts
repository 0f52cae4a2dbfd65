import "reflect-metadata";
import { createPrivateKey, generateKeyPairSync, webcrypto } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import type { DeviceApi } from "@pigeonhole/devices/contract";
import { client, problemOf } from "@pigeonhole/kit/client";
import type { Random } from "@pigeonhole/kit/random";
import { Pkcs10CertificateRequestGenerator, cryptoProvider } from "@peculiar/x509";
import { Enrolment } from "@pigeonhole/protocol/enrolment";
import { z } from "zod";
import { readIdentity, writeIdentity, writeSecret, type Identity } from "./identity.ts";

interface Options {
  /** Where the identity is kept. */
  readonly folder: string;
  /** The backend's address, e.g. https://pigeonhole.example; its routes lie under /api. */
  readonly url: string;
  /** One-time token from the operator. */
  readonly token: string;
  readonly random: Random;
  readonly fetch?: typeof globalThis.fetch;
}

const pendingFile = (folder: string): string => path.join(folder, "enrolment.json");
const Pending = z.strictObject({ key: z.string(), codeKey: z.string() });

/**
 * Makes this cabinet a station of a network: a key that never leaves it, a certificate for that key, a key for hashing codes. The keys are on
 * the disk before the token is used: after a crash in between, the same request is made again.
 */
export async function enrol({ folder, url, token, random, fetch }: Options): Promise<Identity> {
  const { key, codeKey } = ownKeys(folder, random);
  const api = client<DeviceApi>(`${url.replace(/\/$/, "")}/api`, fetch ? { fetch } : {});
  const csr = await certificateRequest(key);
  const response = await api.enrolments.$post({ json: { token, csr, codeKey } }).catch((cause: unknown) => {
    throw new Error(`the backend at ${url} cannot be reached`, { cause });
  });
  if (response.status !== 201) {
    const problem = await problemOf(response as { status: number; json(): Promise<unknown> });
    throw new Error(`the backend at ${url} refused the enrolment: ${problem.code}: ${problem.detail ?? problem.title}`);
  }
  const identity: Identity = { ...Enrolment.parse(await response.json()), key, codeKey };
  const before = readIdentity(folder);
  if (before && before.station !== identity.station)
    throw new Error(`the token is for station ${identity.station}, this cabinet is ${before.station}`);
  writeIdentity(folder, identity);
  rmSync(pendingFile(folder));
  return identity;
}

/**
 * The keys of a cabinet that has no certificate yet, or needs another one: made once, and kept. A cabinet that enrols again has a new key of its
 * own, so that a copy of the old one is worth nothing; codes are hashed as before, or walk-ups' codes would open nothing any more.
 */
export function ownKeys(folder: string, random: Random): z.output<typeof Pending> {
  const file = pendingFile(folder);
  if (!existsSync(file)) {
    const { privateKey } = generateKeyPairSync("ed25519");
    writeSecret(
      file,
      JSON.stringify({
        key: privateKey.export({ format: "pem", type: "pkcs8" }),
        codeKey: readIdentity(folder)?.codeKey ?? random.bytes(32).toString("base64url"),
      }),
    );
  }
  return Pending.parse(JSON.parse(readFileSync(file, "utf8")));
}

/** PKCS#10, PEM. The subject is the backend's to decide. */
async function certificateRequest(pem: string): Promise<string> {
  cryptoProvider.set(webcrypto as Crypto);
  const der = createPrivateKey(pem).export({ format: "der", type: "pkcs8" });
  const privateKey = await webcrypto.subtle.importKey("pkcs8", der, "Ed25519", true, ["sign"]);
  const { kty, crv, x } = await webcrypto.subtle.exportKey("jwk", privateKey);
  const publicKey = await webcrypto.subtle.importKey("jwk", { kty: kty!, crv: crv!, x: x! }, "Ed25519", true, ["verify"]);
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: "CN=station",
    keys: { privateKey, publicKey } as CryptoKeyPair,
    signingAlgorithm: { name: "Ed25519" },
  });
  return request.toString("pem");
}
