// needs: systemd
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

const run = promisify(execFile);
const debian = path.join(import.meta.dirname, "debian");

test("systemd finds nothing wrong with the units, and little that the station's could still be denied", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "pigeonhole-units-"));
  try {
    const units = readdirSync(debian).filter((name) => name.endsWith(".service"));
    assert.equal(units.length, 2);
    mkdirSync(path.join(folder, "bin"));
    for (const unit of units) {
      cpSync(path.join(debian, unit), path.join(folder, unit));
      // The programs that they start are not on every machine.
      const text = readFileSync(path.join(folder, unit), "utf8").replace(/@NODE@|\/usr\/bin\/cage/g, process.execPath);
      writeFileSync(path.join(folder, unit), text.replace(/^(User|Group|SupplementaryGroups)=.*$/gm, ""));
    }
    const env = { ...process.env, SYSTEMD_LOG_LEVEL: "warning" };
    const { stdout, stderr } = await run("systemd-analyze", ["verify", "--man=no", ...units.map((unit) => path.join(folder, unit))], {
      env,
    });
    const ours = `${stdout}${stderr}`.split("\n").filter((line) => line.includes("pigeonhole"));
    assert.deepEqual(ours, []);
    const { stdout: security } = await run("systemd-analyze", [
      "security",
      "--offline=true",
      path.join(
        folder,
        units.find((unit) => unit.includes("station"))!,
      ),
    ]);
    const exposure = Number(/exposure level for .*: ([\d.]+)/.exec(security)?.[1]);
    assert.ok(exposure < 4, `exposure ${exposure}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("the station may write nothing but its state, and gains no rights", () => {
  const unit = readFileSync(path.join(debian, "pigeonhole-station.service"), "utf8");
  for (const line of [
    "User=pigeonhole",
    "ProtectSystem=strict",
    "NoNewPrivileges=yes",
    "CapabilityBoundingSet=",
    "DevicePolicy=closed",
    "Restart=always",
  ])
    assert.match(unit, new RegExp(`^${line}$`, "m"));
  const kiosk = readFileSync(path.join(debian, "pigeonhole-kiosk.service"), "utf8");
  assert.match(kiosk, /^User=pigeonhole-kiosk$/m);
  assert.doesNotMatch(kiosk, /cage.* -s /, "-s would let people switch to another terminal");
  const policy = JSON.parse(readFileSync(path.join(debian, "chromium-policy.json"), "utf8")) as Record<string, unknown>;
  assert.deepEqual([policy["URLBlocklist"], policy["DeveloperToolsAvailability"]], [["*"], 2]);
});
