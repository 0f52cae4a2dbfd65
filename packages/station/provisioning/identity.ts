import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

/** Who this station is. Everything in it that is secret is secret to this cabinet; no other one can use it. */
export const Identity = z.strictObject({
  station: z.uuid(),
  epoch: z.int().min(1),
  /** PEM: PKCS#8 Ed25519 private key, certificate, the network's CA. */
  key: z.string(),
  certificate: z.string(),
  ca: z.string(),
  /** 32 bytes, base64url. */
  codeKey: z.string().length(43),
  mqttUrl: z.string(),
  /** The backend's Ed25519 public keys, by id. */
  signingKeys: z.record(z.string(), z.string()),
  /** Of this set of keys; later ones are in the store. */
  keyGeneration: z.int().min(1).default(1),
});
export type Identity = z.output<typeof Identity>;

export const identityFile = (folder: string): string => path.join(folder, "identity.json");

/** The identity kept in a data folder; undefined before enrolment. */
export function readIdentity(folder: string): Identity | undefined {
  const file = identityFile(folder);
  if (!existsSync(file)) return undefined;
  try {
    return Identity.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (cause) {
    throw new Error(`${file} is damaged: bring it back, or enrol this cabinet again with an empty folder and a new token`, { cause });
  }
}

/** Keeps an identity in a data folder. */
export const writeIdentity = (folder: string, identity: Identity): void =>
  writeSecret(identityFile(folder), JSON.stringify(identity, null, 2));

/** Writes a secret file: readable by its owner alone, whole or not at all, on the disk when this returns. */
export function writeSecret(file: string, content: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.new`;
  const handle = openSync(fresh, "w", 0o600);
  try {
    writeSync(handle, content);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(fresh, file);
  const folder = openSync(path.dirname(file), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
