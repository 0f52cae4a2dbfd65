// `npm start`: the demo town on fixed ports. PORT moves all of them, PIGEONHOLE_DATA its folder; `-- --fresh` begins anew.
import { rmSync } from "node:fs";
import { parseArgs, styleText } from "node:util";
import { buildWeb } from "@pigeonhole/web/build";
import { startDispatching } from "./dispatch.ts";
import { fixedPorts, takenPorts } from "./ports.ts";
import { localFolder, readRunning } from "@pigeonhole/server/local";
import { clearKilledRun, dropRunning, writeRunning } from "./running.ts";
import { people, stationPlans } from "./town.ts";
import { startSandboxes, type Sandboxes } from "./sandboxes.ts";
import { seedWork } from "./work.ts";
import { startWorld, type World } from "./world.ts";

const { values } = words(() =>
  parseArgs({
    options: { fresh: { type: "boolean", default: false }, stations: { type: "string" }, help: { type: "boolean", default: false } },
  }),
);
if (values.help) {
  console.log(
    "npm start [-- --fresh] [-- --stations 2]\n  --fresh     forgets everything the demo town kept\n  --stations  starts only the first so many cabinets\n  PORT=9080 npm start     moves every port of the town\n  PIGEONHOLE_DATA=folder  keeps the town elsewhere",
  );
  process.exit(0);
}
const folder = words(localFolder);
const plans = stationPlans.slice(0, values.stations === undefined ? undefined : Number(values.stations));
const http = Number(process.env["PORT"] ?? 8080);
if (!Number.isInteger(http) || http < 1 || http > 64_000) fail(`PORT must be a number between 1 and 64000, not ${process.env["PORT"]}`);
const ports = fixedPorts(http, plans.length);
const startedAt = performance.now();

const running = readRunning(folder);
if (running?.isAlive)
  fail(
    `this town is running already (process ${running.pid}): ${running.url}\nStop it with Ctrl-C where it was started, or: kill ${running.pid}`,
  );
await clearKilledRun(folder, say);
const taken = await takenPorts(ports);
if (taken.length > 0)
  fail(
    `these ports are taken by other programs: ${taken.join(", ")}\nStop them, or move the town: PORT=${http === 9080 ? 10_080 : 9080} npm start`,
  );
if (values.fresh) rmSync(folder, { recursive: true, force: true });

let world: World | undefined;
let sandboxes: Sandboxes | undefined;
let dispatching: { stop(): void } | undefined;
let isStopping = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void stop(0));

try {
  const done = progress("screens");
  await buildWeb();
  done();
  world = await startWorld({
    folder,
    ports,
    stations: plans,
    serverSettings: { ...fromEnvironment(), SANDBOX_URL: `http://127.0.0.1:${ports.sandboxes}` },
    progress,
  });
  const ready = progress("sandboxes");
  sandboxes = await startSandboxes(world, ports);
  ready();
  remember(world);
  const finished = progress("work for the courier");
  const parcels = await seedWork(world, new Date().toISOString().slice(0, 10));
  finished(parcels > 0 ? `${parcels} parcels` : "the route of today is there");
  if (!isStopping) {
    dispatching = startDispatching(world);
    console.log(table(world));
    watch(world);
  }
} catch (error) {
  if (!isStopping) {
    for (let at: unknown = error; at instanceof Error; at = at.cause) console.error(`${at === error ? "\n" : "  because: "}${at.message}`);
    await stop(1);
  }
}

/** What was typed after `--`; a word that nobody knows is told in a sentence. */
function words<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    return fail(`${(error as Error).message}\nnpm start -- --help shows what there is`);
  }
}

function remember({ url, databaseUrl, server, stations }: World): void {
  writeRunning(folder, {
    pid: process.pid,
    url,
    databaseUrl,
    children: [server.process.pid, ...(sandboxes ? [sandboxes.process.pid] : []), ...stations.map((station) => station.process.pid)],
  });
}

/** A process of the town that ends by itself is started again, at most five times each; Ctrl-C is the way to end one. */
function watch(town: World): void {
  const guard = (part: { process: { name: string; ended: Promise<string> }; start(): Promise<void> }, left = 5): void => {
    void part.process.ended.then(async (how) => {
      if (isStopping) return;
      say(`${part.process.name} ended (${how})${left > 0 ? "; starting it again" : " too often; its log is in the folder logs"}`);
      if (left === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      try {
        if (!isStopping) await part.start();
        remember(town);
        guard(part, left - 1);
      } catch (error) {
        say((error as Error).message);
      }
    });
  };
  for (const part of [town.server, ...(sandboxes ? [sandboxes] : []), ...town.stations]) guard(part);
}

async function stop(code: number): Promise<never> {
  if (isStopping) return new Promise(() => {});
  isStopping = true;
  if (code === 0) say("stopping");
  dispatching?.stop();
  await sandboxes?.process.stop();
  await world?.stop();
  dropRunning(folder);
  if (code === 0) say("everything has stopped; what happened is kept");
  process.exit(code);
}

/** Settings for the server that the person who starts may give by name; the town's own go before. */
function fromEnvironment(): Record<string, string> {
  const names = [
    "HOST",
    "TILE_URL",
    "TILE_ATTRIBUTION",
    "GEOCODER_URL",
    "MAP_HOME",
    "MAP_HOME_NAME",
    "LOG_LEVEL",
    "SMTP_URL",
    "SMS_URL",
    "SMS_TOKEN",
  ];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

function progress(doing: string): (done?: string) => void {
  const since = performance.now();
  return (done = "") =>
    console.log(
      `  ${styleText("green", "✓")} ${doing.padEnd(34)} ${`${((performance.now() - since) / 1000).toFixed(1)} s`.padStart(7)}   ${styleText("dim", done)}`,
    );
}

function say(words: string): void {
  console.log(`pigeonhole: ${words}`);
}

function fail(words: string): never {
  console.error(`pigeonhole: ${words}`);
  process.exit(1);
}

function table({ url, stations, memory, databaseUrl, folder }: World): string {
  const title = (words: string): string => `\n${styleText("bold", words)}`;
  const row = (what: string, address: string, more = ""): string =>
    `  ${what.padEnd(22)} ${address.padEnd(36)} ${styleText("dim", more)}`.trimEnd();
  const { operator, carrier, courier, shop, customers } = people;
  return [
    title(`Pigeonhole is running (${((performance.now() - startedAt) / 1000).toFixed(0)} s)`),
    row("customers", `${url}/`, `any e-mail address, e.g. ${customers[0].email}: the code is in the inbox`),
    row("courier", `${url}/courier/`, `carrier ${carrier.slug}, user ${courier.username}, password ${courier.password}`),
    row("operations", `${url}/operations/`, `${operator.email}, password ${operator.password}`),
    row("inbox", `${url}/inbox`, "every message that would have been sent"),
    row("for developers", `${url}/docs`, "the API, webhooks, a sandbox; /openapi.json and /asyncapi.json"),
    title("Kiosks of the stations"),
    ...stations.map(({ plan, kiosk }) => row(plan.name, kiosk, plan.address)),
    title("Keys for the API (Authorization: Bearer …)"),
    row(`shop ${shop.slug}`, memory.shop!.key),
    row(`carrier ${carrier.slug}`, memory.carrier!.key),
    title("Behind it"),
    row("database", databaseUrl),
    row("data and logs", folder),
    "\nCtrl-C stops all of it; the next start goes on where it was. `npm start -- --fresh` begins anew.\n",
  ].join("\n");
}
