import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** Where the built web app lies: index.html for customers, and courier/, kiosk/, operations/ beside it. */
export const dist = fileURLToPath(new URL("./dist", import.meta.url));
const stamp = path.join(dist, ".stamp");

/** What decides the output: screens, shared pieces, contracts, and the exact dependencies. */
const inputs = ["apps/web/**/*", "packages/ui/**/*", "packages/kit/{client,clock,timers,http}.ts", "modules/*/{contract,events}.ts", "modules/network/*.ts", "package-lock.json"];

function contents(): string {
  const hash = createHash("sha256");
  const files = globSync(inputs, { cwd: root, exclude: ({ name }) => /(^|\/)(dist|node_modules)$|\.test\.tsx?$/.test(name), withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted();
  for (const file of files) hash.update(path.relative(root, file)).update("\0").update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}

/** Builds the web app unless the last build was of exactly these sources. Answers whether it built. */
export async function buildWeb({ quiet = true }: { readonly quiet?: boolean } = {}): Promise<boolean> {
  const want = contents();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === want) return false;
  const { build } = await import("vite");
  await build({ configFile: fileURLToPath(new URL("./vite.config.ts", import.meta.url)), logLevel: quiet ? "warn" : "info" });
  writeFileSync(stamp, want);
  return true;
}

if (import.meta.main) await buildWeb({ quiet: false });
