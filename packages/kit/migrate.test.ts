import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { migrate } from "./migrate.ts";
import { testDatabase } from "./testing.ts";

const database = await testDatabase([]);
const folder = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-migrations-"));
after(async () => {
  await database[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

test("a file that changed after it was applied is refused by name, as is a database from a newer version", async () => {
  const url = await database.fresh();
  const sets = [{ name: "made_up", folder }];
  const file = path.join(folder, "0001_made_up.sql");
  writeFileSync(file, "create schema made_up");
  assert.deepEqual(await migrate(url, sets), ["made_up/0001_made_up.sql"]);
  assert.deepEqual(await migrate(url, sets), [], "a second time there is nothing to do");
  writeFileSync(file, "create schema made_up; create table made_up.more (id integer)");
  await assert.rejects(migrate(url, sets), /made_up\/0001_made_up\.sql was changed after it was applied/);
  rmSync(file);
  await assert.rejects(migrate(url, sets), /which this version does not know/);
});
