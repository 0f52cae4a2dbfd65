import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { createServer, type TLSSocket } from "node:tls";
import { Aedes } from "aedes";
import { prepare } from "./network.ts";

/** A test network with a broker that lets in whom its authority has certified. */
export async function network() {
  const folder = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-conformance-"));
  const made = await prepare(folder, { hosts: ["127.0.0.1"], mqttUrl: "mqtts://127.0.0.1:1" });
  const aedes = await Aedes.createBroker();
  const sockets = new Set<TLSSocket>();
  const read = (name: string): string => readFileSync(path.join(folder, name), "utf8");
  const broker = createServer(
    { key: read("broker.key"), cert: read("broker.pem"), ca: read("ca.pem"), requestCert: true, minVersion: "TLSv1.3", noDelay: true },
    (socket) => {
      sockets.add(socket);
      socket.on("error", () => {});
      aedes.handle(socket);
    },
  );
  broker.on("tlsClientError", () => {});
  broker.listen(0, "127.0.0.1");
  await once(broker, "listening");
  const url = `mqtts://127.0.0.1:${(broker.address() as AddressInfo).port}`;
  return {
    folder,
    made,
    url,
    [Symbol.asyncDispose]: async () => {
      broker.close();
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => aedes.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
