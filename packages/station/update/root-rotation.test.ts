// The keys of the releases change, and change again: stations follow from the root that they came with (G-12).
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { makeKeys, readKeys, type ReleaseKey } from "@pigeonhole/releases/keys";
import { openRepository } from "@pigeonhole/releases/repository";
import { testImage, testKeys, today } from "@pigeonhole/releases/testing";
import { json, scene, versions } from "./testing-attacks.ts";

const only = (keys: readonly ReleaseKey[], ...wanted: ReleaseKey["role"][]) => keys.filter(({ role }) => wanted.includes(role));

test("keys change twice: a station that missed both follows, the releases that are out are signed anew, what the former keys sign is refused", async () => {
  using s = await scene();
  const { repository } = s.repo;
  const [second, third] = [testKeys(), testKeys()];
  assert.throws(() => repository.rotateRoot(second, only(s.repo.keys, "root").slice(0, 1)), /1 more of the former root keys must sign/);
  assert.throws(() => repository.rotateRoot(only(second, "root", "targets"), s.repo.keys), /0 for online, not 1/);
  assert.throws(
    () => repository.rotateRoot(second, only(second, "root")),
    /2 more of the former root keys/,
    "new keys are not former ones",
  );
  assert.equal(repository.rotateRoot(second, only(s.repo.keys, "root").slice(1)).version, 2);
  assert.equal(repository.rotateRoot(third, second).version, 3);
  assert.deepEqual(
    repository.releases().map(({ release }) => release),
    [1],
  );
  assert.deepEqual(repository.publish(s.next, s.repo.keys), { missing: 2 }, "the former keys count no more");
  rmSync(s.repo.at("staged.json"), { force: true });
  repository.publish(s.next, third);
  await s.ask(2);
  assert.equal(s.slots.read().ready?.release, 2, "it followed the chain");

  // Whoever holds every key of the second root tries once more.
  const version = json(s.repo, "timestamp.json").signed.version + 1;
  const newest = Math.max(...[2, 3, 4, 5].filter((n) => s.repo.repository.exists() && hasTargets(n)));
  s.repo.forge(`${newest + 1}.targets.json`, "targets", { ...json(s.repo, `${newest}.targets.json`).signed, version: newest + 1 }, second);
  s.repo.reseal({ ...versions(newest + 1), timestamp: version }, only(second, "online"));
  await assert.rejects(s.ask(3));
  function hasTargets(n: number): boolean {
    try {
      return json(s.repo, `${n}.targets.json`) !== undefined;
    } catch {
      return false;
    }
  }
});

test("rotate-root on the command line: keys in folders, one that stays among them, told in a sentence what is missing", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "pigeonhole-rotate-"));
  const [old, fresh, at] = ["old", "fresh", "firmware"].map((name) => path.join(folder, name)) as [string, string, string];
  try {
    makeKeys(old);
    makeKeys(fresh);
    cpSync(path.join(old, "root-1.key"), path.join(fresh, "root-1.key"));
    const repository = openRepository(at, () => today);
    repository.writeRoot(readKeys([old]));
    repository.publish(await testImage(1), readKeys([old]));
    const run = (...args: string[]) =>
      promisify(execFile)(process.execPath, [path.resolve(import.meta.dirname, "../../../tools/release.ts"), "rotate-root", ...args]);
    const lacking = await run("--keys", fresh, "--former", path.join(old, "root-1.key"), "--repository", at).catch(
      (error: unknown) => error,
    );
    assert.match((lacking as { stderr: string }).stderr, /1 more of the former root keys must sign/);
    const { stdout } = await run("--keys", fresh, "--former", old, "--repository", at);
    assert.match(stdout, /root 2 is in force, 1 releases signed anew/);
    assert.deepEqual(repository.publish(await testImage(2), readKeys([fresh])), { missing: 0 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
