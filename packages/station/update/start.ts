import { createConnection } from "node:net";
import path from "node:path";
import type { Monotonic } from "@pigeonhole/kit/clock";
import type { Log } from "@pigeonhole/kit/log";
import { sleep, type Timers } from "@pigeonhole/kit/timers";
import type { Station } from "../station.ts";
import { nodeDisk } from "./disk.ts";
import { checkHealth, healthMs } from "./health.ts";
import { install } from "./install.ts";
import { mayRestart } from "./may-restart.ts";
import { firmwareRepository, type Fetch } from "./repository.ts";
import { confirmed, rolledBack, slots as openSlots } from "./slots.ts";
import { updater } from "./updater.ts";

/** What the launcher tells the image that it starts. */
export interface Image {
  readonly folder: string;
  readonly model: string;
  readonly release: number;
  /** The file with the root metadata that came with this computer. */
  readonly rootFile: string;
}
interface Needs {
  readonly image: Image;
  readonly station: Station;
  /** Where the kiosk of this process listens. */
  readonly kioskPort: number;
  readonly mqttUrl: string;
  readonly fetch: Fetch;
  /** Ends this process at once; the launcher chooses what runs next. */
  readonly restart: () => void;
  readonly steadySeconds: number;
  readonly monotonic: Monotonic;
  readonly timers: Timers;
  readonly log: Log;
}

/** So long the backend gets to hear that the station restarts, before it does. Milliseconds. */
const farewellMs = 1_500;
/** A look at a port of this or another computer takes at most so long. Milliseconds. */
const probeMs = 2_000;

/** Updating in a station that the launcher started: first, if this image is new, whether it works; then whatever the backend wishes. */
export function startUpdates(needs: Needs): { stop(): void } {
  const { image, station, kioskPort, mqttUrl, fetch, restart, steadySeconds, monotonic, timers, log } = needs;
  const { store, doors, screen, cabinet, link, senses, now } = station;
  const disk = nodeDisk;
  const slots = openSlots(disk, image.folder, undefined);
  const root = disk.read(image.rootFile);
  if (!root) throw new Error(`${image.rootFile} is missing: without the root metadata no release can be verified`);
  const repository = firmwareRepository({ disk, folder: path.join(image.folder, "trusted"), root, now, fetch });
  const computer = { model: image.model, node: Number(process.versions.node.split(".")[0]) };
  const unknownDoors = (): number => doors.views().filter(({ door }) => door === "unknown").length;
  const record: Parameters<typeof updater>[0]["record"] = (event) =>
    store.change(() => store.journal.append({ type: "firmware", model: image.model, ...event }, now()));

  const follow = updater({
    slots,
    model: image.model,
    release: image.release,
    install: (wish) => install({ slots, disk, repository, computer, fetch, timers }, wish),
    wanted: () => {
      const { firmware, timeZone } = cabinet.desired ?? {};
      return firmware && timeZone !== undefined ? { firmware, timeZone } : undefined;
    },
    mayRestart: () => mayRestart({ doors, screen, store, mains: () => senses.readings().mains }),
    baseline: () => ({ unknownDoors: unknownDoors(), backend: link.isUp() }),
    record,
    farewell: () => sleep(timers, farewellMs),
    restart,
    now,
    timers,
    log,
  });

  let isStopped = false;
  const trial = slots.read().trial;
  const prove = async (baseline: NonNullable<typeof trial>["baseline"]): Promise<void> => {
    const { healthy, reason } = await checkHealth({
      baseline,
      vitals: async () => ({ unknownDoors: unknownDoors(), kiosk: await kioskAnswers(kioskPort, fetch), backend: link.isUp() }),
      brokerAnswers: () => answers(mqttUrl),
      storeIsProven: () => store.desired.get() !== null,
      isStopped: () => isStopped,
      monotonic,
      timers,
      limits: { ...healthMs, steady: steadySeconds * 1_000 },
    });
    // Stopped by a person or a power cut: the launcher counts this start, and the next one tries again.
    if (isStopped) return;
    const state = slots.read();
    if (!healthy) {
      slots.write(rolledBack(state, reason));
      log.error({ release: image.release, reason }, "the new release does not work; the former one comes back");
      return restart();
    }
    slots.write(confirmed(state));
    record({ release: image.release, attempt: state.trial?.attempt ?? 1, stage: "confirmed", reason: null });
    log.info({ release: image.release }, "the new release is confirmed");
  };
  if (trial?.release === image.release)
    prove(trial.baseline).catch((error: unknown) => log.error({ err: error }, "health could not be looked at"));
  follow.start();
  const unwatch = screen.watch(() => follow.check());
  return {
    stop(): void {
      isStopped = true;
      unwatch();
      follow.stop();
    },
  };
}

async function kioskAnswers(port: number, fetch: Fetch): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/api/kiosk`, { signal: AbortSignal.timeout(probeMs) })).ok;
  } catch {
    return false;
  }
}

function answers(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = createConnection({ host: hostname, port: Number(port || 8883), timeout: probeMs });
    const end = (isThere: boolean): void => {
      socket.destroy();
      resolve(isThere);
    };
    socket
      .once("connect", () => end(true))
      .once("error", () => end(false))
      .once("timeout", () => end(false));
  });
}
