// Many cabinets in one process: the whole software of a station each, with its own store, certificate and kiosk, on a simulated board.
import { existsSync } from "node:fs";
import path from "node:path";
import { systemMonotonic, systemNow } from "@pigeonhole/kit/clock";
import { systemNewId } from "@pigeonhole/kit/ids";
import { createLog } from "@pigeonhole/kit/log";
import { systemRandom } from "@pigeonhole/kit/random";
import { systemTimers } from "@pigeonhole/kit/timers";
import type { NetworkApi } from "@pigeonhole/network/contract";
import { client } from "@pigeonhole/kit/client";
import { must } from "../ask.ts";
import { standardLayout } from "@pigeonhole/network/standard-layout";
import { runStation, type RunningStation } from "@pigeonhole/station/run";
import { settings } from "@pigeonhole/station/settings";
import { readConfig } from "@pigeonhole/kit/config";
import { doorsOf, enrolmentToken, foundStations, foundTenants, putIntoService } from "../found.ts";
import { readMemory, writeMemory, type Memory } from "../memory.ts";
import { stationPlans, type StationPlan } from "../town.ts";
import { eachOf } from "../each-of.ts";
import { connected } from "../world.ts";
import { queue } from "./tally.ts";

/** A cabinet that people of the drive use, one after the other. */
export interface Cabinet {
  readonly id: string;
  readonly kiosk: string;
  readonly inTurn: ReturnType<typeof queue>;
  readonly running: RunningStation;
}

interface Options {
  readonly url: string;
  readonly databaseUrl: string;
  readonly folder: string;
  readonly cookie: string;
  readonly count: number;
}

/** The drive's own shop and carrier: the demo's courier keeps only what visitors order. */
export const tenants = {
  shop: { slug: "drive-shop", name: "Synthetic Shop" },
  carrier: { slug: "drive-carrier", name: "Synthetic Carrier" },
} as const;

/**
 * Founds and starts `count` cabinets around the towns of the demo, and the tenants of the drive; those of an earlier drive are used
 * again. Keys of the tenants are in the memory that is answered.
 */
export async function startCabinets({
  url,
  databaseUrl,
  folder,
  cookie,
  count,
}: Options): Promise<{ readonly cabinets: readonly Cabinet[]; readonly memory: Memory }> {
  const home = path.join(folder, "drive");
  const memory = readMemory(home);
  const plans = Array.from({ length: count }, (_, i) => planOf(i));
  const needs = {
    url,
    databaseUrl,
    memory,
    remember: () => writeMemory(home, memory),
    secrets: { SECRET_KEYS: "", SIGNING_SEED: "", MODULE_KEY: "" },
  };
  await foundTenants(needs, cookie, tenants);
  await foundStations(needs, cookie, plans);
  const log = createLog({ name: "drive", level: "warn", file: path.join(folder, "logs", "drive.log") });
  const cabinets: Cabinet[] = [];
  await eachOf(plans, 8, async (plan) => {
    const id = memory.stations[plan.key]!;
    const data = path.join(home, "stations", plan.key);
    const token = existsSync(path.join(data, "identity.json")) ? {} : { ENROLMENT_TOKEN: await enrolmentToken(url, cookie, id) };
    const config = readConfig(settings, {
      STATION_DATA: data,
      BACKEND_URL: url,
      KIOSK_PORT: "0",
      SIM_TIMING: "1",
      SIMULATED_DOORS: doorsOf(plan),
      ...token,
    });
    const running = await runStation(config, {
      now: systemNow,
      monotonic: systemMonotonic,
      newId: systemNewId,
      random: systemRandom,
      timers: systemTimers,
      log,
    });
    await connected(url, cookie, id, plan.name);
    await putIntoService(url, cookie, id, plan.name);
    await setTakingPart(url, cookie, [id], true);
    cabinets.push({ id, kiosk: `http://127.0.0.1:${running.port}/`, inTurn: queue(), running });
  });
  return { cabinets, memory };
}

/** The drive's cabinets take part, or stand aside: between two drives they are suspended, and nobody is sent there or alarmed. */
export async function setTakingPart(url: string, cookie: string, stations: readonly string[], isTakingPart: boolean): Promise<void> {
  const network = client<NetworkApi>(`${url}/api`, { headers: { cookie } });
  await eachOf(stations, 8, async (station) => {
    const { status } = await must("station", network.stations[":station"].$get({ param: { station } }));
    const to = isTakingPart ? "active" : "suspended";
    if (status === to || (status !== "active" && status !== "suspended")) return;
    const reason = isTakingPart ? "a simulated drive begins" : "the simulated drive has ended";
    await must("move", network.stations[":station"].moves.$post({ param: { station }, json: { to, reason } }));
  });
}

/** Spread over the towns of the demo, some kilometres around each, the same in every drive. */
function planOf(i: number): StationPlan {
  const town = stationPlans[i % stationPlans.length]!;
  const ring = Math.floor(i / stationPlans.length);
  const angle = ring * 2.399963; // the golden angle spreads them evenly
  const km = 0.5 + 0.4 * Math.sqrt(ring);
  const lat = town.lat + (km / 111) * Math.cos(angle);
  const lon = town.lon + (km / (111 * Math.cos((town.lat * Math.PI) / 180))) * Math.sin(angle);
  const number = String(i + 1).padStart(3, "0");
  return {
    ...town,
    key: `drive-${number}`,
    name: `${town.name} ${number}`,
    lat: Number(lat.toFixed(5)),
    lon: Number(lon.toFixed(5)),
    openingHours: null,
    layout: standardLayout(30 + (i % 4) * 10),
    walkUp: [],
  };
}
