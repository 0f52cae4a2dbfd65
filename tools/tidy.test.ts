import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { bansBroken, longest, sqlBroken } from "./tidy/bans.ts";
import { lawBroken } from "./tidy/law.ts";
import { imports, sqlOf, withoutComments, type Source, type Workspaces } from "./tidy/source.ts";

const root = path.resolve(import.meta.dirname, "..");
const find = (pattern: string): string[] =>
  globSync(pattern, { cwd: root, exclude: ["**/node_modules", "**/dist"] }).filter((at) => !/(^|\/)(node_modules|dist)\//.test(at));
const read = (at: string): Source => ({ path: at.split(path.sep).join("/"), text: readFileSync(path.join(root, at), "utf8") });

const code = find("{modules,packages,apps,bench,tools}/**/*.{ts,tsx,mjs}").map(read);
const migrations = find("{modules,packages}/**/*.sql").map(read);
const schemas = find("modules/*/package.json").map((at) => at.split(path.sep)[1]!);
const workspaces: Workspaces = new Map(
  find("{packages,modules,apps}/*/package.json").map(
    (at) => [(JSON.parse(read(at).text) as { name: string }).name, path.dirname(at)] as const,
  ),
);

test("the checks see the product: a check that sees nothing proves nothing", () => {
  for (const room of ["modules/", "packages/", "apps/", "tools/"])
    assert.ok(code.filter((file) => file.path.startsWith(room)).length >= 3, `no files in ${room}`);
  assert.ok(migrations.length >= 3 && schemas.length >= 11 && workspaces.size >= 15);
  assert.ok(code.flatMap((file) => imports(file, workspaces)).filter(({ target }) => target.startsWith("packages/kit/")).length > 20);
});

test("every import obeys the law of the house", () => {
  assert.deepEqual(
    code.flatMap((file) => lawBroken(file, workspaces)),
    [],
  );
});

test("no file contains what the style bans", () => {
  assert.deepEqual([...code, ...migrations].flatMap(bansBroken), []);
});

test("SQL names its own schema and reads no clock", () => {
  assert.deepEqual(
    [...code, ...migrations].flatMap((file) => sqlBroken(file, schemas)),
    [],
  );
});

const law = (at: string, ...targets: string[]) =>
  lawBroken({ path: at, text: targets.map((t) => `import { x } from "${t}";`).join("\n") }, workspaces);

test("the law forbids each crossing, and allows what it should", () => {
  const forbidden: [string, string][] = [
    ["modules/parcels/queries.ts", "@pigeonhole/network/module"],
    ["modules/parcels/queries.ts", "../network/queries.ts"],
    ["modules/parcels/queries.ts", "@pigeonhole/world/start"],
    ["modules/parcels/contract.ts", "kysely"],
    ["modules/parcels/contract.ts", "./queries.ts"],
    ["modules/parcels/domain.ts", "node:fs"],
    ["modules/parcels/domain.ts", "./queries.ts"],
    ["packages/kit/db.ts", "@pigeonhole/network/contract"],
    ["packages/kit/db.ts", "@pigeonhole/protocol/topics"],
    ["packages/protocol/topics.ts", "hono"],
    ["packages/lock-boards/cu48.ts", "@pigeonhole/kit/timers"],
    ["packages/ui/cabinet.tsx", "@pigeonhole/kit/db"],
    ["packages/ui/cabinet.tsx", "node:fs"],
    ["packages/ui/cabinet.tsx", "@pigeonhole/network/module"],
    ["packages/station/core.ts", "@pigeonhole/access/contract"],
    ["apps/web/customer/main.tsx", "@pigeonhole/kit/db"],
    ["apps/web/customer/main.tsx", "@pigeonhole/parcels/module"],
    ["apps/station/main.ts", "@pigeonhole/devices/module"],
    ["apps/server/main.ts", "@pigeonhole/world/start"],
    ["somewhere/else.ts", "zod"],
  ];
  for (const [from, target] of forbidden) assert.equal(law(from, target).length, 1, `${from} → ${target}`);
  const allowed: [string, string][] = [
    ["modules/parcels/queries.ts", "@pigeonhole/network/contract"],
    ["modules/parcels/module.ts", "./queries.ts"],
    ["modules/parcels/contract.ts", "@pigeonhole/kit/http"],
    ["modules/parcels/module.test.ts", "@pigeonhole/network/module"],
    ["packages/station/core.ts", "@pigeonhole/devices/contract"],
    ["packages/ui/cabinet.tsx", "@pigeonhole/network/contract"],
    ["apps/server/main.ts", "@pigeonhole/parcels/module"],
  ];
  for (const [from, target] of allowed) assert.deepEqual(law(from, target), [], `${from} → ${target}`);
  const typeOnly = { path: "packages/lock-boards/cu48.ts", text: `import type { Timers } from "@pigeonhole/kit/timers";` };
  assert.deepEqual(lawBroken(typeOnly, workspaces), []);
});

test("imports are seen in every form", () => {
  const text = `import a, {\n  b,\n} from "./b.ts";\nimport "./side.ts";\nexport { c } from "./c.ts";\nimport type { D } from "./d.ts";\nconst e = await import("./e.ts");\n// import f from "./f.ts"`;
  const seen = imports({ path: "modules/parcels/a.ts", text }, workspaces).map(({ target }) => target.split("/").at(-1));
  assert.deepEqual(seen.toSorted(), ["b.ts", "c.ts", "d.ts", "e.ts", "side.ts"]);
});

test("each ban finds its sample, and no comment or adapter", () => {
  const inModule = (text: string): number => bansBroken({ path: "modules/parcels/domain.ts", text }).length;
  const samples = [
    [
      "Date.now()",
      "new Date()",
      "new Date( )",
      "Math.random()",
      "setTimeout(f, 1)",
      "setInterval(f, 1)",
      "performance.now()",
      "crypto.randomUUID()",
    ],
    [
      "randomBytes(4)",
      "randomInt(3)",
      'import { setTimeout as pause } from "node:timers/promises"',
      "export default 1",
      'export * from "./b.ts"',
    ],
    ["test.skip('x')", "test('x', { skip: true }, f)", "assert.ok(true)", ["// TO", "DO"].join("")],
  ].flat();
  for (const sample of samples) assert.equal(inModule(sample), 1, sample);
  for (const fine of ["// Date.now()", "/* Math.random() */", "new Date(at)", "const a = 'http://x'; now()"])
    assert.equal(inModule(fine), 0, fine);
  assert.deepEqual(bansBroken({ path: "packages/kit/clock.ts", text: "new Date()" }), []);
  assert.equal(inModule("\n".repeat(longest) + "x"), 1);
  assert.equal(bansBroken({ path: "modules/parcels/index.ts", text: "" }).length, 1);
  assert.equal(bansBroken({ path: "modules/parcels/parcelQueries.ts", text: "" }).length, 1);
});

test("foreign schemas and clocks are found in SQL, in the query builder and in migrations, not in clients or words", () => {
  const broken = (text: string, at = "modules/parcels/queries.ts"): number =>
    sqlBroken({ path: at, text }, ["parcels", "network", "access"]).length;
  const samples = [
    "sql`select * from network.station`",
    "sql<Row>`select ${x ? sql`1` : 2} from network.station`",
    'db.selectFrom("network.station")',
    'q.innerJoin("access.grant as g", "a", "b")',
  ];
  for (const sample of samples) assert.equal(broken(sample), 1, sample);
  assert.equal(broken('export interface Tables {\n  "network.station": { id: string };\n}'), 1);
  assert.equal(broken("sql`select now()`"), 1);
  assert.equal(broken("create table parcels.p (at timestamptz default now());", "modules/parcels/migrations/0001_p.sql"), 1);
  assert.equal(broken("create table parcels.p (s uuid references network.station);", "modules/parcels/migrations/0001_p.sql"), 1);
  for (const fine of [
    "sql`select * from parcels.parcel where at < ${now()}`",
    "network.get(id)",
    '"access.open"',
    "// sql`from network.station`",
  ])
    assert.equal(broken(fine), 0, fine);
});

test("comments go, strings that look like comments stay", () => {
  assert.equal(withoutComments(`a /* b */ c // d\n"// e" \`/* f */\``), `a         c     \n"// e" \`/* f */\``);
  assert.deepEqual(sqlOf({ path: "a.sql", text: "select 1 -- network.station" }), ["select 1 "]);
});
