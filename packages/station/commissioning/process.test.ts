// needs: socat
// The station's own program in a new cabinet (F11, A11.4): it waits for its technician, is killed in the middle, goes on, joins the network and serves.
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { createCa } from "@pigeonhole/devices/ca";
import { readRequest } from "@pigeonhole/devices/certificates";
import { client } from "@pigeonhole/kit/client";
import { systemRandom } from "@pigeonhole/kit/random";
import { Cu48Simulator } from "@pigeonhole/lock-boards/cu48/simulator";
import { pseudoTerminals } from "@pigeonhole/lock-boards/pseudo-terminal";
import { serial } from "@pigeonhole/lock-boards/serial";
import { publicKeyText } from "@pigeonhole/protocol/envelope";
import { EnrolmentRequest, type Enrolment } from "@pigeonhole/protocol/enrolment";
import type { KioskApi } from "../kiosk/contract.ts";
import { testIdentity } from "../link/testing.ts";
import type { Act, Commissioning, CommissioningApi } from "./contract.ts";

const children = new Set<ChildProcess>();
after(() => {
  for (const child of children) child.kill("SIGKILL");
});

test(
  "a new cabinet on a real serial line, from its first start to its kiosk, with a power cut in between",
  { timeout: 90_000 },
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "pigeonhole-new-cabinet-"));
    const ca = await createCa({ hosts: ["127.0.0.1"], now: () => new Date(), random: systemRandom });
    const { backendKey, identity } = testIdentity();
    const backend = createServer((request, response) => {
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        const { csr } = EnrolmentRequest.parse(JSON.parse(Buffer.concat(chunks).toString()));
        const issued = await ca.issue(await readRequest(csr), identity.station, new Date());
        const answer: Enrolment = {
          station: identity.station,
          epoch: 1,
          certificate: issued.certificate,
          ca: ca.ca.certificate,
          mqttUrl: "mqtts://127.0.0.1:9",
          signingKeys: { k1: publicKeyText(backendKey) },
          keyGeneration: 1,
        };
        response.writeHead(201, { "content-type": "application/json" }).end(JSON.stringify(answer));
      })();
    }).listen(0, "127.0.0.1");
    await once(backend, "listening");
    const cable = await pseudoTerminals();
    const wire = await serial(cable.board);
    const simulator = new Cu48Simulator(wire, { boards: [4], polarity: "zero_is_closed" });

    /** Starts the program; resolves with its first line. */
    async function start() {
      const child = spawn(process.execPath, [path.resolve(import.meta.dirname, "../../../apps/station/main.ts")], {
        env: {
          PATH: process.env["PATH"],
          NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
          STATION_DATA: folder,
          KIOSK_PORT: "0",
          LOG_LEVEL: "silent",
        },
        stdio: ["ignore", "pipe", "inherit"],
      });
      children.add(child);
      const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
      const line = async () =>
        JSON.parse(String((await lines.next()).value)) as { commissioning?: string; kiosk?: string; station?: string };
      return { child, line, first: await line() };
    }
    const talk = (url: string) => {
      const { commissioning } = client<CommissioningApi>(`${url}api`);
      return {
        async act(act: Act): Promise<Commissioning> {
          const response = await commissioning.acts.$post({ json: { act } });
          const body = await response.json();
          assert.equal(response.status, 200, JSON.stringify(body));
          return body as Commissioning;
        },
        async until(what: string, holds: (view: Commissioning) => boolean): Promise<Commissioning> {
          const deadline = performance.now() + 20_000;
          for (;;) {
            const response = await commissioning.$get();
            assert.ok(response.status === 200);
            const { commissioning: view } = await response.json();
            if (view && holds(view)) return view;
            assert.ok(performance.now() < deadline, `waited in vain: ${what}: ${JSON.stringify(view?.wizard)} ${view?.scanError}`);
            await new Promise((resolve) => setTimeout(resolve, 50));
          }
        },
      };
    };

    try {
      let station = await start();
      let technician = talk(station.first.commissioning!);
      await technician.act({ kind: "scan", ports: [`serial:${cable.station}`], models: ["cu48"] });
      const { wizard } = await technician.until("the scan to end", (view) => view.scanning === null && view.wizard.step === "boards");
      assert.ok(wizard.step === "boards");
      assert.deepEqual(
        wizard.found.map(({ address, answers }) => [address, answers]),
        [[4, "one"]],
      );
      await technician.act({ kind: "begin" });
      await technician.act({ kind: "fire" });
      assert.deepEqual(
        simulator.fired.map((f) => f.lock),
        [1],
      );
      station.child.kill("SIGKILL");
      await once(station.child, "exit");

      station = await start();
      technician = talk(station.first.commissioning!);
      await technician.act({ kind: "which", doors: [21] });
      assert.equal(simulator.fired.length, 1, "the door stands open, and is not fired again");
      simulator.closeDoor(1);
      await technician.until("the door to be seen shut", ({ wizard: w }) => w.step === "doors" && w.doors.length === 1);
      await technician.act({ kind: "finish" });
      await technician.act({ kind: "fire" });
      simulator.closeDoor(1);
      await technician.until("the test to be passed", ({ wizard: w }) => w.step === "sign");
      await technician.act({ kind: "sign", technician: "Ada Tester" });
      const url = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
      const done = await technician.act({ kind: "enrol", url, token: "t".repeat(32) });
      assert.equal(done.wizard.step, "done");

      const serving = await station.line();
      assert.equal(serving.station, identity.station);
      const api = client<KioskApi>(`${serving.kiosk}api`);
      const shown = await api.kiosk.$get();
      assert.ok(shown.status === 200);
      assert.deepEqual([(await shown.json()).station, simulator.fired.length], [identity.station, 2]);
      const standing = await client<CommissioningApi>(`${serving.kiosk}api`).commissioning.$get();
      assert.deepEqual(await standing.json(), { commissioning: null }, "nothing can be commissioned any more");
      // Again only with a PIN.
      const again = spawn(process.execPath, [path.resolve(import.meta.dirname, "../../../apps/station/main.ts"), "COMMISSION=1"], {
        env: {
          PATH: process.env["PATH"],
          NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
          STATION_DATA: folder,
          KIOSK_PORT: "0",
          LOG_LEVEL: "silent",
        },
        stdio: ["ignore", "ignore", "pipe"],
      });
      children.add(again);
      let complaint = "";
      again.stderr.on("data", (chunk) => (complaint += String(chunk)));
      assert.equal((await once(again, "exit"))[0], 1);
      assert.match(complaint, /set SERVICE_PIN/);
      station.child.kill("SIGTERM");
      assert.equal((await once(station.child, "exit"))[0], 0);
    } finally {
      for (const child of children) child.kill("SIGKILL");
      await wire.close();
      await cable.close();
      backend.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
