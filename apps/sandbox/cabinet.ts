import { systemNewId } from "@pigeonhole/kit/ids";
import type { Log } from "@pigeonhole/kit/log";
import { readConfig } from "@pigeonhole/kit/config";
import { systemRandom } from "@pigeonhole/kit/random";
import type { Wire } from "@pigeonhole/station/link/wire";
import { runStation } from "@pigeonhole/station/run";
import { settings } from "@pigeonhole/station/settings";
import type { MovableClock } from "./clock.ts";

/** A cable that can be pulled and plugged in again. */
export function cable() {
  let make: (() => Wire) | undefined;
  let inner: Wire | undefined;
  let on: Parameters<Wire["start"]>[0] | undefined;
  let isCut = false;
  const wire: Wire = {
    start: (handlers) => {
      on = handlers;
      if (isCut) return;
      inner = make!();
      inner.start(handlers);
    },
    publish: (name, content) => inner?.publish(name, content) ?? Promise.reject(new Error("no network")),
    stop: async () => {
      await inner?.stop();
      inner = undefined;
    },
  };
  return {
    wrap: (maker: () => Wire): Wire => {
      make = maker;
      return wire;
    },
    isCut: () => isCut,
    async cut(): Promise<void> {
      if (isCut) return;
      isCut = true;
      await wire.stop();
      on?.down();
    },
    mend(): void {
      if (!isCut) return;
      isCut = false;
      if (on) wire.start(on);
    },
  };
}

interface Needs {
  readonly folder: string;
  readonly url: string;
  /** As the setting `SIMULATED_DOORS` names them. */
  readonly doors: string;
  /** The broker is on another port each time. */
  readonly mqttUrl: string;
  /** Of a cabinet that has not enrolled yet. */
  readonly token: string | undefined;
  readonly clock: MovableClock;
  readonly log: Log;
}

/** The cabinet's whole software in this process, on simulated doors, in the sandbox's time. */
export async function startCabinet({ folder, url, doors, mqttUrl, token, clock, log }: Needs) {
  const line = cable();
  const config = readConfig(settings, {
    STATION_DATA: folder,
    BACKEND_URL: url,
    MQTT_URL: mqttUrl,
    KIOSK_PORT: "0",
    SIMULATED_DOORS: doors,
    ...(token === undefined ? {} : { ENROLMENT_TOKEN: token }),
  });
  const running = await runStation(config, {
    now: clock.now,
    monotonic: clock.monotonic,
    timers: clock.timers,
    newId: systemNewId,
    random: systemRandom,
    log,
    wrapWire: line.wrap,
  });
  return { kiosk: `http://127.0.0.1:${running.port}/`, line, stop: running.stop };
}
export type Cabinet = Awaited<ReturnType<typeof startCabinet>>;
