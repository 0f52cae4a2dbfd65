import path from "node:path";
import type { Monotonic, Now } from "@pigeonhole/kit/clock";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Log } from "@pigeonhole/kit/log";
import type { Random } from "@pigeonhole/kit/random";
import type { Timers } from "@pigeonhole/kit/timers";
import type { Locks } from "@pigeonhole/lock-boards/lock-board";
import { openLocks, wiringOf } from "./cabinet/boards.ts";
import { commissionAtKiosk, isToBeCommissioned } from "./commissioning/at-kiosk.ts";
import { acceptanceToTell, wiringNow } from "./commissioning/record.ts";
import { commissionSimulated, doorsToSimulate } from "./commissioning/simulated.ts";
import { diagnostics, type Diagnostics } from "./diagnostics/diagnostics.ts";
import { logTail, type LogTail } from "./diagnostics/log-tail.ts";
import { selfTest, statusOf } from "./diagnostics/self-test.ts";
import { serveKiosk } from "./kiosk/server.ts";
import { mqttWire } from "./link/mqtt-wire.ts";
import type { Wire } from "./link/wire.ts";
import { powerOff } from "./power/off.ts";
import { readIdentity, writeIdentity, type Identity } from "./provisioning/identity.ts";
import type { StationSettings } from "./settings.ts";
import { createStation, type Station } from "./station.ts";
import { linuxSensors } from "./telemetry/linux-sensors.ts";
import { noSensors, type Sensors } from "./telemetry/sensors.ts";
import { simulatedSensors, type SimulatedSensors } from "./telemetry/simulated-sensors.ts";
import { restartCode } from "./update/launcher.ts";
import { startUpdates } from "./update/start.ts";

/** What runs here, for people: the image that the launcher started, or a checkout. */
const firmwareName = ({ FIRMWARE_VERSION, FIRMWARE_RELEASE }: StationSettings): string =>
  FIRMWARE_RELEASE === undefined
    ? "pigeonhole-station, from a checkout"
    : `pigeonhole-station ${FIRMWARE_VERSION} (release ${FIRMWARE_RELEASE})`;

interface Adapters {
  readonly now: Now;
  readonly monotonic: Monotonic;
  readonly newId: NewId;
  readonly random: Random;
  readonly timers: Timers;
  readonly log: Log;
  /** The newest lines of the log, for who looks inside. */
  readonly logTail?: LogTail;
  /** Ends the process at once with this code; the launcher chooses what runs next. */
  readonly exit?: (code: number) => void;
  /** Told where the technician's screen is, while the cabinet is commissioned. */
  readonly tell?: (port: number) => void;
  /** Stands between the station and its board; for tests that stop the process there. */
  readonly wrapBoard?: (board: Locks) => Locks;
  /** Stands between the station and its network; `make` opens the wire, each time anew. */
  readonly wrapWire?: (make: () => Wire) => Wire;
}
export interface RunningStation {
  readonly station: Station;
  readonly id: string;
  /** Where the kiosk listens. */
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts a whole cabinet as configured: identity (enrolling once), board, store, link, kiosk. */
export async function runStation(settings: StationSettings, adapters: Adapters): Promise<RunningStation> {
  const { log, timers, random, wrapBoard = (board) => board, wrapWire = (make) => make() } = adapters;
  const simulatedDoors = doorsToSimulate(settings);
  if (simulatedDoors)
    await commissionSimulated(simulatedDoors, { ...adapters, folder: settings.STATION_DATA, firmware: firmwareName(settings) });
  if (isToBeCommissioned(settings)) await commissionAtKiosk(settings, firmwareName(settings), adapters);
  const identity = readIdentity(settings.STATION_DATA) ?? (await enrolled(settings, random));
  let { certificate } = identity;
  const { board, moveDoor } = await openLocks(settings);
  const { sensors, simulated } = openSensors(settings, adapters);
  let looks: Diagnostics | undefined;
  const station = createStation({
    ...adapters,
    identity,
    board: wrapBoard(board),
    firmware: firmwareName(settings),
    commissioned: { wiring: wiringNow(wiringOf(settings)), acceptance: acceptanceToTell(settings.STATION_DATA) },
    sensors,
    sampleSeconds: settings.SAMPLE_SECONDS,
    eventLimit: settings.EVENT_LIMIT,
    storeFile: path.join(settings.STATION_DATA, "station.sqlite"),
    keepCertificate: (next) => {
      certificate = next;
      writeIdentity(settings.STATION_DATA, { ...identity, certificate });
    },
    batteryMinutes: settings.BATTERY_MINUTES,
    freesExpired: settings.FREE_EXPIRED,
    diagnose: (wish) => looks?.wish(wish),
    powerOff: () => powerOff(settings.POWER_OFF_COMMAND, log),
    wire: (bootId, keepalive) =>
      wrapWire(() =>
        mqttWire({
          keepaliveSeconds: keepalive,
          url: settings.MQTT_URL ?? identity.mqttUrl,
          station: identity.station,
          key: identity.key,
          certificate: () => certificate,
          ca: identity.ca,
          will: { online: false, bootId },
          timers,
          random,
          log,
        }),
      ),
  });
  const inside = () => ({ station, folder: settings.STATION_DATA, certificate, firmware: firmwareName(settings) });
  const startedAt = adapters.monotonic();
  looks = diagnostics({
    key: identity.key,
    certificate: () => certificate,
    ca: identity.ca,
    tail: adapters.logTail ?? logTail(),
    selfTest: () => selfTest({ ...inside(), timers }),
    status: () =>
      statusOf(inside(), Math.round((adapters.monotonic() - startedAt) / 1_000), Math.round(process.memoryUsage.rss() / 1_048_576)),
    now: adapters.now,
    timers,
    log,
  });
  await station.start();
  const kiosk = await serveKiosk({
    station,
    stationId: identity.station,
    supportPhone: settings.SUPPORT_PHONE,
    languages: settings.LANGUAGES,
    port: settings.KIOSK_PORT,
    timers,
    log,
    ...(settings.KIOSK_PAGES !== undefined && { pages: settings.KIOSK_PAGES }),
    ...(moveDoor && { moveDoor }),
    ...(simulated && { simulatedSensors: simulated }),
  });
  const { FIRMWARE_FOLDER: folder, FIRMWARE_MODEL: model, FIRMWARE_RELEASE: release, FIRMWARE_ROOT: rootFile } = settings;
  const updates =
    folder !== undefined && model !== undefined && release !== undefined && rootFile !== undefined
      ? startUpdates({
          ...adapters,
          image: { folder, model, release, rootFile },
          station,
          kioskPort: kiosk.port,
          mqttUrl: settings.MQTT_URL ?? identity.mqttUrl,
          fetch,
          restart: () => adapters.exit?.(restartCode),
          steadySeconds: settings.FIRMWARE_STEADY_SECONDS,
        })
      : undefined;
  return {
    station,
    id: identity.station,
    port: kiosk.port,
    async stop() {
      updates?.stop();
      looks?.stop();
      await kiosk.stop();
      await station.stop();
    },
  };
}

/** A new certificate, and with it a new epoch, for a cabinet whose log the backend no longer believes. What lies behind its doors stays known. */
export async function enrolAgain(settings: StationSettings, random: Random): Promise<Identity> {
  if (!readIdentity(settings.STATION_DATA))
    throw new Error(`${settings.STATION_DATA} holds no identity: just start the station to enrol it`);
  return enrolled(settings, random);
}

async function enrolled({ STATION_DATA, BACKEND_URL, ENROLMENT_TOKEN }: StationSettings, random: Random): Promise<Identity> {
  if (BACKEND_URL === undefined || ENROLMENT_TOKEN === undefined)
    throw new Error(`to enrol the cabinet of ${STATION_DATA}, set BACKEND_URL and ENROLMENT_TOKEN`);
  // Needed once in a cabinet's life: it starts sooner without the certificate library.
  const { enrol } = await import("./provisioning/enrol.ts");
  return enrol({ folder: STATION_DATA, url: BACKEND_URL, token: ENROLMENT_TOKEN, random });
}

function openSensors(
  settings: StationSettings,
  { now, random }: Pick<Adapters, "now" | "random">,
): { sensors: Sensors; simulated?: SimulatedSensors } {
  if (settings.SENSORS === "none") return { sensors: noSensors };
  if (settings.SENSORS === "sim") {
    const simulated = simulatedSensors({ now, random, batteryMinutes: settings.BATTERY_MINUTES });
    return { sensors: simulated.sensors, simulated };
  }
  const { TEMPERATURE_FILE, MAINS_FILE, BATTERY_FILE, SIGNAL_FILE, TAMPER_FILE } = settings;
  return {
    sensors: linuxSensors({
      temperature: TEMPERATURE_FILE,
      mains: MAINS_FILE,
      battery: BATTERY_FILE,
      signal: SIGNAL_FILE,
      tamper: TAMPER_FILE,
    }),
  };
}
