import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { startPostgres } from "./postgres.ts";
import { freePort, testSettings as settings } from "./testing.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-postgres-"));
chmodSync(folder, 0o711);
after(() => rmSync(folder, { recursive: true, force: true }));
const data = path.join(folder, "pg");

async function ask<T extends pg.QueryResultRow>(url: string, query: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {}); // the server may be killed under us
  await client.connect();
  try {
    return (await client.query<T>(query)).rows;
  } finally {
    await client.end();
  }
}

test("a stopped server keeps its data, and says so in UTC", async () => {
  const first = await startPostgres({ data, port: await freePort(), settings });
  await ask(first.url, "create table kept (word text); insert into kept values ('still here')");
  await first.stop();
  await first.stop();
  const second = await startPostgres({ data, port: await freePort(), settings });
  assert.deepEqual(await ask(second.url, "select word, current_setting('timezone') as zone from kept"), [
    { word: "still here", zone: "UTC" },
  ]);
  await second.stop();
});

test("a second server on the same folder is refused by name, and the first one goes on", async () => {
  const port = await freePort();
  const first = await startPostgres({ data, port, settings });
  await assert.rejects(
    startPostgres({ data, port: await freePort(), settings }),
    new RegExp(`another Pigeonhole is using ${data} .*port ${port}`),
  );
  assert.equal((await ask(first.url, "select 1")).length, 1);
  await first.stop();
});

test("a taken port is named", async () => {
  const port = await freePort();
  const squatter = createServer().listen(port, "127.0.0.1");
  await once(squatter, "listening");
  try {
    await assert.rejects(startPostgres({ data, port, settings }), new RegExp(`port ${port} is taken`));
  } finally {
    squatter.close();
  }
});

test("data of another version is named, not touched", async () => {
  writeFileSync(path.join(data, "PG_VERSION"), "9\n");
  await assert.rejects(startPostgres({ data, port: await freePort(), settings }), /written by PostgreSQL 9, but this is PostgreSQL \d+/);
  writeFileSync(path.join(data, "PG_VERSION"), "18\n");
});

test("the server ends with a killed parent; the next start waits for it and finds what was committed", async () => {
  const port = await freePort();
  const script = `
    import { startPostgres } from ${JSON.stringify(new URL("./postgres.ts", import.meta.url).href)};
    const { url } = await startPostgres(${JSON.stringify({ data, port, settings })});
    console.log(url);`;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  const [url] = (await Promise.race([once(parent.stdout, "data"), once(parent, "exit")])) as [unknown];
  await ask(String(url).trim(), "create table before_kill (n int); insert into before_kill values (7)");
  const server = Number(readFileSync(path.join(data, "postmaster.pid"), "utf8").split("\n")[0]);
  parent.kill("SIGKILL");
  await once(parent, "exit");
  const next = await startPostgres({ data, port, settings });
  assert.deepEqual(await ask(next.url, "select n from before_kill"), [{ n: 7 }]);
  assert.notEqual(Number(readFileSync(path.join(data, "postmaster.pid"), "utf8").split("\n")[0]), server);
  await next.stop();
});

test("a stale lock that names an unrelated living process does not keep the server from starting", async () => {
  writeFileSync(path.join(data, "postmaster.pid"), `${process.pid}\n${data}\n1700000000\n5432\n\n127.0.0.1\n\nready\n`);
  const server = await startPostgres({ data, port: await freePort(), settings });
  await server.stop();
});

test("a server killed outright recovers what was committed", async () => {
  const server = await startPostgres({ data, port: await freePort(), settings: { ...settings, fsync: "on", synchronous_commit: "on" } });
  await ask(server.url, "create table survives (n int); insert into survives values (1)");
  process.kill(Number(readFileSync(path.join(data, "postmaster.pid"), "utf8").split("\n")[0]), "SIGKILL");
  await pause(300);
  const next = await startPostgres({ data, port: await freePort(), settings });
  assert.deepEqual(await ask(next.url, "select n from survives"), [{ n: 1 }]);
  await next.stop();
});
