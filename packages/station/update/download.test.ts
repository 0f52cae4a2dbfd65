// A9.4: over a real socket. A line that is cut in the middle costs what was under way, not what has come.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { systemTimers } from "@pigeonhole/kit/timers";
import { nodeDisk } from "./disk.ts";
import { download } from "./download.ts";
import type { Found } from "./repository.ts";

const image = randomBytes(3_000_000);
const target = { length: image.length, hashes: { sha256: createHash("sha256").update(image).digest("hex") } };

async function line(serve: (request: IncomingMessage, response: ServerResponse, from: number) => void) {
  const asked: number[] = [];
  const server = createServer((request, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    asked.push(from);
    serve(request, response, from);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const folder = mkdtempSync(path.join(tmpdir(), "pigeonhole-download-"));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/image`;
  return {
    asked,
    file: path.join(folder, "image"),
    load: () =>
      download({ disk: nodeDisk, fetch, timers: systemTimers }, { target, url, note: {} } as unknown as Found, path.join(folder, "image")),
    [Symbol.dispose]() {
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

test("cut off again and again, it goes on where it was and has the signed bytes in the end", { timeout: 30_000 }, async () => {
  using it = await line((request, response, from) => {
    response.writeHead(from > 0 ? 206 : 200, { "content-length": image.length - from });
    const most = 700_000;
    response.write(image.subarray(from, from + most), () => (from + most < image.length ? request.socket.destroy() : response.end()));
  });
  let failures = 0;
  for (;;) {
    const bytes = await it.load().catch((error: unknown) => (failures++, assert.ok(error instanceof Error)));
    if (!bytes) {
      assert.ok(failures < 50);
      continue;
    }
    assert.ok(bytes.equals(image));
    break;
  }
  assert.ok(failures >= 3);
  assert.deepEqual(
    it.asked,
    it.asked.toSorted((a, b) => a - b),
    "it never began anew",
  );
  assert.ok(it.asked.at(-1)! > 1_000_000);
});

test("a server that knows no ranges sends everything again, and that is not appended", async () => {
  let isFirst = true;
  using it = await line((request, response) => {
    if (isFirst) response.writeHead(200).write(image.subarray(0, 100_000), () => request.socket.destroy());
    else response.writeHead(200).end(image);
    isFirst = false;
  });
  await assert.rejects(it.load());
  assert.ok((await it.load()).equals(image));
});

test("nothing is loaded twice: what is whole is taken from the disk", async () => {
  using it = await line((_, response) => response.writeHead(200).end(image));
  await it.load();
  await it.load();
  assert.equal(it.asked.length, 1);
  assert.equal(statSync(it.file).size, image.length);
});
