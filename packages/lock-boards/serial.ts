import { SerialPort } from "serialport";
import { reconnecting, type Connection, type Listener } from "./reconnecting.ts";
import type { Transport } from "./transport.ts";

/** A serial line, 8 data bits, no parity, 1 stop bit, that is opened again by itself when it is lost. `path` may be a pseudo-terminal. Locked against other processes. */
export const serialLine = (path: string, baudRate: number) => reconnecting(path, (listener) => connect(path, baudRate, listener));

/** As `serialLine`, but rejects when the line cannot be opened now. */
export async function serial(path: string, baudRate = 19_200): Promise<Transport> {
  const { transport, ready } = serialLine(path, baudRate);
  await ready.catch(async (cause: unknown) => {
    await transport.close();
    throw cause;
  });
  return transport;
}

async function connect(path: string, baudRate: number, { data, over }: Listener): Promise<Connection> {
  const port = new SerialPort({ path, baudRate, dataBits: 8, parity: "none", stopBits: 1, lock: true, autoOpen: false });
  await new Promise<void>((resolve, reject) => {
    port.open((cause) => (cause ? reject(new Error(`open serial line ${path}`, { cause })) : resolve()));
  });
  port.on("data", data);
  // An error of a port is followed by its closing; what was being written has been told already.
  port.on("error", () => {});
  port.once("close", over);
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (!port.isOpen) return reject(new Error("the line is lost"));
        port.write(Buffer.from(bytes), (error) => {
          if (error) return reject(error);
          // `drain` waits until the kernel has sent the last byte: from then on the door may move.
          port.drain((cause) => (cause ? reject(cause) : resolve()));
        });
      }),
    close: () =>
      new Promise((resolve) => {
        if (port.isOpen) port.close(() => resolve());
        else resolve();
      }),
  };
}
