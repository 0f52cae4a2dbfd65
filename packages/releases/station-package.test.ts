// needs: dpkg
// A11, installable: the package is what dpkg expects, its units are what systemd expects, and what it installs runs as an ordinary user.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { systemNow } from "@pigeonhole/kit/clock";
import { freePort } from "@pigeonhole/kit/testing";
import { testIdentity } from "../station/link/testing.ts";
import { bundle, serialPortNative } from "./bundle.ts";
import { buildImage } from "./image.ts";
import { openRepository } from "./repository.ts";
import { testKeys } from "./testing.ts";

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(path.join(tmpdir(), "pigeonhole-package-"));
const at = (...names: string[]): string => path.join(folder, ...names);
after(() => rmSync(folder, { recursive: true, force: true }));

let deb = "";
before(async () => {
  // The real station, with a page that a test need not build.
  const keys = testKeys();
  const repository = openRepository(at("releases"), systemNow);
  repository.writeRoot(keys);
  const contents = await bundle(path.join(root, "apps/station/main.ts"), "main.mjs", root);
  contents.set(...serialPortNative("amd64"));
  contents.set("pages/kiosk/index.html", { bytes: Buffer.from("<!doctype html><title>Kiosk</title>") });
  const about = {
    model: "station-amd64",
    release: 4,
    version: "1.2.0",
    floor: 3,
    node: 24,
    main: "main.mjs",
    notes: "",
    builtAt: "2026-01-01T00:00:00Z",
  };
  repository.publish(await buildImage(about, contents), keys);
  const command = [
    path.join(root, "tools/package.ts"),
    "--repository",
    at("releases"),
    "--arch",
    "amd64",
    "--node",
    "none",
    "--output",
    folder,
  ];
  const { stdout } = await run(process.execPath, command, { cwd: root });
  deb = stdout.split(": ")[0]!;
  // The same input gives the same bytes.
  const bytes = readFileSync(deb);
  await run(process.execPath, command, { cwd: root });
  assert.ok(bytes.equals(readFileSync(deb)));
  await run("dpkg-deb", ["-x", deb, at("root")]);
});

test("the package is one that dpkg takes: fields, scripts, files, owners", async () => {
  const { stdout: fields } = await run("dpkg-deb", ["-f", deb]);
  for (const field of ["Package: pigeonhole-station", "Version: 1.2.0-4", "Architecture: amd64", "nodejs (>= 24)"])
    assert.ok(fields.includes(field), field);
  const { stdout: list } = await run("dpkg-deb", ["-c", deb]);
  for (const line of list.trim().split("\n")) assert.match(line, /^[-d][rwx-]{9} root\/root /);
  for (const file of [
    "usr/lib/pigeonhole/launcher.mjs",
    "usr/lib/pigeonhole/root.json",
    "usr/lib/pigeonhole/first/manifest.json",
    "usr/lib/pigeonhole/first/serialport.node",
    "usr/lib/systemd/system/pigeonhole-station.service",
    "usr/lib/systemd/system/pigeonhole-kiosk.service",
    "usr/lib/udev/rules.d/70-pigeonhole.rules",
    "usr/lib/sysusers.d/pigeonhole.conf",
    "usr/share/doc/pigeonhole-station/installing.md",
  ])
    assert.ok(existsSync(at("root", file)), file);
  assert.equal(statSync(at("root/etc/pigeonhole/station.env")).mode & 0o777, 0o640, "the enrolment token may stand in it");
  await run("dpkg-deb", ["-e", deb, at("control")]);
  for (const script of ["postinst", "prerm", "postrm"]) await run("sh", ["-n", at("control", script)]);
  await run("sh", ["-n", at("root/usr/bin/pigeonhole-station")]);
  for (const file of readFileSync(at("control/conffiles"), "utf8").trim().split("\n")) assert.ok(existsSync(at("root", file)), file);
});

test("dpkg installs it into an empty root, and removes it", async () => {
  const scratch = at("installed");
  for (const name of ["var/lib/dpkg/updates", "var/lib/dpkg/info", "tmp"]) mkdirSync(path.join(scratch, name), { recursive: true });
  writeFileSync(path.join(scratch, "var/lib/dpkg/status"), "");
  writeFileSync(path.join(scratch, "var/lib/dpkg/available"), "");
  const options = [`--root=${scratch}`, "--force-depends", "--force-script-chrootless", "--force-not-root", `--log=${at("dpkg.log")}`];
  const env = { ...process.env, PATH: `${process.env["PATH"]}:/usr/sbin:/sbin` };
  await run("dpkg", [...options, "--install", deb], { env });
  const { stdout } = await run("dpkg-query", [`--root=${scratch}`, "-W", "-f", "${Status} ${Version}", "pigeonhole-station"]);
  assert.equal(stdout, "install ok installed 1.2.0-4");
  await run("dpkg", [...options, "--remove", "pigeonhole-station"], { env });
  assert.ok(!existsSync(path.join(scratch, "usr/lib/pigeonhole/launcher.mjs")));
  assert.ok(existsSync(path.join(scratch, "etc/pigeonhole/station.env")), "settings stay until it is purged");
});

test("every setting stands in station.env with what it is for", async () => {
  const { settings } = await import("../station/settings.ts");
  const text = readFileSync(at("root/etc/pigeonhole/station.env"), "utf8");
  const named = Object.keys(settings).filter((name) => text.includes(`#${name}=`));
  assert.ok(named.length > 10 && named.includes("LOCK_BOARD") && named.includes("ENROLMENT_TOKEN"));
  assert.ok(!text.includes("#STATION_DATA="), "what the unit sets is not asked for");
  assert.doesNotMatch(text, /^[A-Z]/m, "nothing is set until somebody sets it");
});

test(
  "the installed launcher runs the installed image as an ordinary user, from files that it cannot write, and its kiosk answers",
  { timeout: 60_000 },
  async () => {
    const state = at("state");
    mkdirSync(path.join(state, "data"), { recursive: true });
    mkdirSync(path.join(state, "firmware"));
    writeFileSync(path.join(state, "data/identity.json"), JSON.stringify(testIdentity().identity));
    const isRoot = process.getuid?.() === 0;
    const nobody = 65_534;
    chmodSync(folder, 0o755);
    if (isRoot) for (const name of ["", "data", "firmware", "data/identity.json"]) chownSync(path.join(state, name), nobody, nobody);
    const port = await freePort();
    const child = spawn(process.execPath, [at("root/usr/lib/pigeonhole/launcher.mjs")], {
      ...(isRoot && { uid: nobody, gid: nobody }),
      cwd: "/",
      env: {
        PATH: process.env["PATH"],
        STATION_DATA: path.join(state, "data"),
        FIRMWARE_FOLDER: path.join(state, "firmware"),
        FIRMWARE_FIRST: at("root/usr/lib/pigeonhole/first"),
        FIRMWARE_ROOT: at("root/usr/lib/pigeonhole/root.json"),
        LOCK_BOARD: "sim",
        KIOSK_PORT: String(port),
        LOG_LEVEL: "error",
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(child, "exit");
    try {
      const [line] = (await Promise.race([once(createInterface(child.stdout), "line"), ended])) as [string];
      assert.deepEqual((JSON.parse(line) as { kiosk: string }).kiosk, `http://127.0.0.1:${port}/`);
      assert.equal((await fetch(`http://127.0.0.1:${port}/api/kiosk`)).status, 200);
      assert.match(await (await fetch(`http://127.0.0.1:${port}/`)).text(), /Kiosk/);
      assert.equal(
        (JSON.parse(readFileSync(path.join(state, "firmware/state.json"), "utf8")) as { current: { release: number } }).current.release,
        4,
      );
      assert.ok(readdirSync(path.join(state, "data")).includes("station.sqlite"));
    } finally {
      child.kill("SIGTERM");
    }
    assert.deepEqual(await ended, [0, null]);
  },
);
