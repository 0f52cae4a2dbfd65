import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { statesFile, statesPage } from "./state-machines.ts";

test("docs/state-machines.md shows the tables as they are (node tools/state-machines.ts)", () => {
  assert.equal(readFileSync(statesFile, "utf8"), statesPage());
});
