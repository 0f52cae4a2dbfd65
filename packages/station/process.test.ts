// needs: socat
// Real station processes: enrolled over HTTP, connected to a broker over TLS 1.3, on a pseudo-terminal with a board of 19,200 baud.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, statSync } from "node:fs";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { test } from "node:test";
import { createServer as createTlsServer, connect as connectTls } from "node:tls";
import { createCa } from "@pigeonhole/devices/ca";
import { problemOf } from "@pigeonhole/kit/client";
import { systemRandom } from "@pigeonhole/kit/random";
import { grantOf, testIdentity } from "./link/testing.ts";
import { authority, eventually, town } from "./testing-process.ts";

test(
  "a cabinet's day: enrolled, a drop-off, the owner's code at the kiosk; the broker gone; killed; stopped",
  { timeout: 60_000 },
  async () => {
    let parcel = "";
    await using world = await town((hash) => {
      const soon = { notBefore: new Date(0).toISOString(), expiresAt: null, state: "issued" } as const;
      const grant = { ...grantOf(testIdentity(), null, soon), codeHash: hash("12345678") };
      parcel = grant.parcel;
      return {
        grants: [grant, { ...grantOf(testIdentity(), null, { ...soon, state: "active", compartment: 2 }), codeHash: hash("22345678") }],
      };
    });
    const { backend, simulator } = world;
    const station = await world.start();
    assert.equal(world.enrolments.length, 1);
    for (const file of readdirSync(world.environment.STATION_DATA)) {
      if (file.endsWith(".json")) assert.equal(statSync(path.join(world.environment.STATION_DATA, file)).mode & 0o777, 0o600, file);
    }

    const shown = await station.api.kiosk.$get();
    assert.ok(shown.status === 200);
    const kiosk = await shown.json();
    assert.deepEqual(
      [kiosk.station, kiosk.supportPhone, kiosk.cabinet.map((d) => d.number), kiosk.isSimulated],
      [world.station, "+49 30 12345", [1, 2, 3], false],
    );

    assert.equal((await backend.send(new Date(), { parcel })).outcome, "opened");
    simulator.closeDoor(1);
    await backend.until(() => backend.types().includes("compartment_closed"), "the door to close");
    assert.equal((await backend.send(new Date(), { action: "attest_deposit", parcel })).outcome, "done");
    await backend.until(() => backend.types().includes("parcel_deposited"), "the deposit");

    const before = performance.now();
    const opened = await station.pickup("12345678");
    const tookMs = performance.now() - before;
    assert.equal(opened.status, 200);
    assert.ok(tookMs < 2_000, `the door took ${Math.round(tookMs)} ms`);
    assert.equal(backend.asked.length, 1);
    simulator.closeDoor(1);
    await backend.until(() => backend.types().includes("parcel_collected"), "the pick-up");

    // The network goes; the attempts of a guesser survive kill -9; the owner of the other parcel is served all the same.
    await world.cut();
    for (let n = 0; n < 4; n++) assert.equal((await station.pickup(`5000000${n}`)).status, 422);
    assert.equal(await station.kill(), "SIGKILL");
    const again = await world.start();
    assert.equal(world.enrolments.length, 1, "the identity is kept");
    assert.equal((await again.pickup("12345678")).status, 200, "who forgot something opens once more, after a crash too (F6)");
    simulator.closeDoor(1);
    const used = await again.pickup("12345678");
    assert.equal((await problemOf(used as { status: number; json(): Promise<unknown> })).code, "code_used");
    const locked = await again.pickup("22345678");
    assert.equal(locked.status, 429, "five attempts, four of them before the crash");
    const second = spawn(process.execPath, [path.resolve(import.meta.dirname, "../../apps/station/main.ts")], {
      env: { ...world.environment, LOCK_BOARD: "sim" },
      stdio: "ignore",
    });
    assert.deepEqual((await once(second, "exit"))[0], 1, "a second process on the same data does not start");
    again.child.kill("SIGTERM");
    assert.equal(await again.exited, 0);
    assert.deepEqual(world.fired(), [1, 1, 1]);
  },
);

test("a broker that is not of our authority is not spoken to", { timeout: 60_000 }, async () => {
  const strange = await createCa({ hosts: ["127.0.0.1"], now: () => new Date(), random: systemRandom });
  await using world = await town(() => ({}));
  let greeted = 0;
  const impostor = createTlsServer({ key: strange.broker.key, cert: strange.broker.certificate, minVersion: "TLSv1.3" }, (socket) =>
    socket.on("data", () => greeted++).on("error", () => {}),
  );
  impostor.on("tlsClientError", () => {});
  impostor.listen(0, "127.0.0.1");
  await once(impostor, "listening");
  let met = 0;
  impostor.on("connection", () => met++);
  const station = await world.start();
  await station.kill();
  const { port } = impostor.address() as AddressInfo;
  const child = spawn(process.execPath, [path.resolve(import.meta.dirname, "../../apps/station/main.ts")], {
    env: { ...world.environment, LOG_LEVEL: "silent", MQTT_URL: `mqtts://127.0.0.1:${port}` },
    stdio: ["ignore", "pipe", "ignore"],
  });
  world.adopt(child);
  await eventually(() => met > 0);
  assert.equal(greeted, 0);
  child.kill("SIGKILL");
  impostor.close();
  // And the broker takes nobody without a certificate of ours.
  const uninvited = connectTls({ host: "127.0.0.1", port: world.brokerPort, ca: authority.ca.certificate });
  const [error] = (await once(uninvited, "error").catch((e: unknown) => [e])) as [Error & { code?: string }];
  assert.match(String(error.code ?? error.message), /CERTIFICATE|ECONNRESET|ALERT/i);
});
