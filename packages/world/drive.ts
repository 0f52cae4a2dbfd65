// `npm run world -- --stations 200 --parcels 2000`: synthetic customers and couriers against the town that runs.
import { parseArgs } from "node:util";
import { localFolder, readRunning } from "@pigeonhole/server/local";
import { setTakingPart, startCabinets } from "./drive/cabinets.ts";
import { collect, deliver, order, type Sold } from "./drive/people.ts";
import { tally as createTally } from "./drive/tally.ts";
import { eachOf } from "./each-of.ts";
import { signIn } from "./found.ts";
import { people } from "./town.ts";

const { values } = parseArgs({
  options: {
    stations: { type: "string", default: "20" },
    parcels: { type: "string", default: "100" },
    couriers: { type: "string", default: "8" },
  },
});
const [stations, parcels, couriers] = [values.stations, values.parcels, values.couriers].map(Number) as [number, number, number];
const folder = localFolder();
const running = readRunning(folder);
if (!running?.isAlive) {
  console.error("no town is running here: start one with `npm start`, and run this in another terminal");
  process.exit(1);
}
const started = performance.now();
const say = (words: string): void => console.error(`${((performance.now() - started) / 1_000).toFixed(1).padStart(7)} s  ${words}`);

const { url, databaseUrl } = running;
const cookie = await signIn(url, { kind: "operator", ...people.operator });
const tally = createTally();

say(`starting ${stations} cabinets`);
const { cabinets, memory } = await tally.time("all cabinets started", () =>
  startCabinets({ url, databaseUrl, folder, cookie, count: stations }),
);
const drive = { url, shopKey: memory.shop!.key, carrierKey: memory.carrier!.key, tally };
// That a station is connected reaches the module that gives compartments away as an event, a moment later.
await new Promise((resolve) => setTimeout(resolve, 2_000));
say(`${parcels} orders`);
const sold: Sold[] = [];
await eachOf(
  Array.from({ length: parcels }, (_, i) => i),
  16,
  async (i) => {
    const cabinet = cabinets[i % cabinets.length]!;
    const done = await order(drive, cabinet, { lat: 59.44, lon: 24.74 }, i);
    if (done) sold.push(done);
  },
);
say(`${sold.length} sold; ${couriers} couriers set out, customers wait for their codes`);
const collecting: Promise<void>[] = [];
const day = new Date().toISOString().slice(0, 10);
const rounds = Array.from({ length: couriers }, (_, n) => sold.filter(({ cabinet }) => cabinets.indexOf(cabinet) % couriers === n)).filter(
  (round) => round.length > 0,
);
await Promise.all(
  rounds.map((round, n) =>
    deliver(drive, n + 1, day, round, (one) => collecting.push(collect(drive, one, collecting.length))).catch((error: unknown) => {
      tally.refuse("route", error instanceof Error ? error.message : String(error));
    }),
  ),
);
say(`${tally.counted("delivered")} delivered`);
await Promise.all(collecting);
const seconds = (performance.now() - started) / 1_000;
say("stopping the cabinets");
await setTakingPart(
  url,
  cookie,
  cabinets.map(({ id }) => id),
  false,
);
await Promise.all(cabinets.map(({ running }) => running.stop()));
console.log(`\n${stations} stations, ${parcels} parcels, ${couriers} couriers, ${seconds.toFixed(0)} s\n\n${tally.table()}\n`);
// Who found no room is in the table; what was sold has to end in its owner's hands.
process.exit(tally.counted("collected") === sold.length && sold.length > 0 ? 0 : 1);
