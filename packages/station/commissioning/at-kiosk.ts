import type { Monotonic, Now } from "@pigeonhole/kit/clock";
import type { Log } from "@pigeonhole/kit/log";
import type { Random } from "@pigeonhole/kit/random";
import { sleep, type Timers } from "@pigeonhole/kit/timers";
import { readIdentity } from "../provisioning/identity.ts";
import type { StationSettings } from "../settings.ts";
import { commissioning } from "./commissioning.ts";
import { serveCommissioning } from "./server.ts";
import { serialPorts } from "@pigeonhole/lock-boards/serial-ports";

interface Adapters {
  readonly now: Now;
  readonly monotonic: Monotonic;
  readonly random: Random;
  readonly timers: Timers;
  readonly log: Log;
  /** Told where the technician's screen is. */
  readonly tell?: (port: number) => void;
}

/** How often it is looked whether the technician is done, and how long the last screen stands. Milliseconds. */
const pollMs = 500;
const farewellMs = 3_000;

/** A cabinet that belongs to no network and has no token to join one by itself; or one whose technician asked for it. */
export const isToBeCommissioned = (settings: StationSettings): boolean =>
  settings.COMMISSION || (readIdentity(settings.STATION_DATA) === undefined && settings.ENROLMENT_TOKEN === undefined);

/** Serves the wizard where the kiosk will be, and ends when the cabinet is commissioned. */
export async function commissionAtKiosk(settings: StationSettings, firmware: string, adapters: Adapters): Promise<void> {
  const { timers, log } = adapters;
  if (readIdentity(settings.STATION_DATA) !== undefined && settings.SERVICE_PIN === undefined)
    throw new Error("This cabinet is in service. To commission it again, set SERVICE_PIN besides COMMISSION=1: the screen asks for it.");
  const work = commissioning({ ...adapters, folder: settings.STATION_DATA, firmware });
  const served = await serveCommissioning({
    commissioning: work,
    ports: serialPorts,
    pages: settings.KIOSK_PAGES,
    pin: settings.SERVICE_PIN,
    backendUrl: settings.BACKEND_URL,
    monotonic: adapters.monotonic,
    port: settings.KIOSK_PORT,
    log,
  });
  log.info({ kiosk: `http://127.0.0.1:${served.port}/` }, "waiting to be commissioned");
  adapters.tell?.(served.port);
  while (work.wizard.step !== "done") await sleep(timers, pollMs);
  await sleep(timers, farewellMs);
  await served.stop();
  await work.stop();
}
