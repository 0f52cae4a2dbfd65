import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { after, test } from "node:test";
import { X509Certificate, verify } from "node:crypto";
import { client } from "@pigeonhole/kit/client";
import type { AcceptanceApi } from "@pigeonhole/network/acceptance/contract";
import { signedBytes } from "@pigeonhole/protocol/envelope";
import { freePort, testDatabase } from "@pigeonhole/kit/testing";
import { localSecrets } from "@pigeonhole/server/local";
import { moduleNames } from "@pigeonhole/server/modules";
import { must } from "./ask.ts";
import { startChild } from "./child.ts";
import { closeDoor, codeFromInbox, dropOff, order, reaches, setOut, typeCode, untilFree } from "./journey.ts";
import { freePorts } from "./ports.ts";
import { people, stationPlans, type StationPlan } from "./town.ts";
import { startWorld, type World } from "./world.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-apart-"));
const database = await testDatabase([]);
after(async () => {
  await database[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** What the process at the door runs; the other one runs the rest, the link to the stations among it. */
const atTheDoor = ["identity", "network", "reservations", "parcels"];
const behind = moduleNames.filter((name) => !atTheDoor.includes(name));
const addressesOf = (names: readonly string[], port: number): string => names.map((name) => `${name}=http://127.0.0.1:${port}`).join(",");

/** A11.4: its cabinet was commissioned, told of it over its own line, and serves because of that and of nobody's word. */
async function wasAccepted(world: World, station: string, { layout }: StationPlan): Promise<void> {
  const headers = { cookie: world.operatorCookie };
  const { acceptance: route } = client<AcceptanceApi>(`${world.url}/api`, { headers }).stations[":station"];
  const { isWhole, waiver, current } = await must("acceptance", route.$get({ param: { station } }));
  assert.deepEqual([isWhole, waiver, current?.record.isSimulated], [true, null, true]);
  assert.deepEqual(
    current!.record.doors.map(({ door }) => door),
    layout.columns.flatMap(({ doors }) => doors.map(({ number }) => number)).toSorted((a, b) => a - b),
  );
  const { publicKey } = new X509Certificate(current!.certificate);
  const { entry } = current!;
  assert.ok(
    verify(null, signedBytes("event", entry.body), publicKey, Buffer.from(entry.sig, "base64url")),
    "signed by its certificate's key",
  );
}

test("modules in two processes are one product: a parcel goes its whole way through the one at the door (A10.6, A14.1)", async () => {
  const [ports, port, databaseUrl] = [await freePorts(1), await freePort(), await database.fresh()];
  const other = await startChild({
    name: "the process behind",
    file: fileURLToPath(new URL("../../apps/server/main.ts", import.meta.url)),
    args: [`--only=${behind.join(",")}`],
    logFile: path.join(folder, "logs", "behind.log"),
    env: {
      ...localSecrets(folder),
      DATABASE_URL: databaseUrl,
      PORT: String(port),
      MQTT_PORT: String(ports.mqtt),
      PUBLIC_URL: `http://127.0.0.1:${ports.http}`,
      DEMO: "1",
      DEFAULT_CARRIER: people.carrier.slug,
      TRUSTED_PROXIES: "1",
      REMOTE_MODULES: addressesOf(atTheDoor, ports.http),
    },
  });
  try {
    await using world = await startWorld({
      folder,
      ports,
      databaseUrl,
      stations: stationPlans.slice(0, 1),
      serverArgs: [`--only=${atTheDoor.join(",")}`],
      serverSettings: { REMOTE_MODULES: addressesOf(behind, port) },
    });
    const { id, kiosk, plan } = world.stations[0]!;
    await wasAccepted(world, id, plan);
    const { parcel, compartment } = await order(world, id, "small", { name: "Anna Kask", email: "anna@example.org" });
    const { barcode } = await reaches(world, parcel!, "reserved");
    const out = await setOut(world, { station: id, parcels: [parcel!] });
    await dropOff(out, id, barcode, (door) => closeDoor(kiosk, door));
    await typeCode(kiosk, await codeFromInbox(world, parcel!));
    await closeDoor(kiosk, compartment);
    await reaches(world, parcel!, "collected");
    await untilFree(kiosk);

    const paths = Object.keys(((await (await fetch(`${world.url}/openapi.json`)).json()) as { paths: object }).paths);
    for (const known of ["/reservations/{id}/confirm", "/routes", "/inbox"])
      assert.ok(paths.includes(`/api${known}`), `the process at the door describes ${known}`);
    await other.kill();
    const answer = await fetch(`${world.url}/api/inbox`);
    assert.deepEqual([answer.status, ((await answer.json()) as { code: string }).code], [503, "unavailable"]);
    assert.equal((await fetch(`${world.url}/healthz`)).status, 200, "what runs here goes on");
  } finally {
    await other.stop();
  }
});
