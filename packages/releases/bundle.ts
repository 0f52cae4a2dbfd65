import { existsSync, globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { rolldown } from "rolldown";
import type { ImageContent } from "./image.ts";

/** Computers that images are built for, each with how Debian and how Node call it. */
export const architectures = { amd64: { node: "x64" }, arm64: { node: "arm64" } } as const;
export type Architecture = keyof typeof architectures;

const native = "serialport.node";
/** The native part of the serial port is not searched for in a tree of packages: it lies beside the bundle. */
const nativeBeside = `const { createRequire } = require("node:module");
module.exports = () => createRequire(process.argv[1])("./${native}");`;

/**
 * One program from many files: the entrance with everything that it imports, as ES modules that Node runs as they are. Names carry no hash and
 * no path of this machine, so that the same source gives the same bytes.
 */
export async function bundle(entrance: string, main: string, root: string): Promise<Map<string, ImageContent>> {
  const build = await rolldown({
    input: { [main.replace(/\.mjs$/, "")]: entrance },
    platform: "node",
    cwd: root,
    external: [/^node:/],
    logLevel: "silent",
    plugins: [
      {
        name: "native-beside",
        resolveId: (id) => (id === "node-gyp-build" ? "\0node-gyp-build.cjs" : null),
        load: (id) => (id === "\0node-gyp-build.cjs" ? nativeBeside : null),
      },
    ],
  });
  const { output } = await build.generate({
    format: "esm",
    entryFileNames: "[name].mjs",
    chunkFileNames: "[name].mjs",
    minify: false,
    sourcemap: false,
  });
  await build.close();
  return new Map(output.map((part) => [part.fileName, { bytes: Buffer.from(part.type === "chunk" ? part.code : part.source) }] as const));
}

/** The serial port's native part for a computer, as its package carries it. */
export function serialPortNative(architecture: Architecture): readonly [string, ImageContent] {
  const home = path.dirname(
    createRequire(createRequire(import.meta.url).resolve("serialport")).resolve("@serialport/bindings-cpp/package.json"),
  );
  const folder = path.join(home, "prebuilds", `linux-${architectures[architecture].node}`);
  const names = existsSync(folder) ? globSync("*glibc*.node", { cwd: folder }) : [];
  const name = names.toSorted()[0];
  if (!name) throw new Error(`${folder} holds no build of the serial port for ${architecture}`);
  return [native, { bytes: readFileSync(path.join(folder, name)) }];
}

/** Every file of a folder, below a name in the image. */
export function folderContent(folder: string, as: string): [string, ImageContent][] {
  return globSync("**/*", { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted()
    .map((file) => [`${as}/${path.relative(folder, file).split(path.sep).join("/")}`, { bytes: readFileSync(file) }]);
}
