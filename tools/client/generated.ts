import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Document } from "../../apps/server/openapi/document.ts";
import { apiText, routesText } from "./types.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = path.join(root, "packages/client/generated");

/** What the generated files have to hold, laid out as everything else, by their paths. */
export async function generated(document: Document): Promise<Readonly<Record<string, string>>> {
  const texts = { "api.ts": apiText(document), "routes.ts": routesText(document) };
  const scratch = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-client-"));
  try {
    for (const [name, text] of Object.entries(texts)) writeFileSync(path.join(scratch, name), text);
    execFileSync(path.join(root, "node_modules/.bin/oxfmt"), ["-c", path.join(root, ".oxfmtrc.json"), scratch], { stdio: "pipe" });
    return Object.fromEntries(Object.keys(texts).map((name) => [path.join(folder, name), readFileSync(path.join(scratch, name), "utf8")]));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
