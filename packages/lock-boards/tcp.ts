import { connect as connectTo } from "node:net";
import { reconnecting, type Connection, type Listener } from "./reconnecting.ts";

/** A gateway has to take the connection in so long. Milliseconds. */
const connectMs = 3_000;
/** A gateway that was written to and has said nothing for so long is connected to anew: it may have gone without a word. Milliseconds. */
const silenceMs = 10_000;

/** A gateway that passes raw bytes on between TCP and RS-485; connected to again by itself when it is lost. */
export const tcpLine = (host: string, port: number) => reconnecting(`${host}:${port}`, (listener) => connect(host, port, listener));

async function connect(host: string, port: number, { data, over }: Listener): Promise<Connection> {
  const socket = connectTo({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: connectMs });
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => socket.destroy(new Error(`no answer in ${connectMs} ms`)), connectMs);
    const settle = (cause?: Error): void => {
      clearTimeout(timer);
      if (cause) reject(new Error(`connect to the gateway ${host}:${port}`, { cause }));
      else resolve();
    };
    socket.once("connect", () => settle());
    socket.once("error", settle);
  });
  let silence: ReturnType<typeof setTimeout> | undefined;
  socket.on("data", (chunk) => {
    clearTimeout(silence);
    silence = undefined;
    data(chunk);
  });
  // Followed by its closing.
  socket.on("error", () => {});
  socket.once("close", () => {
    clearTimeout(silence);
    over();
  });
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        silence ??= setTimeout(() => socket.destroy(), silenceMs);
        socket.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
    close: () =>
      new Promise((resolve) => {
        if (socket.closed) return resolve();
        socket.once("close", () => resolve());
        socket.destroy();
      }),
  };
}
