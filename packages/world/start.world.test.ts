import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { client } from "@pigeonhole/kit/client";
import { freePort } from "@pigeonhole/kit/testing";
import type { NetworkApi } from "@pigeonhole/network/contract";
import type { Running } from "@pigeonhole/server/local";
import { must } from "./ask.ts";
import { fixedPorts, takenPorts } from "./ports.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-start-"));
const data = path.join(folder, "town");
const port = await freeBase();
const started = new Set<ChildProcess>();
after(() => {
  for (const child of started) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** A port from which all of a town's ports are free. */
async function freeBase(): Promise<number> {
  for (;;) {
    const base = await freePort();
    if (base < 60_000 && (await takenPorts(fixedPorts(base, 1))).length === 0) return base;
  }
}

/** `npm start` as a person in a terminal has it: what it says, and how it ends. */
function start(...words: string[]) {
  const child = spawn(process.execPath, [fileURLToPath(new URL("./start.ts", import.meta.url)), "--stations", "1", ...words], {
    env: { ...process.env, PORT: String(port), PIGEONHOLE_DATA: data, NO_COLOR: "1" },
  });
  started.add(child);
  let said = "";
  const ended = once(child, "close").then(([code]) => code as number | null);
  let look = (): void => {};
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => ((said += chunk), look()));
  const until = (words: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      look = () => void (words.test(said) && resolve(said));
      look();
      void ended.then((code) => reject(new Error(`ended with ${code} before it said ${words}:\n${said}`)));
    });
  return { child, ended, until, said: () => said };
}
/** A command beside the running town: its exit code and what it said. */
async function beside(file: string, ...words: string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(file, import.meta.url)), ...words], {
    env: { ...process.env, PIGEONHOLE_DATA: data, NO_COLOR: "1" },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, said };
}
const stationsNow = async (): Promise<string[]> => {
  const { stations } = await must("stations", client<NetworkApi>(`http://127.0.0.1:${port}/api`).stations.$get({ query: {} }));
  return stations.map(({ id }) => id);
};
const running = (): Running => JSON.parse(readFileSync(path.join(data, "running.json"), "utf8")) as Running;
const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));

test("a town starts, is found by a second start, ends with Ctrl-C and goes on where it was", async () => {
  const first = start();
  const words = await first.until(/Ctrl-C stops all of it/);
  for (const address of [
    `http://127.0.0.1:${port}/`,
    `http://127.0.0.1:${port}/courier/`,
    `http://127.0.0.1:${port + 11}/`,
    "operator@example.org",
    "phk_",
  ])
    assert.ok(words.includes(address), address);
  assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 200);
  assert.equal((await fetch(`http://127.0.0.1:${port + 11}/`)).status, 200, "the kiosk has its page");
  const ids = await stationsNow();
  assert.equal(ids.length, 1);

  const second = start();
  assert.equal(await second.ended, 1);
  assert.match(second.said(), /is running already \(process \d+\)/);

  const { children } = running();
  first.child.kill("SIGINT");
  assert.equal(await first.ended, 0);
  assert.deepEqual(children.filter(isAlive), [], "nothing is left");
  assert.deepEqual(await takenPorts(fixedPorts(port, 1)), []);

  const third = start();
  assert.match(await third.until(/Ctrl-C stops all of it/), /the route of today is there/);
  assert.deepEqual(await stationsNow(), ids);
  third.child.kill("SIGKILL"); // and now a power cut
  await third.ended;
});

test("after a killed run the next start waits for what it left, and finds everything", async () => {
  const next = start();
  await next.until(/Ctrl-C stops all of it/);
  assert.equal((await stationsNow()).length, 1);
  next.child.kill("SIGTERM");
  assert.equal(await next.ended, 0);
});

test("beside a running town: the command line finds it, a drive delivers and collects, a backup is made", async () => {
  const town = start();
  await town.until(/Ctrl-C stops all of it/);
  const drive = await beside("./drive.ts", "--stations", "2", "--parcels", "4", "--couriers", "1");
  assert.equal(drive.code, 0, drive.said);
  for (const what of ["ordered", "delivered", "collected"]) assert.match(drive.said, new RegExp(`${what} +4\\n`));
  const trail = await beside("../../apps/server/cli.ts", "audit", "verify");
  assert.match(trail.said, /the trail is whole: [1-9]/);
  const file = path.join(folder, "town.backup");
  const backup = await beside("../../apps/server/cli.ts", "backup", file);
  assert.match(backup.said, /the town that runs at .* rows of .* tables/);
  town.child.kill("SIGTERM");
  assert.equal(await town.ended, 0);
});

test("a taken port is named with its use and the way out, and nothing is started; --fresh begins anew", async () => {
  const squatter = createServer().listen(port + 803, "127.0.0.1");
  await once(squatter, "listening");
  try {
    const refused = start();
    assert.equal(await refused.ended, 1);
    assert.match(refused.said(), new RegExp(`${port + 803} \\(messages of stations\\)[\\s\\S]*PORT=`));
  } finally {
    squatter.close();
  }
  const before = readFileSync(path.join(data, "secrets.json"), "utf8");
  const fresh = start("--fresh");
  await fresh.until(/Ctrl-C stops all of it/);
  assert.notEqual(readFileSync(path.join(data, "secrets.json"), "utf8"), before);
  fresh.child.kill("SIGINT");
  assert.equal(await fresh.ended, 0);
});
