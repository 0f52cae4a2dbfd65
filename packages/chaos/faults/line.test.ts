import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { openLine } from "./line.ts";

/** Answers whatever it is told, and remembers it. */
async function echo() {
  let heard = "";
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      heard += chunk.toString();
      socket.write(chunk);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const line = await openLine("a line", () => (server.address() as { port: number }).port);
  const dial = async () => {
    const socket = connect(line.port, "127.0.0.1").setNoDelay(true);
    let said = "";
    let error: string | undefined;
    socket.on("data", (chunk: Buffer) => void (said += chunk.toString()));
    socket.on("error", ({ code }: NodeJS.ErrnoException) => void (error = code));
    await once(socket, "connect");
    return { socket, said: () => said, error: () => error, gone: new Promise((resolve) => socket.once("close", () => resolve(error))) };
  };
  return {
    line,
    dial,
    heard: () => heard,
    async [Symbol.asyncDispose]() {
      await line.stop();
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 2));
};
/** Long enough for anything that would come to come. */
const nothingComes = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 40));

test("G-06: whole, late or byte by byte, a line carries everything in order", async () => {
  await using far = await echo();
  const text = "0123456789".repeat(20);
  for (const fault of [undefined, "delay", "slow"] as const) {
    if (fault) far.line.strike(fault);
    const { socket, said } = await far.dial();
    socket.write(text);
    await until(() => said() === text);
    socket.destroy();
    far.line.mend();
  }
  assert.equal(far.heard(), text.repeat(3));
});

test("G-06: what goes one way only is heard, answered, and comes late", async () => {
  await using far = await echo();
  const { socket, said } = await far.dial();
  far.line.strike("one_way_down");
  socket.write("order");
  await until(() => far.heard() === "order");
  await nothingComes();
  assert.equal(said(), "", "the answer is not through");
  far.line.mend();
  await until(() => said() === "order");
  far.line.strike("one_way_up");
  socket.write(" again");
  await nothingComes();
  assert.equal(far.heard(), "order");
  far.line.mend();
  await until(() => said() === "order again");
});

test("G-06: a half-open line swallows what is said and tells nobody, and ends with a reset when it is mended", async () => {
  await using far = await echo();
  const { socket, said, error, gone } = await far.dial();
  far.line.strike("half_open");
  socket.write("lost");
  const late = await far.dial();
  late.socket.write("lost too");
  await nothingComes();
  assert.deepEqual([far.heard(), said(), error(), late.error()], ["", "", undefined, undefined]);
  far.line.mend();
  assert.deepEqual(await Promise.all([gone, late.gone]), ["ECONNRESET", "ECONNRESET"]);
  const next = await far.dial();
  next.socket.write("heard");
  await until(() => next.said() === "heard");
});

test("G-06: a cut line ends what is open and takes nothing new, a reset one takes the next at once", async () => {
  await using far = await echo();
  const first = await far.dial();
  await until(() => far.line.open() === 1);
  far.line.strike("reset");
  assert.equal(await first.gone, "ECONNRESET");
  const second = await far.dial();
  second.socket.write("a");
  await until(() => second.said() === "a");
  far.line.strike("cut");
  assert.equal(await second.gone, "ECONNRESET");
  const third = await far.dial().catch(() => undefined);
  if (third) assert.equal(await third.gone, "ECONNRESET");
  far.line.mend();
  const fourth = await far.dial();
  fourth.socket.write("b");
  await until(() => fourth.said() === "b");
});
