import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { connect } from "@pigeonhole/kit/db";
import { systemNewId } from "@pigeonhole/kit/ids";
import { Refused } from "@pigeonhole/kit/refused";
import { testDatabase } from "@pigeonhole/kit/testing";
import { sql } from "kysely";
import { limits } from "./import-file.ts";
import { importStations } from "./import.ts";
import { networkMigrations } from "./migrations.ts";
import type { Tables } from "./tables.ts";

const database = await testDatabase([networkMigrations]);
after(() => database[Symbol.asyncDispose]());

async function start() {
  const db = connect<Tables>(await database.fresh());
  const bring = (file: string | Uint8Array, more: { ignoreUnknown?: boolean; waiver?: string } = {}) =>
    importStations(db, typeof file === "string" ? Buffer.from(file) : file, {
      now: () => new Date("2026-01-01T12:00:00Z"),
      newId: systemNewId,
      ...more,
    });
  const stations = () => db.selectFrom("network.station").selectAll().orderBy("name").execute();
  const factCount = async () => (await sql<{ n: number }>`select count(*) as n from kit.outbox`.execute(db)).rows[0]!.n;
  const refusedFile = async (file: string | Uint8Array, code: string) => {
    await assert.rejects(
      bring(file),
      (error: unknown) => error instanceof Refused && error.code === code && error.message.length > 20,
      code,
    );
    assert.equal((await stations()).length, 0, `${code}: nothing is written`);
  };
  return { db, bring, stations, factCount, refusedFile, [Symbol.asyncDispose]: () => db.destroy() };
}
const row = (name: string, more: object = {}) => ({ carrier: "Post", kind: "locker", name, country: "EE", lat: 59.4, lon: 24.7, ...more });
const codes = (report: Awaited<ReturnType<typeof importStations>>) => report.refused.map(({ row, code }) => `${row} ${code}`);

test("CSV, JSON and GeoJSON say the same: the second and third of the same stations change nothing and tell nobody", async () => {
  await using world = await start();
  const csv =
    '\uFEFFCarrier;Kind;Name;Country;Latitude;Longitude;Opening hours;Step-free;walk_up\r\nPost;locker;"Viru ""A""; inside";EE;59.4363;24.7552;Mo-Fr 08:00-20:00;yes;1 2\r\nPost;locker;Balti jaam;EE;59.44;24.7372;;no;\r\n';
  const json = JSON.stringify([
    {
      carrier: "Post",
      kind: "locker",
      name: 'Viru "A"; inside',
      country: "EE",
      lat: 59.4363,
      lon: 24.7552,
      openingHours: "Mo-Fr 08:00-20:00",
      stepFree: true,
      walkUp: [1, 2],
    },
    { carrier: "Post", kind: "locker", name: "Balti jaam", country: "ee", lat: "59.4400", lon: 24.7372, stepFree: false },
  ]);
  const feature = (name: string, lon: number, lat: number, more = {}) => ({
    type: "Feature",
    geometry: { type: "Point", coordinates: [lon, lat] },
    properties: { operator: "Post", amenity: "locker", name, ...more },
  });
  const geojson = JSON.stringify({
    type: "FeatureCollection",
    features: [feature('Viru "A"; inside', 24.7552, 59.4363, { wheelchair: "yes" }), feature("Balti jaam", 24.7372, 59.44)],
  });
  assert.deepEqual(await world.bring(csv), { rows: 2, created: 2, changed: 0, unchanged: 0, refused: [] });
  for (const same of [csv, json, geojson])
    assert.deepEqual(await world.bring(same), { rows: 2, created: 0, changed: 0, unchanged: 2, refused: [] });
  assert.equal(await world.factCount(), 2);
  const [balti, viru] = await world.stations();
  assert.deepEqual(
    [viru?.name, viru?.step_free, viru?.walk_up, viru?.time_zone, viru?.status],
    ['Viru "A"; inside', true, [1, 2], "Europe/Tallinn", "provisioning"],
  );
  assert.deepEqual(
    [balti?.opening_hours, balti?.country, balti?.layout.columns.flatMap((column) => column.doors).length],
    [null, "EE", 60],
  );
});

test("what changed is changed, what is not stated stays, an id of one's own finds the station whatever its name", async () => {
  await using world = await start();
  const id = systemNewId();
  const small = {
    floorMm: 0,
    columns: [
      {
        doors: [
          { number: 1, size: "small", widthMm: 350, heightMm: 180, depthMm: 300 },
          { number: 2, size: "large", widthMm: 450, heightMm: 350, depthMm: 600 },
        ],
      },
    ],
  };
  await world.bring(JSON.stringify([row("A", { id: id.toUpperCase(), layout: small, status: "active" }), row("B", { id: 96031 })]), {
    waiver: "another carrier's cabinets",
  });
  await sql`insert into network.maintenance values (${id}, 2, 'hinge', '2026-01-01')`.execute(world.db);
  const report = await world.bring(
    JSON.stringify([
      row("A renamed", { id, lat: 59.5, layout: { ...small, columns: [{ doors: small.columns[0]!.doors.slice(0, 1) }] } }),
      row("B", { id: "96031" }),
    ]),
  );
  assert.deepEqual(report, { rows: 2, created: 0, changed: 1, unchanged: 1, refused: [] });
  const [a] = await world.stations();
  assert.deepEqual([a?.id, a?.name, a?.lat, a?.status], [id, "A renamed", 59.5, "active"]);
  assert.equal(
    (await world.db.selectFrom("network.maintenance").selectAll().execute()).length,
    0,
    "a door that is gone is not in maintenance",
  );
});

test("each bad row is refused with its reason and hinders no good one", async () => {
  await using world = await start();
  const rows = [
    row("good"),
    row("good"),
    row("post office", { kind: "post_office" }),
    row("counter", { kind: "service_point" }),
    row("odd", { kind: "zeppelin" }),
    row("DPD", { kind: "PickupStation" }),
    row("north of north", { lat: 95, lon: 190 }),
    row("swapped far", { lat: 124.7, lon: 59.4, country: undefined }),
    row("swapped", { lat: 24.7, lon: 59.4 }),
    row("nowhere", { lat: 0, lon: 0 }),
    row("none", { lat: null }),
    row("comma", { lat: "59,4" }),
    row("hex", { lat: "0x10" }),
    row("", {}),
    row("NUL\u0000", {}),
    row("half\ud800", {}),
    row("hours", { openingHours: "now and then" }),
    row("layout", { layout: { floorMm: -1, columns: [] } }),
    row("extra", { colour: "red" }),
    7,
    row("ids", { id: "1" }),
    row("same id", { id: "1" }),
    row("last"),
    row("walk", { walkUp: [61] }),
    JSON.parse('{"__proto__": {"name": "x"}, "name": "proto", "lat": 1, "lon": 1}') as object,
  ];
  const report = await world.bring(JSON.stringify(rows));
  assert.deepEqual(codes(report), [
    "2 duplicate",
    "3 not_a_locker",
    "4 not_a_locker",
    "5 kind_unknown",
    "7 coordinates_out_of_range",
    "8 coordinates_swapped",
    "9 coordinates_swapped",
    "10 coordinates_missing",
    "11 coordinates_missing",
    "12 coordinates_invalid",
    "13 coordinates_invalid",
    "14 name_missing",
    "15 field_invalid",
    "16 field_invalid",
    "17 opening_hours_invalid",
    "18 layout_invalid",
    "19 unknown_field",
    "20 row_malformed",
    "22 duplicate",
    "24 field_invalid",
    "25 unknown_field",
  ]);
  for (const { sentence } of report.refused) assert.match(sentence, /^.{15,}[.)]/s);
  assert.deepEqual(
    (await world.stations()).map((station) => station.name),
    ["DPD", "good", "ids", "last"],
  );
  assert.equal(report.created, 4);
});

test("a file that cannot be read as a whole is refused and nothing of it is written", async () => {
  await using world = await start();
  const whole = JSON.stringify([row("A"), row("B")]);
  await world.refusedFile("", "file_empty");
  await world.refusedFile(" \n", "file_empty");
  for (const cut of [1, whole.length >> 1, whole.length - 1]) await world.refusedFile(whole.slice(0, cut), "file_truncated");
  await world.refusedFile('[{"name": x}]', "file_malformed");
  await world.refusedFile('{"name": "A"}', "file_malformed");
  await world.refusedFile('{"type": "FeatureCollection"}', "file_malformed");
  await world.refusedFile(Buffer.from("name,lat,lon\nM\xfcnster,51.9,7.6\n", "latin1"), "file_not_utf8");
  await world.refusedFile(Buffer.from("\uFEFFname,lat,lon\nA,51.9,7.6\n", "utf16le"), "file_not_utf8");
  await world.refusedFile("name,lat,lon,colour\nA,51.9,7.6,red\n", "unknown_column");
  await world.refusedFile("name,lat\nA,51.9\n", "column_missing");
  await world.refusedFile("A,51.9,7.6\n", "unknown_column");
  await world.refusedFile("name,lat,latitude,lon\nA,51.9,51.9,7.6\n", "file_malformed");
  await world.refusedFile('name,lat,lon\nA,51.9,7.6\n"B,51', "file_truncated");
  await world.refusedFile(`name,lat,lon\n${"A,51.9,7.6\n".repeat(limits.rows + 1)}`, "too_many_rows");
  await assert.rejects(
    importStations(world.db, "/nonexistent/stations.csv", { now: () => new Date(0), newId: systemNewId }),
    (error: unknown) => error instanceof Refused && error.code === "file_unreadable",
  );
});

test("half a CSV line at the end is refused as a row; unknown columns may be ignored on request", async () => {
  await using world = await start();
  const report = await world.bring("name,lat,lon,colour\nA,51.9,7.6,red\nB,51.9", { ignoreUnknown: true });
  assert.deepEqual([report.created, codes(report)], [1, ["2 row_malformed"]]);
});

test("two imports of one file at the same moment make each station once", async () => {
  await using world = await start();
  const file = JSON.stringify(Array.from({ length: 1_200 }, (_, i) => row(`S${i}`)));
  const [a, b] = await Promise.all([world.bring(file), world.bring(file)]);
  assert.equal(a.created + b.created, 1_200);
  assert.equal(a.unchanged + b.unchanged, 1_200);
  assert.equal((await world.stations()).length, 1_200);
  assert.equal(await world.factCount(), 1_200);
});

const published = fileURLToPath(new URL("../../../shared/data/stations/baltics-4194.json", import.meta.url));
test(
  "4,194 published pick-up points are imported in under 10 s, and a second time change nothing",
  { skip: existsSync(published) ? false : "the list is not on this machine" },
  async () => {
    await using world = await start();
    const begun = performance.now();
    const first = await importStations(world.db, published, { now: () => new Date("2026-01-01T12:00:00Z"), newId: systemNewId });
    assert.ok(performance.now() - begun < 10_000, `it took ${Math.round(performance.now() - begun)} ms`);
    assert.equal(first.rows, 4_194);
    assert.equal(first.refused.filter(({ code }) => code === "not_a_locker").length, 87);
    assert.equal(first.created + first.refused.length, 4_194);
    const second = await importStations(world.db, published, { now: () => new Date("2026-01-02T12:00:00Z"), newId: systemNewId });
    assert.deepEqual([second.created, second.changed, second.unchanged], [0, 0, first.created]);
    assert.equal(await world.factCount(), first.created);
  },
);
