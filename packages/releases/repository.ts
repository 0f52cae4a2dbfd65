import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Now } from "@pigeonhole/kit/clock";
import { ReleaseNote, targetPath } from "@pigeonhole/protocol/firmware";
import { Metadata, MetadataKind, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp } from "@tufjs/models";
import { sha256, type Image } from "./image.ts";
import { roles, signer, type ReleaseKey, type RoleName } from "./keys.ts";

/** Metadata are good for so long after they were signed. Days. */
export const validDays = { root: 3_650, targets: 365, snapshot: 14, timestamp: 14 } as const;
/** With the online key at hand, snapshot and timestamp are renewed when less than this is left. Days. */
export const renewDays = 10;
const dayMs = 86_400_000;
const specVersion = "1.0.31";

type Kind = "root" | "targets" | "snapshot" | "timestamp";
type Signed = Metadata<Root | Targets | Snapshot | Timestamp>;
export interface Published extends ReleaseNote {
  readonly bytes: number;
}

/**
 * The releases of an installation: a repository of The Update Framework (TUF 1.0) in a folder, `metadata/` and `targets/`. Every file is written
 * beside its place and renamed, timestamp.json last: who reads meanwhile sees the former state or the new one.
 */
export function openRepository(folder: string, now: Now) {
  const at = (...names: string[]): string => path.join(folder, ...names);
  const staged = at("staged.json");
  const expires = (kind: Kind): string => new Date(now().getTime() + validDays[kind] * dayMs).toISOString().replace(/\.\d+Z$/, "Z");

  function write(file: string, bytes: Uint8Array | string): void {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, bytes);
    renameSync(`${file}.new`, file);
  }
  const json = (metadata: Signed): Buffer => Buffer.from(JSON.stringify(metadata.toJSON()));
  const signWith = (metadata: Signed, keys: readonly ReleaseKey[], role: RoleName): void => {
    for (const key of keys.filter((one) => one.role === role)) metadata.sign(signer(key));
  };
  const fileOf = (version: number, bytes: Buffer): MetaFile =>
    new MetaFile({ version, length: bytes.length, hashes: { sha256: sha256(bytes) } });

  /** The newest version of a numbered kind; 0 when there is none. */
  function newest(kind: "root" | "targets" | "snapshot"): number {
    const names = existsSync(at("metadata")) ? readdirSync(at("metadata")) : [];
    return Math.max(0, ...names.map((name) => Number(new RegExp(`^(\\d+)\\.${kind}\\.json$`).exec(name)?.[1] ?? 0)));
  }
  const bytesOf = (kind: "root" | "targets" | "snapshot"): Buffer => readFileSync(at("metadata", `${newest(kind)}.${kind}.json`));
  const parse = (bytes: Buffer): { signed: never; signatures: never } => JSON.parse(bytes.toString()) as never;
  const root = (): Metadata<Root> => Metadata.fromJSON(MetadataKind.Root, parse(bytesOf("root")));
  const targets = (): Metadata<Targets> | undefined =>
    newest("targets") > 0 ? Metadata.fromJSON(MetadataKind.Targets, parse(bytesOf("targets"))) : undefined;
  const timestamp = (): Metadata<Timestamp> | undefined =>
    existsSync(at("metadata/timestamp.json"))
      ? Metadata.fromJSON(MetadataKind.Timestamp, parse(readFileSync(at("metadata/timestamp.json"))))
      : undefined;

  /** How many of the present root keys are lacking among these. */
  function formerMissing(former: readonly ReleaseKey[]): number {
    const { keyIDs, threshold } = root().signed.roles["root"]!;
    const have = new Set(former.filter(({ role, key }) => role === "root" && keyIDs.includes(key.keyID)).map(({ key }) => key.keyID));
    return Math.max(0, threshold - have.size);
  }

  /** Signs snapshot and timestamp for the newest targets. */
  function seal(keys: readonly ReleaseKey[]): void {
    if (!keys.some(({ role }) => role === "online")) throw new Error("the online key is needed to publish (online.key)");
    const version = newest("snapshot") + 1;
    const meta = { "targets.json": fileOf(newest("targets"), bytesOf("targets")) };
    const snapshot = new Metadata(new Snapshot({ version, specVersion, expires: expires("snapshot"), meta }));
    signWith(snapshot, keys, "online");
    write(at("metadata", `${version}.snapshot.json`), json(snapshot));
    const before = timestamp()?.signed.version ?? 0;
    const snapshotMeta = fileOf(version, json(snapshot));
    const next = new Metadata(new Timestamp({ version: before + 1, specVersion, expires: expires("timestamp"), snapshotMeta }));
    signWith(next, keys, "online");
    write(at("metadata/timestamp.json"), json(next));
  }

  /** Puts signed targets into force when enough keys have signed them; else they wait for further signatures. */
  function settle(metadata: Metadata<Targets>, keys: readonly ReleaseKey[]): { readonly missing: number } {
    const allowed = new Set(root().signed.roles["targets"]!.keyIDs);
    const have = Object.keys(metadata.signatures).filter((id) => allowed.has(id)).length;
    const missing = Math.max(0, root().signed.roles["targets"]!.threshold - have);
    if (missing > 0) {
      write(staged, json(metadata));
      return { missing };
    }
    root().verifyDelegate("targets", metadata);
    write(at("metadata", `${metadata.signed.version}.targets.json`), json(metadata));
    seal(keys);
    rmSync(staged, { force: true });
    return { missing };
  }

  return {
    folder,
    exists: (): boolean => newest("root") > 0,
    /** The root that stations are given: the first one, from which they follow every later one. */
    firstRoot: (): Buffer => readFileSync(at("metadata/1.root.json")),

    /** Writes the first root, or the next one when keys changed: signed by the new keys and by those of the former root that are at hand. */
    writeRoot(keys: readonly ReleaseKey[], former: readonly ReleaseKey[] = []): void {
      const version = newest("root") + 1;
      const roleOf = (role: RoleName) => ({
        keyids: keys.filter((one) => one.role === role).map(({ key }) => key.keyID),
        threshold: roles[role].threshold,
      });
      const metadata = Metadata.fromJSON(MetadataKind.Root, {
        signed: {
          _type: "root",
          spec_version: specVersion,
          version,
          expires: expires("root"),
          consistent_snapshot: true,
          keys: Object.fromEntries(keys.map(({ key }) => [key.keyID, key.toJSON()])),
          roles: { root: roleOf("root"), targets: roleOf("targets"), snapshot: roleOf("online"), timestamp: roleOf("online") },
        },
        signatures: [],
      } as never);
      for (const key of [...keys, ...former].filter(({ role }) => role === "root")) metadata.sign(signer(key));
      metadata.verifyDelegate("root", metadata);
      if (version > 1) root().verifyDelegate("root", metadata);
      write(at("metadata", `${version}.root.json`), json(metadata));
    },

    /**
     * Other keys from now on: the next root, then the same releases signed by the new `targets` keys and the new online key. `keys`: all of them, those
     * that stay among them; `former`: at least two of the former root keys. Stations follow from the root that they came with.
     */
    rotateRoot(keys: readonly ReleaseKey[], former: readonly ReleaseKey[]): { readonly version: number } {
      if (existsSync(staged)) throw new Error("a release waits for signatures: sign it first, or remove staged.json");
      for (const [role, { keys: wanted }] of Object.entries(roles)) {
        const have = new Set(keys.filter((one) => one.role === role).map(({ key }) => key.keyID)).size;
        if (have !== wanted) throw new Error(`the new keys have ${have} for ${role}, not ${wanted}`);
      }
      const missing = formerMissing(former);
      if (missing > 0) throw new Error(`${missing} more of the former root keys must sign: stations believe nobody else`);
      this.writeRoot(keys, former);
      const before = targets();
      if (before) {
        const { targets: named } = before.signed;
        const metadata = new Metadata(
          new Targets({ version: newest("targets") + 1, specVersion, expires: expires("targets"), targets: { ...named } }),
        );
        signWith(metadata, keys, "targets");
        settle(metadata, keys);
      }
      return { version: newest("root") };
    },

    /** Adds an image. With too few keys it waits for `sign`; `missing` says for how many more. */
    publish({ archive, note }: Image, keys: readonly ReleaseKey[]): { readonly missing: number } {
      if (existsSync(staged)) throw new Error("a release waits for signatures: sign it first, or remove staged.json");
      const before = targets();
      const name = targetPath(note.model, note.release);
      if (before?.signed.targets[name]) throw new Error(`release ${note.release} of ${note.model} is published already`);
      const next = new Targets({
        version: newest("targets") + 1,
        specVersion,
        expires: expires("targets"),
        targets: { ...before?.signed.targets },
      });
      const hash = sha256(archive);
      next.addTarget(
        new TargetFile({ path: name, length: archive.length, hashes: { sha256: hash }, unrecognizedFields: { custom: { ...note } } }),
      );
      write(at("targets", note.model, `${hash}.${note.release}.tar.gz`), archive);
      const metadata = new Metadata(next);
      signWith(metadata, keys, "targets");
      return settle(metadata, keys);
    },
    /** Adds signatures to the release that waits. */
    sign(keys: readonly ReleaseKey[]): { readonly missing: number } {
      if (!existsSync(staged)) throw new Error("no release waits for signatures");
      const metadata = Metadata.fromJSON(MetadataKind.Targets, parse(readFileSync(staged)));
      for (const key of keys.filter(({ role }) => role === "targets")) metadata.sign(signer(key), true);
      return settle(metadata, keys);
    },
    /** Renews snapshot and timestamp when they end soon. False when there was nothing to do. */
    refresh(keys: readonly ReleaseKey[], always = false): boolean {
      const current = timestamp();
      if (!current) return false;
      const left = new Date(current.signed.expires).getTime() - now().getTime();
      if (!always && left > renewDays * dayMs) return false;
      seal(keys);
      return true;
    },
    /** An image as it lies here, with the hash that was signed. */
    image(name: string): { readonly hash: string; readonly archive: Buffer } {
      const hash = targets()?.signed.targets[name]?.hashes["sha256"];
      if (hash === undefined) throw new Error(`${name} is not published`);
      return { hash, archive: readFileSync(at("targets", path.dirname(name), `${hash}.${path.basename(name)}`)) };
    },
    /** Everything that the newest targets name, newest release first. */
    releases(): Published[] {
      return Object.values(targets()?.signed.targets ?? {})
        .map((target) => ({ ...ReleaseNote.parse(target.custom), bytes: target.length }))
        .toSorted((a, b) => b.release - a.release);
    },
  };
}
export type ReleaseRepository = ReturnType<typeof openRepository>;
