import { createServer } from "node:net";
import { freePort } from "@pigeonhole/kit/testing";

/** Where a town listens: all on 127.0.0.1. One kiosk per station, in the order of the plan. */
export interface Ports {
  readonly http: number;
  readonly mqtt: number;
  readonly postgres: number;
  readonly sandboxes: number;
  readonly kiosks: readonly number[];
}

/** The demo's ports. All of them move together when another `http` is chosen: 8080 brings 8883, 8432, 8895 and 8091, 8092, … */
export const fixedPorts = (http: number, kiosks: number): Ports => ({
  http,
  mqtt: http + 803,
  postgres: http + 352,
  sandboxes: http + 815,
  kiosks: Array.from({ length: kiosks }, (_, i) => http + 11 + i),
});

/** Ports that nobody uses, for tests. */
export async function freePorts(kiosks: number): Promise<Ports> {
  const list: number[] = [];
  while (list.length < kiosks + 4) {
    const port = await freePort();
    if (!list.includes(port)) list.push(port);
  }
  const [http, mqtt, postgres, sandboxes, ...rest] = list;
  return { http: http!, mqtt: mqtt!, postgres: postgres!, sandboxes: sandboxes!, kiosks: rest };
}

/** Those of the ports on which somebody listens already, with what each was meant for. */
export async function takenPorts({ http, mqtt, postgres, sandboxes, kiosks }: Ports): Promise<readonly string[]> {
  const meant = [
    [http, "web"],
    [mqtt, "messages of stations"],
    [postgres, "database"],
    [sandboxes, "sandboxes"],
    ...kiosks.map((port) => [port, "kiosk"]),
  ] as [number, string][];
  const tried = await Promise.all(meant.map(async ([port, purpose]) => ((await isFree(port)) ? undefined : `${port} (${purpose})`)));
  return tried.filter((words) => words !== undefined);
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer().once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
