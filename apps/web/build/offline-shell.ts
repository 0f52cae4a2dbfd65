import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin, Rolldown } from "vite";

const source = fileURLToPath(new URL("./service-worker.js", import.meta.url));

interface Shell {
  readonly entrance: string;
  /** Its first page; the worker lies beside it and serves what is below. */
  readonly home: string;
  /** First words of addresses that other entrances serve. */
  readonly others: readonly string[];
  /** What is loaded without being imported: workers, and what they need. */
  readonly also: RegExp;
}
const shells: readonly Shell[] = [
  { entrance: "customer", home: "/", others: ["courier", "kiosk", "operations"], also: /(?!)/ },
  { entrance: "courier", home: "/courier/", others: ["kiosk", "operations"], also: /camera-worker.*\.js$|zxing_reader.*\.wasm$/ },
];

/** All that an entrance consists of, without the map. */
function filesOf({ entrance, home, also }: Shell, bundle: Rolldown.OutputBundle): string[] {
  const wanted = new Set<string>(Object.keys(bundle).filter((name) => also.test(name)));
  const isMap = (name: string) => /station-map|maplibre/.test(name);
  const follow = (name: string): void => {
    const chunk = bundle[name];
    if (chunk?.type !== "chunk" || wanted.has(name) || isMap(name)) return;
    wanted.add(name);
    for (const next of [...chunk.imports, ...chunk.dynamicImports]) follow(next);
    for (const style of chunk.viteMetadata?.importedCss ?? []) wanted.add(style);
  };
  const entry = Object.values(bundle).find((chunk) => chunk.type === "chunk" && chunk.isEntry && chunk.name === entrance);
  if (!entry) throw new Error(`the entrance ${entrance} is not in this build`);
  follow(entry.fileName);
  return [home, "/icon.svg", ...[...wanted].map((name) => `/${name}`)].toSorted();
}

/** Writes `/sw.js` and `/courier/sw.js`: the shells of those who stand where there is no network. A kiosk and an operator have their own ways of living without one. */
export const offlineShell = (): Plugin => ({
  name: "offline-shell",
  generateBundle(_options, bundle) {
    for (const shell of shells) {
      const files = filesOf(shell, bundle);
      const version = createHash("sha256").update(files.join("\n")).digest("hex").slice(0, 12);
      this.emitFile({
        type: "asset",
        fileName: `${shell.home.slice(1)}sw.js`,
        source: readFileSync(source, "utf8")
          .replace('"%FILES%"', JSON.stringify(files))
          .replace("%ENTRANCE%", shell.entrance)
          .replace("%HOME%", shell.home)
          .replace("%OTHERS%", shell.others.join("|"))
          .replace("%VERSION%", version),
      });
    }
  },
});
