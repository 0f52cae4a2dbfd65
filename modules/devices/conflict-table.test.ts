// Each row of docs/conflicts.md names tests, and each of them exists.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";

const root = path.resolve(import.meta.dirname, "../..");
const wanted = ["revoked", "redirected", "reassigned", "reservation expires", "by hand", "old backup", "one identity", "day off", "gap"];

test("every row of the conflict table names a test that exists, and no kind of conflict is missing", () => {
  const rows = readFileSync(path.join(root, "docs/conflicts.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| Conflict"))
    .map((line) => line.slice(2, -2).split(" | "));
  assert.deepEqual(
    wanted.filter((word) => !rows.some(([conflict]) => conflict!.includes(word))),
    [],
  );
  const tests = globSync(["modules/*/**/*.test.ts", "packages/station/*.test.ts", "packages/world/*.test.ts"], { cwd: root })
    .map((file) => readFileSync(path.join(root, file), "utf8"))
    .join("\n");
  for (const cells of rows) {
    assert.equal(cells.length, 7, cells[0]);
    const named = [...cells[6]!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
    assert.ok(named.length > 0, `${cells[0]} names no test`);
    for (const name of named) assert.ok(tests.includes(`test("${name}"`), `there is no test "${name}"`);
    for (const [, file] of cells[5]!.matchAll(/`([^`]+)`/g)) assert.doesNotThrow(() => readFileSync(path.join(root, file!)), file);
  }
});
