import { readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { targetPath } from "@pigeonhole/protocol/firmware";
import { extract } from "tar-stream";
import type { Architecture } from "./bundle.ts";
import type { Package, PackageFile } from "./deb.ts";
import { sha256, type ImageContent } from "./image.ts";
import type { Published, ReleaseRepository } from "./repository.ts";

const here = path.join(import.meta.dirname, "debian");
const debian = (name: string): Buffer => readFileSync(path.join(here, name));
/** Where each file of `debian/` lies on the cabinet's computer. */
const places: Readonly<Record<string, { readonly at: string; readonly mode?: number }>> = {
  "pigeonhole-station.service": { at: "/usr/lib/systemd/system/pigeonhole-station.service" },
  "pigeonhole-kiosk.service": { at: "/usr/lib/systemd/system/pigeonhole-kiosk.service" },
  "70-pigeonhole.rules": { at: "/usr/lib/udev/rules.d/70-pigeonhole.rules" },
  "sysusers.conf": { at: "/usr/lib/sysusers.d/pigeonhole.conf" },
  "tmpfiles.conf": { at: "/usr/lib/tmpfiles.d/pigeonhole.conf" },
  "journald.conf": { at: "/usr/lib/systemd/journald.conf.d/pigeonhole.conf" },
  "system.conf": { at: "/usr/lib/systemd/system.conf.d/pigeonhole.conf" },
  "chromium-policy.json": { at: "/etc/chromium/policies/managed/pigeonhole.json" },
  "kiosk.env": { at: "/etc/pigeonhole/kiosk.env" },
  "pigeonhole-station": { at: "/usr/bin/pigeonhole-station", mode: 0o755 },
};
const conffiles = ["/etc/chromium/policies/managed/pigeonhole.json", "/etc/pigeonhole/kiosk.env", "/etc/pigeonhole/station.env"];

export interface Wish {
  readonly architecture: Architecture;
  readonly release: Published;
  readonly repository: ReleaseRepository;
  /** The launcher, bundled. */
  readonly launcher: ReadonlyMap<string, ImageContent>;
  /** Node itself; without it the package asks for one of the system's. */
  readonly node: Buffer | undefined;
  /** `/etc/pigeonhole/station.env`: every setting with what it is for. */
  readonly settings: string;
}

/** All that makes a computer a cabinet's: the launcher, the first image, the root of the signatures, units, rules and limits. */
export async function stationPackage({ architecture, release, repository, launcher, node, settings }: Wish): Promise<Package> {
  const files = new Map<string, PackageFile>();
  for (const [name, { at, mode }] of Object.entries(places)) files.set(at, { bytes: debian(name), ...(mode !== undefined && { mode }) });
  const nodeAt = node ? "/usr/lib/pigeonhole/node" : "/usr/bin/node";
  const unit = places["pigeonhole-station.service"]!.at;
  files.set(unit, { bytes: Buffer.from(debian("pigeonhole-station.service").toString().replaceAll("@NODE@", nodeAt)) });
  files.set("/etc/pigeonhole/station.env", { bytes: Buffer.from(settings), mode: 0o640 });
  for (const [name, { bytes }] of launcher) files.set(`/usr/lib/pigeonhole/${name}`, { bytes });
  for (const [name, file] of await imageFiles(repository, release)) files.set(`/usr/lib/pigeonhole/first/${name}`, file);
  files.set("/usr/lib/pigeonhole/root.json", { bytes: repository.firstRoot() });
  const guide = path.join(here, "../../../docs/guides/installing.md");
  files.set("/usr/share/doc/pigeonhole-station/installing.md", { bytes: readFileSync(guide) });
  files.set("/usr/share/doc/pigeonhole-station/copyright", { bytes: readFileSync(path.join(here, "../../../LICENSE")) });
  if (node) files.set(nodeAt, { bytes: node, mode: 0o755 });
  const version = `${release.version.replaceAll(/[^0-9A-Za-z.+]/g, "~")}-${release.release}`;
  return {
    files,
    conffiles,
    scripts: Object.fromEntries(["postinst", "prerm", "postrm"].map((name) => [name, debian(name).toString()])),
    control: {
      Package: "pigeonhole-station",
      Version: version,
      Architecture: architecture,
      Maintainer: "Pigeonhole <station@pigeonhole.invalid>",
      Section: "misc",
      Priority: "optional",
      Depends: `libc6 (>= 2.28), libstdc++6, systemd${node ? "" : `, nodejs (>= ${release.node})`}`,
      Recommends: "cage, chromium, fonts-noto-core, chrony | systemd-timesyncd",
      Description: `software of a parcel locker's cabinet\n Launcher, first image (release ${release.release} for ${release.model}), services and limits.`,
    },
  };
}

/** The files of a published image, after its hash has been compared. */
async function imageFiles(repository: ReleaseRepository, { model, release }: Published): Promise<Map<string, PackageFile>> {
  const { hash, archive } = repository.image(targetPath(model, release));
  if (sha256(archive) !== hash) throw new Error(`the image of release ${release} is damaged: its hash is not the signed one`);
  const files = new Map<string, PackageFile>();
  const tar = extract();
  tar.end(gunzipSync(archive));
  for await (const entry of tar) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    files.set(entry.header.name, { bytes: Buffer.concat(chunks), mode: entry.header.mode ?? 0o644 });
  }
  return files;
}
