// needs: socat, strace
// G-31, I-25: what the kernel was asked to do, in its order: on the disk first, then the lock, then "thank you".
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { Cu48Simulator } from "@pigeonhole/lock-boards/cu48/simulator";
import { pseudoTerminals } from "@pigeonhole/lock-boards/pseudo-terminal";
import { serial } from "@pigeonhole/lock-boards/serial";
import { playBackend } from "../../tools/conformance/backend.ts";
import { network } from "../../tools/conformance/testing.ts";

const isLog = (line: string): boolean => /station\.sqlite-wal/.test(line);
const isWrite = (line: string): boolean => isLog(line) && /\bp?write(64|v)?\(/.test(line);
const isSync = (line: string): boolean => isLog(line) && /\bf(data)?sync\(/.test(line);
/** An unlock frame of the CU48: start, address, lock, 0x51 which is "Q", end, sum. */
const isUnlock = (line: string): boolean => /\bwrite\(/.test(line) && /\/dev\/(pts|tty)/.test(line) && /, "\\2.*Q\\3/.test(line);

/** Something was written to the store before line `at`, and all of it was on the disk by then. */
function assertDurable(lines: readonly string[], at: number, what: string): void {
  assert.ok(at > 0, `${what} was not seen:\n${lines.slice(-5).join("\n")}`);
  const before = lines.slice(0, at);
  const [written, synced] = [before.findLastIndex(isWrite), before.findLastIndex(isSync)];
  assert.ok(written >= 0, `nothing was written before ${what}`);
  assert.ok(synced > written, `${what} came before what was written had reached the disk`);
}

test(
  "G-31, by strace: the intent is on the disk before the lock's bytes, the deposit before “thank you”",
  { timeout: 90_000 },
  async () => {
    await using net = await network();
    const data = path.join(net.folder, "data");
    const trace = path.join(net.folder, "trace");
    mkdirSync(data, { mode: 0o700 });
    writeFileSync(path.join(data, "identity.json"), JSON.stringify({ ...net.made.station, mqttUrl: net.url }), { mode: 0o600 });
    const cable = await pseudoTerminals();
    const wire = await serial(cable.board);
    const simulator = new Cu48Simulator(wire, { boards: [0] });
    const strace = ["-f", "-y", "-s", "4000", "-e", "trace=write,writev,pwrite64,fdatasync,fsync", "-o", trace];
    const child = spawn("strace", [...strace, process.execPath, path.resolve(import.meta.dirname, "../../apps/station/main.ts")], {
      env: {
        PATH: process.env["PATH"],
        STATION_DATA: data,
        KIOSK_PORT: "0",
        LOCK_BOARD: `serial:${cable.station}`,
        LOG_LEVEL: "silent",
      } as unknown as NodeJS.ProcessEnv,
      stdio: ["ignore", "pipe", "inherit"],
      detached: true,
    });
    const lines = (): string[] => readFileSync(trace, "utf8").split("\n");
    const backend = await playBackend(net.url, net.made);
    try {
      const [line] = (await once(createInterface(child.stdout), "line")) as [string];
      const { kiosk } = JSON.parse(line) as { kiosk: string };
      await backend.until(() => backend.of("heartbeat").length > 0, "a first word", 30);
      const document = backend.document({ walkUp: [2] });
      await backend.send("desired", backend.sealed(document));
      await backend.until(
        () => backend.of("heartbeat").some((beat) => (beat as { desiredVersion: number }).desiredVersion === document.version),
        "the document",
        30,
      );
      await new Promise((resolve) => setTimeout(resolve, 1_500));

      let from = lines().length;
      const command = backend.command();
      await backend.send("command", backend.sealed(command, "command"));
      const result = await backend.until(() => backend.results(command.id)[0], "the result", 20);
      assert.equal(result.outcome, "opened");
      let seen = lines().slice(from);
      assertDurable(seen, seen.findIndex(isUnlock), "the unlock frame of a command");
      simulator.closeDoor(1);
      await backend.until(() => backend.facts().at(-1)?.type === "compartment_closed", "the closed door", 20);

      const post = async (route: string, body: object): Promise<{ step: { step: string } }> => {
        const answer = await fetch(`${kiosk}api/kiosk/${route}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        });
        assert.equal(answer.status, 200, `${route}: ${answer.status}`);
        return (await answer.json()) as { step: { step: string } };
      };
      from = lines().length;
      await post("deposits", { size: "small" });
      seen = lines().slice(from);
      assertDurable(seen, seen.findIndex(isUnlock), "the unlock frame of a deposit");
      simulator.closeDoor(2);
      for (let n = 0; n < 200; n++) {
        const state = (await (await fetch(`${kiosk}api/kiosk/state`)).json()) as { step: { step: string } };
        if (state.step.step === "ask_parcel_in") break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      from = lines().length;
      assert.equal((await post("answer", { isParcelIn: true })).step.step, "done");
      seen = lines().slice(from);
      assertDurable(
        seen,
        seen.findIndex((said) => /\bwritev?\(/.test(said) && said.includes('isStored\\":true')),
        "“thank you”",
      );
    } finally {
      // strace and what it traces: the group that was started here.
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      await backend.end();
      await wire.close();
      await cable.close();
    }
  },
);
