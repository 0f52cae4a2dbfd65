import { startBroker } from "@pigeonhole/devices/broker";
import type { Ca } from "@pigeonhole/devices/certificates";
import type { devices } from "@pigeonhole/devices/module";
import { systemMonotonic, type Now } from "@pigeonhole/kit/clock";
import { viewAs, type Db } from "@pigeonhole/kit/db";
import type { Log } from "@pigeonhole/kit/log";
import { systemTimers } from "@pigeonhole/kit/timers";
import type { ServerConfig } from "./settings.ts";

interface Needs {
  readonly db: Db<never>;
  readonly config: ServerConfig;
  readonly devices: ReturnType<typeof devices>;
  readonly ca: Ca;
  readonly now: Now;
  readonly log: Log;
}

/** The broker inside this process, unless one of yours is configured, and the backend's own session with it. */
export async function startMessaging({ db, config, devices, ca, now, log }: Needs): Promise<{ stop(): Promise<void> }> {
  const broker = config.MQTT_URL
    ? undefined
    : await startBroker({
        db: viewAs(db),
        ca,
        host: config.HOST,
        port: config.MQTT_PORT,
        now,
        monotonic: systemMonotonic,
        timers: systemTimers,
        log: log.child({ module: "broker" }),
      });
  const link = await devices.start();
  return {
    stop: async () => {
      await link.stop();
      await broker?.stop();
    },
  };
}
