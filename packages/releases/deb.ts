import { gzipSync } from "node:zlib";
import path from "node:path";
import { pack } from "tar-stream";

/** A file of a Debian package. */
export interface PackageFile {
  readonly bytes: Uint8Array;
  /** 0644 unless said otherwise. */
  readonly mode?: number;
}
export interface Package {
  /** Fields of the control file, in their order. */
  readonly control: Readonly<Record<string, string>>;
  /** `postinst` and its like. */
  readonly scripts: Readonly<Record<string, string>>;
  /** By their absolute path. */
  readonly files: ReadonlyMap<string, PackageFile>;
  /** Files that the administrator edits: an upgrade asks before it replaces them. */
  readonly conffiles: readonly string[];
}

/** A `.deb` (deb(5)): an `ar` archive of the format's version, the control files and the data. Needs no program of Debian's; the same content gives the same bytes. */
export async function buildDeb({ control, scripts, files, conffiles }: Package): Promise<Buffer> {
  const installedKb = Math.ceil([...files.values()].reduce((sum, { bytes }) => sum + bytes.length, 0) / 1_024);
  const fields = { ...control, "Installed-Size": String(installedKb) };
  const text = Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join("");
  const controlFiles = new Map<string, PackageFile>([
    ["/control", { bytes: Buffer.from(text) }],
    ["/conffiles", { bytes: Buffer.from(conffiles.map((file) => `${file}\n`).join("")) }],
    ...Object.entries(scripts).map(([name, script]): [string, PackageFile] => [`/${name}`, { bytes: Buffer.from(script), mode: 0o755 }]),
  ]);
  return ar([
    ["debian-binary", Buffer.from("2.0\n")],
    ["control.tar.gz", await tarGz(controlFiles)],
    ["data.tar.gz", await tarGz(files)],
  ]);
}

/** Names begin with `./` and every folder has an entry, as dpkg wants it. */
async function tarGz(files: ReadonlyMap<string, PackageFile>): Promise<Buffer> {
  const tar = pack();
  const chunks: Buffer[] = [];
  const done = (async () => {
    for await (const chunk of tar) chunks.push(chunk as Buffer);
  })();
  const common = { mtime: new Date(0), uid: 0, gid: 0, uname: "root", gname: "root" };
  const folders = new Set<string>();
  for (const file of files.keys()) for (let at = path.dirname(file); at !== "/"; at = path.dirname(at)) folders.add(at);
  tar.entry({ ...common, name: "./", type: "directory", mode: 0o755 });
  for (const folder of [...folders].toSorted()) tar.entry({ ...common, name: `.${folder}/`, type: "directory", mode: 0o755 });
  for (const [file, { bytes, mode = 0o644 }] of [...files].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    tar.entry({ ...common, name: `.${file}`, type: "file", mode }, Buffer.from(bytes));
  tar.finalize();
  await done;
  return gzipSync(Buffer.concat(chunks), { level: 6 });
}

/** The common `ar` format: an 8-byte magic, then members with a 60-byte header, each padded to an even length. */
function ar(members: readonly (readonly [string, Buffer])[]): Buffer {
  const parts: Buffer[] = [Buffer.from("!<arch>\n")];
  for (const [name, bytes] of members) {
    const header = `${name.padEnd(16)}${"0".padEnd(12)}${"0".padEnd(6)}${"0".padEnd(6)}${"100644".padEnd(8)}${String(bytes.length).padEnd(10)}\`\n`;
    parts.push(Buffer.from(header), bytes, ...(bytes.length % 2 === 1 ? [Buffer.from("\n")] : []));
  }
  return Buffer.concat(parts);
}
