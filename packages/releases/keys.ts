import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Key, Signature } from "@tufjs/models";

/**
 * Who signs what. `root` names all keys, `targets` names the images: both by two of three keys that never come near a server. `online` signs
 * snapshot and timestamp, which say only which metadata are the newest; who steals it can withhold a release for a while and forge none.
 */
export const roles = { root: { keys: 3, threshold: 2 }, targets: { keys: 3, threshold: 2 }, online: { keys: 1, threshold: 1 } } as const;
export type RoleName = keyof typeof roles;

/** A private key with its public half as the metadata name it. */
export interface ReleaseKey {
  readonly role: RoleName;
  readonly key: Key;
  readonly privateKey: KeyObject;
}

export function releaseKey(role: RoleName, privateKey: KeyObject): ReleaseKey {
  const hex = createPublicKey(privateKey).export({ format: "der", type: "spki" }).subarray(-32).toString("hex");
  const keyID = createHash("sha256").update(`ed25519:${hex}`).digest("hex");
  return { role, privateKey, key: new Key({ keyID, keyType: "ed25519", scheme: "ed25519", keyVal: { public: hex } }) };
}
/** A key for a role, in memory alone. */
export const newKey = (role: RoleName): ReleaseKey => releaseKey(role, generateKeyPairSync("ed25519").privateKey);
/** What `Metadata.sign` calls. */
export const signer =
  ({ key, privateKey }: ReleaseKey) =>
  (bytes: Buffer): Signature =>
    new Signature({ keyID: key.keyID, sig: sign(null, bytes, privateKey).toString("hex") });

const fileName = (role: RoleName, number: number): string => (roles[role].keys === 1 ? `${role}.key` : `${role}-${number}.key`);

/** Makes every key of a new repository: files `root-1.key` … `online.key` (PKCS#8 PEM, mode 0600), encrypted when a passphrase is given. Replaces nothing. */
export function makeKeys(folder: string, passphrase?: string): readonly string[] {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = (Object.keys(roles) as RoleName[]).flatMap((role) =>
    Array.from({ length: roles[role].keys }, (_, i) => ({ role, file: path.join(folder, fileName(role, i + 1)) })),
  );
  const taken = files.find(({ file }) => existsSync(file));
  if (taken) throw new Error(`${taken.file} is there already: keys are never replaced`);
  for (const { role, file } of files) {
    const format = { format: "pem", type: "pkcs8" } as const;
    const protection = passphrase === undefined || role === "online" ? {} : { cipher: "aes-256-cbc", passphrase };
    writeFileSync(file, newKey(role).privateKey.export({ ...format, ...protection }), { mode: 0o600, flag: "wx" });
  }
  return files.map(({ file }) => file);
}

/** The keys in these folders or files, by the names that `makeKeys` gives. */
export function readKeys(places: readonly string[], passphrase?: string): readonly ReleaseKey[] {
  return places.flatMap((place) => {
    if (!existsSync(place)) throw new Error(`${place} is not there: keys are made with \`npm run release -- keys FOLDER\``);
    const files = place.endsWith(".key") ? [place] : readdirSync(place).map((name) => path.join(place, name));
    return files.toSorted().flatMap((file) => {
      const [, role] = /(?:^|\/)(root|targets|online)(?:-\d+)?\.key$/.exec(file) ?? [];
      return role ? [releaseKey(role as RoleName, readKey(file, passphrase))] : [];
    });
  });
}

function readKey(file: string, passphrase?: string): KeyObject {
  try {
    return createPrivateKey({ key: readFileSync(file), format: "pem", ...(passphrase !== undefined && { passphrase }) });
  } catch (cause) {
    throw new Error(`${file} cannot be read as a key: is its passphrase (PIGEONHOLE_KEY_PASSPHRASE) missing or wrong?`, { cause });
  }
}
