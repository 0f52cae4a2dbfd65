import { existsSync } from "node:fs";
import type { Ca } from "@pigeonhole/devices/certificates";
import { startMosquitto, type Mosquitto } from "@pigeonhole/devices/testing-mosquitto";
import { startWorld, type World } from "@pigeonhole/devices/world";

/** Stations that are nothing but keys, the backend's module for them, and the broker between: mosquitto where it is installed, else the one in process. */
export interface Fleet extends AsyncDisposable {
  readonly world: World;
  readonly mosquitto: Mosquitto | undefined;
}
const isInstalled = ["/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/opt/homebrew/sbin/mosquitto"].some((file) => existsSync(file));

export async function startFleet(isReal = true): Promise<Fleet> {
  let mosquitto: Mosquitto | undefined;
  const world = isReal && isInstalled ? await startWorld(async (ca: Ca) => (mosquitto = await startMosquitto(ca))) : await startWorld();
  return { world, mosquitto, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
