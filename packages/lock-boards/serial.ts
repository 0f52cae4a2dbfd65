import { SerialPort } from "serialport";
import type { Transport } from "./transport.ts";

/** A line that was lost (a cable pulled, an adapter reset) is tried again this often. Milliseconds. */
const reopenMs = 1_000;

/**
 * Opens a serial line, 8 data bits, no parity, 1 stop bit. `path` may be a pseudo-terminal. Rejects when it cannot be opened now; a line that is
 * lost later is opened again by itself, and writes fail meanwhile. Locked against other processes.
 */
export async function serial(path: string, baudRate = 19_200): Promise<Transport> {
  let reader: (chunk: Uint8Array) => void = () => {};
  let closed: (cause?: Error) => void = () => {};
  let isOver = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let port = await openPort();

  async function openPort(): Promise<SerialPort> {
    const fresh = new SerialPort({ path, baudRate, dataBits: 8, parity: "none", stopBits: 1, lock: true, autoOpen: false });
    await new Promise<void>((resolve, reject) => {
      fresh.open((cause) => (cause ? reject(new Error(`open serial line ${path}`, { cause })) : resolve()));
    });
    fresh.on("data", (chunk: Uint8Array) => reader(chunk));
    // An error of a port is followed by its closing; what was being written has been told already.
    fresh.on("error", () => {});
    fresh.once("close", reopenLater);
    return fresh;
  }

  function reopenLater(): void {
    if (isOver) return;
    timer = setTimeout(() => {
      openPort().then((fresh) => {
        port = fresh;
        if (isOver) fresh.close();
      }, reopenLater);
    }, reopenMs);
  }

  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        const failed = (cause: Error): void => reject(new Error(`write to ${path}`, { cause }));
        if (!port.isOpen) return failed(new Error("the line is lost"));
        port.write(Buffer.from(bytes), (error) => {
          if (error) return failed(error);
          // `drain` waits until the kernel has sent the last byte: from then on the door may move.
          port.drain((cause) => (cause ? failed(cause) : resolve()));
        });
      }),
    onData: (given) => {
      reader = given;
    },
    onClose: (given) => {
      closed = given;
    },
    close: () =>
      new Promise((resolve) => {
        isOver = true;
        clearTimeout(timer);
        const over = (): void => {
          closed();
          resolve();
        };
        if (port.isOpen) port.close(over);
        else over();
      }),
  };
}
