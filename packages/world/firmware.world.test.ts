// A11.3, A9.4, I-44 to I-46, on the real parts: server over TLS 1.3, releases by the documented command, a cabinet's process under its launcher.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import tls from "node:tls";
import { promisify } from "node:util";
import { createCa } from "@pigeonhole/devices/ca";
import type { DeviceApi } from "@pigeonhole/devices/contract";
import type { FirmwareApi, Rollout } from "@pigeonhole/firmware/contract";
import { client } from "@pigeonhole/kit/client";
import { systemRandom } from "@pigeonhole/kit/random";
import { testDatabase } from "@pigeonhole/kit/testing";
import { openRepository } from "@pigeonhole/releases/repository";
import { localSecrets } from "@pigeonhole/server/local";
import { allMigrations } from "@pigeonhole/server/modules";
import { nodeDisk } from "@pigeonhole/station/update/disk";
import { SlotState } from "@pigeonhole/station/update/slots";
import { unpack } from "@pigeonhole/station/update/unpack";
import { eventually, must } from "./ask.ts";
import { startChild, type Child } from "./child.ts";
import { enrolmentToken, foundOperator, foundStations } from "./found.ts";
import { readMemory } from "./memory.ts";
import { freePorts } from "./ports.ts";
import { stationPlans } from "./town.ts";

const root = path.resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-firmware-"));
const children: Child[] = [];
const database = await testDatabase(allMigrations);
after(async () => {
  for (const child of children.toReversed()) await child.stop();
  await database[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const at = (...names: string[]): string => path.join(folder, ...names);
const release = async (...args: string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, [path.join(root, "tools/release.ts"), ...args], { cwd: root })).stdout;
const publish = (version: string, ...more: string[]): Promise<string> =>
  release("publish", "--version", version, "--model", "station-test", "--keys", at("keys"), "--repository", at("releases"), ...more);
const slotState = (): SlotState => SlotState.parse(JSON.parse(readFileSync(at("cabinet/firmware/state.json"), "utf8")));

test(
  "a release travels from the command to a confirmed start; a broken one comes back by itself and stops",
  { timeout: 180_000 },
  async () => {
    // The installation: keys, release 1, a server with TLS, a station whose package carries release 1.
    await release("keys", at("keys"));
    assert.match(await publish("0.1.0"), /release 1 .* published/);
    const ca = await createCa({ hosts: ["127.0.0.1"], now: () => new Date(), random: systemRandom });
    writeFileSync(at("ca.pem"), ca.ca.certificate);
    writeFileSync(at("server.pem"), ca.broker.certificate);
    writeFileSync(at("server.key"), ca.broker.key);
    tls.setDefaultCACertificates([...tls.getCACertificates(), ca.ca.certificate]);
    const ports = await freePorts(1);
    const url = `https://127.0.0.1:${ports.http}`;
    const databaseUrl = await database.fresh();
    const secrets = localSecrets(folder);
    const server = await startChild({
      name: "server",
      file: path.join(root, "apps/server/main.ts"),
      logFile: at("server.log"),
      env: {
        ...secrets,
        DATABASE_URL: databaseUrl,
        PORT: String(ports.http),
        PUBLIC_URL: url,
        MQTT_PORT: String(ports.mqtt),
        TLS_CERT: at("server.pem"),
        TLS_KEY: at("server.key"),
        SECOND_FACTOR_ROLES: "none",
        FIRMWARE_FOLDER: at("releases"),
        FIRMWARE_ONLINE_KEY: at("keys/online.key"),
      },
    });
    children.push(server);
    const memory = readMemory(folder);
    const needs = { url, databaseUrl, memory, remember: () => {}, secrets };
    const cookie = await foundOperator(needs);
    const [plan] = stationPlans;
    await foundStations(needs, cookie, [plan!]);
    const station = memory.stations[plan!.key]!;

    const [first] = openRepository(at("releases"), () => new Date()).releases();
    const images = at("releases/targets/station-test");
    const archive = readFileSync(path.join(images, nodeDisk.list(images)[0]!));
    await unpack(nodeDisk, archive, at("package/first"), first!);
    const cabinet = await startChild({
      name: "cabinet",
      file: path.join(root, "apps/station/launcher.ts"),
      logFile: at("cabinet.log"),
      env: {
        FIRMWARE_FOLDER: at("cabinet/firmware"),
        FIRMWARE_FIRST: at("package/first"),
        FIRMWARE_ROOT: at("releases/metadata/1.root.json"),
        FIRMWARE_STEADY_SECONDS: "1",
        NODE_EXTRA_CA_CERTS: at("ca.pem"),
        STATION_DATA: at("cabinet/data"),
        KIOSK_PORT: String(ports.kiosks[0]),
        BACKEND_URL: url,
        ENROLMENT_TOKEN: await enrolmentToken(url, cookie, station),
        LOG_LEVEL: "info",
      },
    });
    children.push(cabinet);

    const headers = { cookie };
    const devices = client<DeviceApi>(`${url}/api`, { headers });
    const firmware = client<FirmwareApi>(`${url}/api`, { headers });
    const runs = (words: string): Promise<true> =>
      eventually(
        `the station reports ${words}`,
        async () => {
          const device = await must("device", devices.stations[":station"].device.$get({ param: { station } }));
          return device.connected && device.firmware?.includes(words) ? true : undefined;
        },
        { forMs: 40_000 },
      );
    const rollOut = async (number: number, until: Rollout["state"]): Promise<Rollout> => {
      const json = { model: "station-test", release: number, soakMinutes: 0, quietHours: null };
      const begun = await eventually("a rollout", () => must("begin", firmware.firmware.rollouts.$post({ json })));
      return eventually(
        `the rollout is ${until}`,
        async () => {
          const rollout = await must("rollout", firmware.firmware.rollouts[":rollout"].$get({ param: { rollout: begun.id } }));
          return rollout.state === until ? rollout : undefined;
        },
        { forMs: 60_000 },
      );
    };
    const kiosk = async (): Promise<number> => (await fetch(`http://127.0.0.1:${ports.kiosks[0]}/`)).status;

    await runs("0.1.0 (release 1)");
    assert.equal(await kiosk(), 200);

    // Release 2 by the command; the station loads it over HTTPS, restarts into it, shows its health, and stays.
    assert.match(await publish("0.2.0"), /release 2 /);
    const good = await rollOut(2, "done");
    assert.equal(
      good.waves.reduce((sum, { states }) => sum + (states.confirmed ?? 0), 0),
      1,
    );
    await runs("0.2.0 (release 2)");
    assert.equal(await kiosk(), 200, "the pages came along");
    assert.deepEqual([slotState().current?.release, slotState().trial, slotState().floor], [2, null, 1]);

    // Release 3 ends as soon as it starts: the launcher counts, goes back, and the rollout stops on the word of the former release.
    writeFileSync(at("broken.mjs"), `throw new Error("this build does not start");\n`);
    assert.match(await publish("0.3.0", "--entrance", at("broken.mjs")), /release 3 /);
    const bad = await rollOut(3, "stopped");
    assert.match(bad.reason ?? "", /canary/);
    assert.match(bad.failures[0]?.reason ?? "", /not healthy after 3 starts/);
    await runs("0.2.0 (release 2)");
    assert.equal(await kiosk(), 200);
    assert.deepEqual([slotState().current?.release, slotState().trial, slotState().failures[0]?.release], [2, null, 3]);
    assert.ok(existsSync(at("cabinet/data/identity.json")));

    // One command ends launcher and station.
    await cabinet.stop();
    await assert.rejects(kiosk());
  },
);
