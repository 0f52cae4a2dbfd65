import assert from "node:assert/strict";
import { test } from "node:test";
import { momentOf, storyOf } from "./moment.ts";
import { readTrace } from "./read-trace.ts";
import { clockTime, factText } from "./said.ts";

const [hall, quay] = ["0209cf05-6b00-700d-abc3-d003d839810f", "0209cf05-a598-7000-8bf6-da285e91753c"];
const [red, blue] = ["0209cf08-2989-7000-94f8-345d65740e6c", "0209cf08-4562-7000-bd1c-ae4a52f679ce"];
const station = (id: string, name: string, lat: number) => ({ id, name, lat, lon: 24.74, doors: 30 });
const town = { seed: 7, parcels: 2, startMs: 1_000, stations: [station(hall, "Hall", 59.43), station(quay, "Quay", 59.44)] };
const moved = (parcel: string, number: string, from: string | null, to: string) =>
  JSON.stringify({ type: "parcels.moved", payload: { parcel, number, from, to } });
const rows = [
  `1000.000 town ${JSON.stringify(town)}`,
  "1000.000 backend runs",
  "1000.000 · up heartbeat",
  `2000.000 fact ${moved(red, "1111", null, "reserved")}`,
  `2500.000 fact ${moved(blue, "2222", null, "reserved")}`,
  `10000.000 fault ${JSON.stringify({ number: 0, kind: "cut", station: 1, door: 3, ms: 5_000, value: 0 })}`,
  `12000.000 fired ${hall} 16`,
  `12100.000 door opens ${hall} 16 lock`,
  `14000.000 goes in ${red} ${hall} 16`,
  `15000.000 door shuts ${hall} 16 hand`,
  `20000.000 backend crashes a statement`,
  `21000.000 station crashes ${quay} power`,
  `30000.000 backend runs`,
  `31000.000 station runs ${quay}`,
  `400000.000 door opens ${hall} 16 lock`,
  `401000.000 comes for ${red} door 16`,
  `402000.000 comes out ${red} customer`,
  `403000.000 heal`,
  `402500.000 fact ${moved(red, "1111", "stored", "collected")}`,
  `402000.000 violated ${JSON.stringify({ invariant: "I-03", what: `${red} is in two places` })}`,
];
const trace = readTrace(rows.join("\n"));

test("a trace is read: the town, both parcels, faults and broken promises in the order of time, and nothing of the noise", () => {
  assert.deepEqual(
    [trace.seed, trace.stations.length, trace.endMs, trace.violations[0]?.invariant, trace.faults[0]?.untilMs],
    [7, 2, 403_000, "I-03", 15_000],
  );
  assert.deepEqual(
    trace.lives.map(({ number }) => number),
    ["1111", "2222"],
  );
  assert.equal(trace.happenings.length, 13);
  assert.throws(() => readTrace("1000.000 backend runs"), /no trace of the simulator.*npm run sim/);
});

test("the town at a moment: what really lies where, which doors are open, who is down, what strikes whom", () => {
  const at = (ms: number) => momentOf(trace, ms);
  assert.deepEqual([...at(12_200).stations.get(hall)!.open], [16]);
  assert.deepEqual([...at(14_000).stations.get(hall)!.inside], [[16, [red]]]);
  assert.deepEqual([...at(402_000).stations.get(hall)!.inside], []);
  assert.deepEqual(
    at(11_000)
      .stations.get(quay)!
      .faults.map(({ kind }) => kind),
    ["cut"],
  );
  assert.deepEqual([at(11_000).stations.get(hall)!.faults.length, at(11_000).faults.length], [0, 0]);
  const down = at(25_000);
  assert.deepEqual([down.isBackendRunning, down.stations.get(quay)!.isRunning, down.stations.get(hall)!.isRunning], [false, false, true]);
  assert.deepEqual([at(31_000).isBackendRunning, at(31_000).stations.get(quay)!.isRunning, at(404_000).isHealed], [true, true, true]);
});

test("a parcel's story has both points of view, and the doors that moved for it, also long after it went in", () => {
  const story = storyOf(trace, red);
  assert.deepEqual(
    story.map((row) => (row.side === "truth" ? row.happening.kind : row.side === "belief" ? row.payload["to"] : row.fault.kind)),
    ["reserved", "fired", "door_opens", "goes_in", "door_shuts", "door_opens", "comes_for", "comes_out", "collected"],
  );
  assert.deepEqual(
    storyOf(trace, blue).map(({ side }) => side),
    ["belief"],
  );
});

test("times and facts are said as people read them", () => {
  assert.deepEqual([clockTime(0), clockTime(3_661_000), clockTime(90_061_000)], ["00:00:00", "01:01:01", "1 d 01:01:01"]);
  assert.equal(factText("parcels.moved", { from: "stored", to: "collected" }), "from stored to collected");
  const reported = { station: hall, event: { type: "parcel_deposited", compartment: 16 } };
  assert.equal(factText("devices.reported", reported), "station: parcel deposited, door 16");
});
