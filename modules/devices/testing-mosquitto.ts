// Debian's mosquitto with the shipped configuration, as a process that tests start, kill and start again.
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import os from "node:os";
import path from "node:path";
import { systemNow as now } from "@pigeonhole/kit/clock";
import { freePort } from "@pigeonhole/kit/testing";
import { writeBrokerFiles } from "./ca.ts";
import type { Ca } from "./certificates.ts";

const program = ["/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/opt/homebrew/sbin/mosquitto"].find((file) => existsSync(file));
/** What is shipped for it. */
export const guide = path.join(import.meta.dirname, "../../docs/guides/mosquitto");

/**
 * Starts it with the shipped files; only folder and ports are others. `isPersistent`: it keeps what it can on disk, against the shipped advice.
 * `isForgetful`: when it is started again, its access list is the shipped one, as on a new machine.
 */
export async function startMosquitto(ca: Ca, { isPersistent = false, isForgetful = false } = {}) {
  const folder = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-mosquitto-"));
  // Mosquitto started by root becomes another user, who has to read these.
  chmodSync(folder, 0o711);
  const kept = path.join(folder, "kept");
  mkdirSync(kept);
  chmodSync(kept, 0o777);
  const [stations, backend] = [await freePort(), await freePort()];
  writeBrokerFiles(ca, folder, await ca.revocations([], now()));
  chmodSync(path.join(folder, "broker.key"), 0o644);
  const list = path.join(kept, "pigeonhole-dynamic-security.json");
  const putShippedList = (): void => {
    writeFileSync(list, readFileSync(path.join(guide, "dynamic-security.json")));
    chmodSync(list, 0o666);
  };
  putShippedList();
  const shipped = readFileSync(path.join(guide, "pigeonhole.conf"), "utf8");
  const adapted = shipped
    .replaceAll("/etc/mosquitto/pigeonhole/", `${folder}/`)
    .replaceAll("/var/lib/mosquitto/", `${kept}/`)
    .replace("listener 8883", `listener ${stations} 127.0.0.1`)
    .replace("listener 8884", `listener ${backend}`);
  assert.ok(
    adapted.includes(String(stations)) &&
      adapted.includes(String(backend)) &&
      !/^[^#].*\/(?:etc|var)\//m.test(adapted.replaceAll(folder, "")),
    "the shipped file has changed its ports or folder",
  );
  assert.ok(adapted.includes("persistence false"));
  const persistent = `persistence true\npersistence_location ${kept}/\nautosave_on_changes true\nautosave_interval 1`;
  writeFileSync(path.join(folder, "mosquitto.conf"), isPersistent ? adapted.replace("persistence false", persistent) : adapted);

  let server: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    assert.ok(program, "mosquitto is not installed (apt-get install mosquitto)");
    const mine = spawn(program, ["-c", path.join(folder, "mosquitto.conf")], { stdio: ["ignore", "ignore", "pipe"] });
    server = mine;
    let said = "";
    mine.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    for (let i = 0; !(await answers(backend)); i++) {
      assert.ok(i < 200 && mine.exitCode === null, `mosquitto does not listen: ${said}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const end = async (signal: "SIGTERM" | "SIGKILL"): Promise<void> => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, "exit");
    server.kill(signal);
    await gone;
  };
  await start();
  return {
    stationUrl: `mqtts://127.0.0.1:${stations}`,
    backendUrl: `mqtts://127.0.0.1:${backend}`,
    folder,
    /** It asks the plugin, which is told of every station. */
    hasAccessList: true,
    /** What `refresh-revocations` does. */
    refresh: (list: string): void => {
      writeFileSync(path.join(folder, "crl.pem"), list);
      server!.kill("SIGHUP");
    },
    kill: () => end("SIGKILL"),
    startAgain: async () => {
      if (isForgetful) putShippedList();
      await start();
    },
    stop: async () => {
      await end("SIGTERM");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
export type Mosquitto = Awaited<ReturnType<typeof startMosquitto>>;

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
