// npm run mutants: faults put in by hand, one after the other, each of which some test has to notice. Prints one JSON line last.
//   --list           says what there is and runs nothing
//   --only NAME      these alone (a part of the name will do; several: --only A --only B)
//   --copies N       so many at once; one for each core by default
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { startPostgres } from "@pigeonhole/kit/postgres";
import { freePort, testSettings } from "@pigeonhole/kit/testing";
import { faults } from "./faults.ts";
import { faultOf, hunt } from "./hunt.ts";

const root = path.resolve(import.meta.dirname, "../..");
const { values } = parseArgs({
  options: { list: { type: "boolean" }, only: { type: "string", multiple: true }, copies: { type: "string" } },
});
const mutants = faults.filter(({ name }) => values.only === undefined || values.only.some((part) => name.includes(part)));
if (mutants.length === 0) end(2, `no fault is named ${values.only?.join(" or ")}; --list shows all ${faults.length}`);
if (values.list) {
  for (const { name, breaks, file, killers } of mutants)
    console.log(`${name} (${breaks}) in ${file}, noticed by ${killers.map(([at, test]) => `${at} “${test}”`).join(", ")}`);
  process.exit(0);
}
const broken = mutants
  .map((mutant) => faultOf(mutant, readFileSync(path.join(root, mutant.file), "utf8")))
  .filter((made) => typeof made !== "string");
if (broken.length > 0) end(1, broken.map((made) => made.broken).join("\n"));

const began = performance.now();
const folder = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-mutants-pg-"));
chmodSync(folder, 0o711); // where user namespaces are forbidden, the server is somebody else
const given = process.env["PIGEONHOLE_TEST_PG"];
const postgres = given ? undefined : await startPostgres({ data: path.join(folder, "pg"), port: await freePort(), settings: testSettings });
try {
  const outcomes = await hunt(root, {
    mutants,
    copies: Number(values.copies ?? os.availableParallelism()),
    environment: { PIGEONHOLE_TEST_PG: given ?? postgres!.url },
    say: (line) => console.log(line),
  });
  const left = outcomes.filter(({ kind }) => kind !== "killed");
  for (const { mutant, kind, words } of left) console.log(`\n${kind.toUpperCase()}: ${mutant.name} in ${mutant.file}\n  ${words}`);
  const slowest = Math.max(...outcomes.map(({ ms }) => ms)) / 1_000;
  process.exitCode = left.length > 0 ? 1 : 0;
  console.log(
    JSON.stringify({
      bench: "mutants",
      mutants: outcomes.length,
      killed: outcomes.length - left.length,
      slowestSeconds: Number(slowest.toFixed(1)),
      seconds: Math.round((performance.now() - began) / 1_000),
    }),
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
}

function end(code: number, words: string): never {
  console.error(words);
  process.exit(code);
}
