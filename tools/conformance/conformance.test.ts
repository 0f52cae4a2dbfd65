import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createPrivateKey } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { playBackend } from "./backend.ts";
import { checks, quiet, runChecks } from "./checks.ts";
import { lightStation, type Fault } from "./light-station.ts";
import { network } from "./testing.ts";

quiet.ms = 250;

type Network = Awaited<ReturnType<typeof network>>;
const light = ({ made, url }: Network, fault?: Fault) => {
  const { station, epoch, key, certificate, ca, signingKeys } = made.station;
  const own = { url, station, epoch, key: createPrivateKey(key), keyPem: key, certificate, ca, signingKeys };
  return lightStation({ ...own, backoffMs: () => 50, ...(fault && { fault }) });
};

test("the protocol as published: our own station process passes every check of the conformance test", { timeout: 120_000 }, async () => {
  await using net = await network();
  const data = path.join(net.folder, "data");
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(path.join(data, "identity.json"), JSON.stringify({ ...net.made.station, mqttUrl: net.url }), { mode: 0o600 });
  const child = spawn(process.execPath, [path.resolve(import.meta.dirname, "../../apps/station/main.ts")], {
    env: {
      PATH: process.env["PATH"],
      NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
      STATION_DATA: data,
      KIOSK_PORT: "0",
      LOCK_BOARD: "sim",
      LOG_LEVEL: "silent",
    } as unknown as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const backend = await playBackend(net.url, net.made);
    const [line] = (await once(createInterface(child.stdout), "line")) as [string];
    const { kiosk } = JSON.parse(line) as { kiosk: string };
    const close = async (compartment: number): Promise<void> => {
      await fetch(`${kiosk}api/simulator/doors/${compartment}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ door: "closed" }),
      });
    };
    const outcomes = await runChecks(backend, close);
    await backend.end();
    assert.deepEqual(
      outcomes.filter(({ fault }) => fault !== null),
      [],
    );
    assert.equal(outcomes.length, checks.length);
  } finally {
    child.kill("SIGKILL");
  }
});

/** What each fault must be found by: the beginning of a check's title. */
const found: Readonly<Partial<Record<Fault, string>>> = {
  believes_anybody: "a stranger's signature",
  opens_again: "the same command again",
  ignores_expiry: "refuses `expired`",
  ignores_sequence: "refuses `old_sequence`",
  ignores_station: "refuses `wrong_station`",
  ignores_expected: "refuses `unexpected_state`",
  breaks_the_chain: "the log: numbered",
  takes_older_documents: "an older document",
  no_will: "a session that another one",
};
test("a wrong station fails, each by the check that is meant for its fault", { timeout: 120_000 }, async () => {
  const run = async (fault?: Fault) => {
    await using net = await network();
    const station = light(net, fault);
    const backend = await playBackend(net.url, net.made);
    station.start();
    await backend.until(() => backend.of("heartbeat").length > 0, "its first word");
    const wanted = fault === undefined ? undefined : found[fault]!;
    const titles: string[] = [];
    // Of a faulty one only what comes before and the check itself: the rest is for the right ones.
    const last = wanted === undefined ? undefined : checks.findIndex(({ title }) => title.startsWith(wanted));
    for (const check of checks.slice(0, last === undefined ? undefined : last + 1)) {
      const isNeeded =
        last === undefined ||
        check === checks[last] ||
        check.title.startsWith("a desired document") ||
        check.title.startsWith("a sound command");
      if (!isNeeded) continue;
      if (check.title.startsWith("the log") && fault)
        await checks
          .find(({ title }) => title.startsWith("the same command"))!
          .run(backend, async () => {})
          .catch(() => {});
      await check.run(backend, async () => {}).catch(() => titles.push(check.title));
    }
    await backend.end();
    await station.stop();
    return titles;
  };
  const all = await Promise.all((Object.keys(found) as Fault[]).map(async (fault) => [fault, await run(fault)] as const));
  for (const [fault, titles] of all)
    assert.ok(
      titles.some((title) => title.startsWith(found[fault]!)),
      `${fault} was not found: ${titles.join("; ")}`,
    );
});
