import type { Transport } from "./transport.ts";
import { tcpLine } from "./tcp.ts";

/** Opens the line of a `Port` that is hardware. `ready` rejects when it cannot be opened now; it is tried again by itself until closed. */
export async function openPort(port: string, baud: number): Promise<{ readonly transport: Transport; readonly ready: Promise<void> }> {
  if (port.startsWith("serial:")) {
    // A native library: loaded where there is a serial line.
    const { serialLine } = await import("./serial.ts");
    return serialLine(port.slice("serial:".length), baud);
  }
  const at = /^tcp:(.+):(\d+)$/.exec(port);
  if (!at) throw new Error(`${port} is no line that can be opened: serial:<device> or tcp:<host>:<port>`);
  return tcpLine(at[1]!.replace(/^\[|\]$/g, ""), Number(at[2]));
}
