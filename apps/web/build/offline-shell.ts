import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const source = fileURLToPath(new URL("./service-worker.js", import.meta.url));

/**
 * Writes `/sw.js`: the customer's shell, all its screens and their shared parts, without the map. What the other entrances
 * consist of is left out: a courier's phone and a kiosk have their own ways of living without a network.
 */
export const offlineShell = (): Plugin => ({
  name: "offline-shell",
  generateBundle(_options, bundle) {
    const wanted = new Set<string>();
    const isMap = (name: string) => /station-map|maplibre/.test(name);
    const follow = (name: string): void => {
      const chunk = bundle[name];
      if (chunk?.type !== "chunk" || wanted.has(name) || isMap(name)) return;
      wanted.add(name);
      for (const next of [...chunk.imports, ...chunk.dynamicImports]) follow(next);
      for (const style of chunk.viteMetadata?.importedCss ?? []) wanted.add(style);
    };
    const entry = Object.values(bundle).find((chunk) => chunk.type === "chunk" && chunk.isEntry && chunk.name === "customer");
    if (!entry) throw new Error("the customer's entrance is not in this build");
    follow(entry.fileName);
    const files = ["/", "/icon.svg", ...[...wanted].map((name) => `/${name}`)].toSorted();
    const version = createHash("sha256").update(files.join("\n")).digest("hex").slice(0, 12);
    this.emitFile({
      type: "asset",
      fileName: "sw.js",
      source: readFileSync(source, "utf8").replace('"%FILES%"', JSON.stringify(files)).replace("%VERSION%", version),
    });
  },
});
