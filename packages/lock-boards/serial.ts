import { SerialPort } from "serialport";
import type { Transport } from "./transport.ts";

/** Opens a serial line, 8 data bits, no parity, 1 stop bit. `path` may be a pseudo-terminal. Rejects when it cannot be opened. */
export async function serial(path: string, baudRate = 19_200): Promise<Transport> {
  const port = new SerialPort({ path, baudRate, dataBits: 8, parity: "none", stopBits: 1, autoOpen: false });
  await new Promise<void>((resolve, reject) =>
    port.open((error) => (error ? reject(new Error(`open serial line ${path}`, { cause: error })) : resolve())),
  );
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        const failed = (cause: Error): void => reject(new Error(`write to ${path}`, { cause }));
        port.write(Buffer.from(bytes), (error) => {
          if (error) return failed(error);
          // `drain` waits until the kernel has sent the last byte: from then on the door may move.
          port.drain((cause) => (cause ? failed(cause) : resolve()));
        });
      }),
    onData: (reader) => {
      port.on("data", reader);
    },
    onClose: (closed) => {
      port.once("close", (cause?: Error | null) => closed(cause ?? undefined));
      port.on("error", (cause) => closed(cause));
    },
    close: () => new Promise((resolve) => (port.isOpen ? port.close(() => resolve()) : resolve())),
  };
}
