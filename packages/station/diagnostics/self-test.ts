import { X509Certificate } from "node:crypto";
import { statfs } from "node:fs/promises";
import type { z } from "zod";
import { sleep, type Timers } from "@pigeonhole/kit/timers";
import type { SelfTest, Status } from "@pigeonhole/protocol/diagnostics";
import type { Station } from "../station.ts";

type Check = z.output<typeof SelfTest>["checks"][number];
const leastFree = 0.1;
const leastDays = 14;
/** A door whose reading is older is not live. Milliseconds. */
const staleMs = 10_000;
/** Doors that the station has only just heard of are given so long to be read for the first time. Milliseconds. */
const firstLookMs = 2_000;
const lookMs = 100;

interface Needs {
  readonly station: Station;
  readonly folder: string;
  readonly certificate: string;
  readonly firmware: string;
  readonly timers: Timers;
}

/** Looks at everything that can be looked at; no lock is fired. */
export async function selfTest({ station, folder, certificate, timers }: Needs): Promise<z.output<typeof SelfTest>> {
  const check = (name: string, isOk: boolean, detail: string): Check => ({ check: name, isOk, detail: detail.slice(0, 200) });
  for (let waited = 0; waited < firstLookMs && station.doors.views().some(({ readAt }) => readAt === null); waited += lookMs)
    await sleep(timers, lookMs);
  const at = station.now();
  const views = station.doors.views();
  const silent = views
    .filter(({ readAt }) => readAt === null || at.getTime() - readAt.getTime() > staleMs)
    .map(({ compartment }) => compartment);
  const sensed = station.senses.readings();
  const days = Math.floor((Date.parse(new X509Certificate(certificate).validTo) - at.getTime()) / 86_400_000);
  const disk = await statfs(folder);
  const free = Number(disk.bavail) / Math.max(1, Number(disk.blocks));
  const fault = station.store.check();
  return {
    kind: "self_test",
    checks: [
      check("store", fault === null, fault ?? "whole"),
      check("disk", free >= leastFree, `${Math.round(free * 100)} % free`),
      check("doors", silent.length === 0, silent.length === 0 ? `${views.length} answer` : `silent: ${silent.slice(0, 40).join(", ")}`),
      check(
        "sensors",
        sensed.temperatureC !== null || sensed.mains !== null,
        `${sensed.temperatureC ?? "no"} °C, mains ${sensed.mains ?? "unknown"}`,
      ),
      check("power", station.power.mode === "mains", `${station.power.mode}, ${Math.round(station.power.charge)} %`),
      check("enclosure", !station.tamper.isHeld(), station.tamper.isHeld() ? "tampered with, waits for an inspection" : "shut"),
      check("line", station.link.isUp(), `${station.link.pending()} entries not confirmed`),
      check("certificate", days >= leastDays, `${days} days left`),
    ],
  };
}

export const statusOf = ({ station, firmware }: Omit<Needs, "timers">, upSeconds: number, memoryMb: number): z.output<typeof Status> => ({
  kind: "status",
  firmware,
  upSeconds,
  memoryMb,
  doors: station.doors.views().map(({ compartment, door, readAt }) => ({ compartment, door, readAt: readAt?.toISOString() ?? null })),
  power: station.power.mode,
  isTampered: station.tamper.isHeld(),
  isLineUp: station.link.isUp(),
  pendingEvents: station.link.pending(),
});
