// `npm run package -- --repository FOLDER [--arch amd64|arm64]`: a Debian package for a cabinet's computer (docs/guides/installing.md).
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs, promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { systemNow } from "@pigeonhole/kit/clock";
import { told } from "@pigeonhole/kit/told";
import { architectures, bundle, type Architecture } from "@pigeonhole/releases/bundle";
import { buildDeb } from "@pigeonhole/releases/deb";
import { openRepository } from "@pigeonhole/releases/repository";
import { stationPackage } from "@pigeonhole/releases/station-package";
import { settings } from "@pigeonhole/station/settings";
import { extract } from "tar-stream";
import { isSlip } from "./slips.ts";

const root = path.resolve(import.meta.dirname, "..");
const usage = `npm run package -- --repository FOLDER [--arch amd64|arm64] [--model NAME] [--node FILE|none] [--output FOLDER]
    packs the newest published release of a model (default: station-ARCH) with launcher, services and Node for one kind of computer;
    --node none leaves Node out: the computer then needs a package nodejs that is new enough`;
const given = (name: string): string => path.resolve(process.env["INIT_CWD"] ?? process.cwd(), name);

/** What the units set themselves, or the launcher does. */
const isSetElsewhere = /^(STATION_DATA|KIOSK_PAGES|FIRMWARE_(FOLDER|MODEL|RELEASE|VERSION|ROOT))$/;

/** Every setting of a station as a commented line with what it is for. */
function settingsFile(): string {
  const lines = Object.entries(settings)
    .filter(([name]) => !isSetElsewhere.test(name))
    .map(([name, { about, schema }]) => {
      const preset = schema.safeParse(undefined);
      const value = preset.success && ["string", "number"].includes(typeof preset.data) ? String(preset.data) : "";
      return `# ${about}\n#${name}=${value}\n`;
    });
  return `# Settings of this cabinet. After a change: systemctl restart pigeonhole-station\n# Behind an authority of your own, name its certificates: NODE_EXTRA_CA_CERTS=/etc/pigeonhole/ca.pem\n\n${lines.join("\n")}`;
}

/** Node for the computer: the one of this checkout, or its package from the registry for another kind. */
async function nodeFor(architecture: Architecture): Promise<Buffer> {
  const name = `node-linux-${architectures[architecture].node}`;
  const version = (JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { optionalDependencies: Record<string, string> })
    .optionalDependencies[name];
  const own = path.join(root, "node_modules", name, "bin/node");
  if (existsSync(own)) return readFileSync(own);
  const folder = mkdtempSync(path.join(tmpdir(), "pigeonhole-node-"));
  try {
    const npm = process.env["npm_execpath"];
    const words = ["pack", `${name}@${version}`, "--pack-destination", folder, "--silent"];
    await promisify(execFile)(npm ? process.execPath : "npm", npm ? [npm, ...words] : words, { cwd: folder });
    return await fileIn(readFileSync(path.join(folder, `${name}-${version}.tgz`)), "package/bin/node");
  } catch (cause) {
    throw new Error(`Node ${version} for ${architecture} could not be fetched; give one with --node FILE`, { cause });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
async function fileIn(archive: Buffer, name: string): Promise<Buffer> {
  const tar = extract();
  tar.end(gunzipSync(archive));
  let found: Buffer | undefined;
  for await (const entry of tar) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    if (entry.header.name === name) found = Buffer.concat(chunks);
  }
  if (!found) throw new Error(`${name} is not in the package`);
  return found;
}

try {
  const options = { repository: "", arch: "", model: "", node: "", output: "" };
  const { values } = parseArgs({
    options: { ...Object.fromEntries(Object.keys(options).map((name) => [name, { type: "string" as const }])), help: { type: "boolean" } },
  }) as { values: Partial<typeof options> & { readonly help?: boolean } };
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  if (values.repository === undefined) throw new Error(`--repository is missing\n\n${usage}`);
  const architecture = (values.arch ?? (process.arch === "arm64" ? "arm64" : "amd64")) as Architecture;
  if (!Object.hasOwn(architectures, architecture)) throw new Error(`--arch knows ${Object.keys(architectures).join(" and ")}`);
  const repository = openRepository(given(values.repository), systemNow);
  const model = values.model ?? `station-${architecture}`;
  const release = repository.releases().find((known) => known.model === model);
  if (!release)
    throw new Error(`${given(values.repository)} holds no release for ${model}: publish one first (npm run release -- publish)`);
  const node = values.node === "none" ? undefined : values.node ? readFileSync(given(values.node)) : await nodeFor(architecture);
  const launcher = await bundle(path.join(root, "apps/station/launcher.ts"), "launcher.mjs", root);
  const built = await stationPackage({ architecture, release, repository, launcher, node, settings: settingsFile() });
  const bytes = await buildDeb(built);
  const folder = given(values.output ?? ".");
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `pigeonhole-station_${built.control["Version"]}_${architecture}.deb`);
  writeFileSync(file, bytes);
  console.log(`${file}: ${bytes.length} bytes, release ${release.release} for ${model}, ${node ? "with Node" : "without Node"}`);
} catch (error) {
  console.error(isSlip(error) ? `${error.message}\n\n${usage}` : told(error, "the disk"));
  process.exitCode = 1;
}
