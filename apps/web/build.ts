import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** Where the built web app lies: index.html for customers, and courier/, kiosk/, operations/ beside it. */
export const dist = fileURLToPath(new URL("./dist", import.meta.url));
const stamp = path.join(dist, ".stamp");

/** What decides the output: screens, shared pieces, contracts, and the exact dependencies. */
const inputs = [
  "apps/web/**/*",
  "packages/ui/**/*",
  "packages/kit/{client,clock,timers,http}.ts",
  "modules/*/{contract,events}.ts",
  "modules/*/*/contract.ts",
  "modules/network/*.ts",
  "packages/protocol/{base32,packed-text,receipts}.ts",
  "packages/receipts/*.ts",
  "package-lock.json",
];

function contents(): string {
  const hash = createHash("sha256");
  const files = globSync(inputs, {
    cwd: root,
    exclude: ({ name }) => /^(dist|node_modules)$|\.test\.tsx?$/.test(name),
    withFileTypes: true,
  })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted();
  for (const file of files) hash.update(path.relative(root, file)).update("\0").update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}

/** Another process that builds is waited for so long at most; then its lock counts as left behind. Milliseconds. */
const lockMs = 120_000;
const workshop = path.join(root, "node_modules/.cache/web");
const lock = path.join(workshop, "lock");

/** Runs `work` while no other process does: tests and servers start side by side and share one output. */
async function alone<T>(work: () => Promise<T>): Promise<T> {
  mkdirSync(workshop, { recursive: true });
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
      if (Date.now() - since > lockMs) rmSync(lock, { recursive: true, force: true });
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

const isBuilt = (want: string): boolean => existsSync(stamp) && readFileSync(stamp, "utf8") === want;

/** Builds the web app unless the last build was of exactly these sources. Answers whether it built. Whoever serves the old one meanwhile never sees half of the new. */
export async function buildWeb({ quiet = true }: { readonly quiet?: boolean } = {}): Promise<boolean> {
  if (isBuilt(contents())) return false;
  return alone(async () => {
    const want = contents();
    if (isBuilt(want)) return false;
    const [fresh, old] = [path.join(workshop, "fresh"), path.join(workshop, "old")];
    // React's development build would come in with any other value, half as large again; `npm test` runs with "test".
    process.env["NODE_ENV"] = "production";
    const { build } = await import("vite");
    await build({
      configFile: fileURLToPath(new URL("./vite.config.ts", import.meta.url)),
      logLevel: quiet ? "warn" : "info",
      build: { outDir: fresh },
    });
    writeFileSync(path.join(fresh, ".stamp"), want);
    rmSync(old, { recursive: true, force: true });
    if (existsSync(dist)) renameSync(dist, old);
    renameSync(fresh, dist);
    rmSync(old, { recursive: true, force: true });
    return true;
  });
}

if (import.meta.main) await buildWeb({ quiet: false });
