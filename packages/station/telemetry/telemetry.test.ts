import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { systemRandom } from "@pigeonhole/kit/random";
import { maxSamples, Sample } from "@pigeonhole/protocol/telemetry";
import { testStation } from "../testing.ts";
import { linuxSensors } from "./linux-sensors.ts";
import { nothingSensed } from "./sensors.ts";
import { simulatedSensors } from "./simulated-sensors.ts";

test("A9.2: the station tells every minute how it is, and at once after a visit, with what its locks and its line did", async () => {
  await using world = await testStation(["small", "small"]);
  const { backend, time, readings } = world;
  Object.assign(readings, { temperatureC: 31.5, mains: true, batteryPercent: 88 });
  await backend.until(() => backend.telemetry.length > 0, "the first sample");
  time.pass(2_000);
  await backend.until(() => world.station.senses.readings().temperatureC === 31.5, "the sensors to be looked at");
  const before = backend.telemetry.length;
  time.pass(60_001);
  const regular = await backend.until(() => backend.telemetry[before], "the regular sample");
  assert.equal(regular.cause, "regular");
  const [sample] = regular.samples;
  assert.deepEqual(
    [sample!.temperatureC, sample!.mains, sample!.batteryPercent, sample!.compartments, sample!.firmware],
    [31.5, true, 88, { free: 2, occupied: 0, unsure: 0, maintenance: 0 }, "test"],
  );
  assert.ok(sample!.roundTripMs !== null && sample!.roundTripMs >= 0);

  await backend.send(time.now());
  await world.close(1);
  const visit = await backend.until(() => backend.telemetry.find(({ cause }) => cause === "visit"), "the sample of the visit");
  assert.deepEqual([visit.samples[0]!.doorCycles, visit.samples[0]!.compartments.occupied], [1, 1]);
  assert.ok(visit.samples[0]!.unlockMs !== null);
});

test("what could not be told is kept, bounded, and told later: the newest first, events before it, nothing twice", async () => {
  await using world = await testStation(["small"]);
  const { backend, time } = world;
  await backend.until(() => backend.telemetry.length > 0, "the first sample");
  backend.disconnect();
  const before = backend.telemetry.length;
  for (let minute = 0; minute < 130; minute++) time.pass(60_001);
  assert.equal(backend.telemetry.length, before);
  backend.connect();
  for (let second = 0; second < 5; second++) {
    time.pass(1_001);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  const kept = backend.telemetry.slice(before).filter(({ cause }) => cause === "kept");
  const all = kept.flatMap(({ samples }) => samples.map(({ at }) => at));
  assert.deepEqual([all.length, new Set(all).size], [130, 130]);
  assert.ok(kept.every(({ samples }) => samples.length <= maxSamples));
  assert.ok(kept[0]!.samples[0]!.at > kept.at(-1)!.samples.at(-1)!.at, "the newest first");
  assert.ok(
    kept.every(({ samples }) => samples.every((s, i) => i === 0 || s.at > samples[i - 1]!.at)),
    "oldest first within a message",
  );
});

test("sensors of Linux: whatever stands in a file is a reading or nothing", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "pigeonhole-sensors-"));
  try {
    const names = ["temperature", "mains", "battery", "signal", "tamper"] as const;
    const files = Object.fromEntries(names.map((name) => [name, path.join(folder, name)])) as Record<(typeof names)[number], string>;
    const sensors = linuxSensors(files);
    assert.deepEqual(await sensors.read(), nothingSensed);
    const put = (name: (typeof names)[number], text: string) => writeFileSync(files[name], text);
    put("temperature", "48312\n");
    put("mains", "1\n");
    put("battery", "97\n");
    put("signal", "Inter-| sta-|   Quality\n face | tus | link level noise\n wlan0: 0000   54.  -56.  -256        0      0\n");
    put("tamper", "0\n");
    assert.deepEqual(await sensors.read(), { temperatureC: 48.312, mains: true, batteryPercent: 97, signalDbm: -56, isTampered: false });
    for (const nonsense of ["", "abc", "NaN", "1e309", "0x10", "999999999999", "-", "\0", "x".repeat(10_000)]) {
      for (const name of names) put(name, nonsense);
      assert.deepEqual(await sensors.read(), nothingSensed, JSON.stringify(nonsense.slice(0, 12)));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("A11.2: the simulated battery empties within its minutes and fills again; its warmth is a possible one", async () => {
  let at = Date.parse("2026-07-01T00:00:00Z");
  const simulated = simulatedSensors({ now: () => new Date(at), random: systemRandom, batteryMinutes: 45 });
  const charge = async () => (await simulated.sensors.read()).batteryPercent!;
  for (let hour = 0; hour < 48; hour++, at += 3_600_000)
    assert.ok(Sample.shape.temperatureC.safeParse((await simulated.sensors.read()).temperatureC).success);
  assert.equal(await charge(), 100);
  simulated.setMains(false);
  at += 22.5 * 60_000;
  assert.equal(await charge(), 50);
  at += 3_600_000;
  assert.equal(await charge(), 0);
  simulated.setMains(true);
  at += 2 * 3_600_000;
  assert.equal(await charge(), 50);
});
