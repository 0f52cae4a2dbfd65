import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { needs, programs } from "./needs.ts";

const root = path.resolve(import.meta.dirname, "..");

test("a test file names the programs it needs in a line of its own", () => {
  assert.deepEqual(needs("import a;\n// needs: socat, mosquitto\n"), ["socat", "mosquitto"]);
  assert.deepEqual(needs("const text = '// needs: socat';"), []);
});

test("every program that a test file names is known, and .ci/run installs it", () => {
  const files = globSync("{modules,packages,apps}/**/*.test.ts", { cwd: root, exclude: ["**/node_modules"] });
  const named = new Set(files.flatMap((file) => needs(readFileSync(path.join(root, file), "utf8"))));
  const script = readFileSync(path.join(root, ".ci/run"), "utf8");
  for (const name of named) {
    assert.ok((programs as readonly string[]).includes(name), name);
    assert.match(script, new RegExp(`\\b${name}\\b`));
  }
});
