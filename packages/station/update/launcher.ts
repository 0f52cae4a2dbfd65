import { fork, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import type { Monotonic } from "@pigeonhole/kit/clock";
import type { Log } from "@pigeonhole/kit/log";
import { sleep, type Timers } from "@pigeonhole/kit/timers";
import { choose, crashed, rolledBack, type SlotName, type Slots } from "./slots.ts";

/** The station asks to be started again: another image waits. */
export const restartCode = 75;
/** It cannot start as things are here (a setting, the serial line, another process on its data): not the fault of its image. */
export const cannotStartCode = 78;
/** What the station says to its launcher while it lives. */
export const aliveMessage = { alive: true } as const;
/** How often. Milliseconds. */
export const aliveEveryMs = 5_000;

/**
 * `silent`: a station that says nothing for so long hangs. `trial`: a new image that is neither confirmed nor ended by then hangs. `crash`: a
 * confirmed image that ends so often within the window is broken. `stop`: what does not end by then is killed. Milliseconds, or times.
 */
export const launchLimits = {
  silentMs: 90_000,
  trialMs: 300_000,
  crashes: 5,
  crashWindowMs: 600_000,
  pauseMs: 1_000,
  hopelessMs: 5_000,
  stopMs: 10_000,
} as const;

interface Needs {
  readonly slots: Slots;
  /** Added to the environment of the station. */
  readonly environment: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly monotonic: Monotonic;
  readonly timers: Timers;
  readonly log: Log;
  /** Told whenever the station has shown that it lives. */
  readonly alive?: () => void;
  readonly limits?: { readonly [K in keyof typeof launchLimits]: number };
}

/**
 * Starts the image that the slots choose, counts the starts of a new one, watches that it lives, and goes back when it does not. It is not
 * part of any image: no update can break it.
 */
export function launcher({ slots, environment, args, monotonic, timers, log, alive = () => {}, limits = launchLimits }: Needs) {
  let child: ChildProcess | undefined;
  let isStopping = false;
  const crashes: number[] = [];

  /** Runs until it is stopped; the result is the code to end with. */
  async function run(): Promise<number> {
    while (!isStopping) {
      const choice = choose(slots.read(), slots.inspect);
      if (JSON.stringify(choice.state) !== JSON.stringify(slots.read())) slots.write(choice.state);
      if (!choice.run) {
        log.fatal("no image on this computer may run: install the package again");
        return 1;
      }
      const code = await runOnce(choice.run, choice.isTrial);
      if (isStopping) return 0;
      if (code === restartCode) continue;
      log.error({ slot: choice.run, code }, "the station ended");
      if (!choice.isTrial && code !== cannotStartCode && isCrashLoop()) {
        slots.write(crashed(slots.read(), `it ended ${limits.crashes} times within ${limits.crashWindowMs / 60_000} minutes`));
        crashes.length = 0;
      }
      await sleep(timers, code === cannotStartCode ? limits.hopelessMs : limits.pauseMs);
    }
    return 0;
  }

  function isCrashLoop(): boolean {
    const now = monotonic();
    crashes.push(now);
    while (crashes[0]! < now - limits.crashWindowMs) crashes.shift();
    return crashes.length >= limits.crashes;
  }

  async function runOnce(slot: SlotName, isTrial: boolean): Promise<number | string> {
    const folder = slots.folderOf(slot)!;
    const { manifest } = slots.inspect(slot)!;
    const own = path.join(folder, "node");
    log.info({ slot, release: manifest.release, isTrial }, "starting the station");
    const started = fork(path.join(folder, manifest.main), args, {
      env: {
        ...process.env,
        ...environment,
        FIRMWARE_FOLDER: slots.folder,
        FIRMWARE_MODEL: manifest.model,
        FIRMWARE_RELEASE: String(manifest.release),
        FIRMWARE_VERSION: manifest.version,
        KIOSK_PAGES: process.env["KIOSK_PAGES"] ?? path.join(folder, "pages"),
      },
      execPath: existsSync(own) ? own : process.execPath,
      execArgv: ["--disable-warning=ExperimentalWarning"],
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    child = started;
    let lastWord = monotonic();
    const begun = lastWord;
    started.on("message", () => {
      lastWord = monotonic();
      alive();
    });
    const cancelWatch = timers.every(Math.min(1_000, limits.silentMs / 4), () => {
      const now = monotonic();
      if (now - lastWord > limits.silentMs) kill("it says nothing any more");
      else if (isTrial && now - begun > limits.trialMs && slots.read().trial) kill("it was not healthy in time");
    });
    const kill = (reason: string): void => {
      log.error({ slot, reason }, "the station is killed");
      if (isTrial && reason.includes("in time")) slots.write(rolledBack(slots.read(), reason));
      started.kill("SIGKILL");
    };
    const code = await new Promise<number | string>((resolve) => {
      started.once("error", (error) => resolve(error.message));
      started.once("exit", (status, signal) => resolve(status ?? signal ?? "?"));
    });
    cancelWatch();
    child = undefined;
    return code;
  }

  return {
    run,
    /** Ends the station in order, then the loop. */
    stop(): void {
      if (isStopping) return;
      isStopping = true;
      const ending = child;
      if (!ending) return;
      ending.kill("SIGTERM");
      const cancel = timers.after(limits.stopMs, () => ending.kill("SIGKILL"));
      ending.once("exit", cancel);
    },
  };
}
