import type { Device } from "@pigeonhole/devices/contract";
import type { Station } from "@pigeonhole/network/contract";

/** What can be wrong with a station. Grouped by these on the overview. */
export const causeKinds = [
  "tamper",
  "quarantine",
  "away",
  "temperature",
  "battery",
  "certificate",
  "behind",
  "unsent",
  "flapping",
  "slow_unlock",
  "slow_line",
  "open_doors",
  "full",
  "maintenance",
  "suspended",
] as const;
export type CauseKind = (typeof causeKinds)[number];
export type Level = "alarm" | "watch" | "good" | "unknown";

/** One reason why the figure is not 100. `amount` is what it is about: minutes away, degrees, per cent, doors, days, entries; of a flapping switch the door, of what became slow its milliseconds. */
export interface Cause {
  readonly kind: CauseKind;
  readonly level: "alarm" | "watch";
  readonly cost: number;
  readonly amount: number;
}

/** 100 less the cost of each cause, never below 0; undefined for a station without a device, of which nothing is known. */
export interface Health {
  readonly figure: number | undefined;
  readonly level: Level;
  readonly causes: readonly Cause[];
}

/** Compartments of a station by what they are for: `free` can be given away now. */
export interface Occupancy {
  readonly all: number;
  readonly free: number;
  readonly maintenance: number;
}

/** Three missed heartbeats are an absence worth a look, so many minutes are an alarm. */
const awayMinutes = 5;
/** The electronics are rated for -20 to 60 °C; what comes near is said before it hurts. Degrees Celsius, half-open. */
const temperature = { watch: [-10, 45], alarm: [-15, 55] } as const;
const lowBatteryPercent = 25;
const certificateDays = { watch: 14, alarm: 2 } as const;
const unsentEntries = 100;
/** More doors than this open at once are no visit. */
const visitDoors = 2;
/** From this share of doors out of service on, somebody should go there. */
const maintenanceShare = 0.2;

const outside = (value: number, [from, to]: readonly [number, number]): boolean => value < from || value >= to;

function causesOf(station: Pick<Station, "status">, device: Device, occupancy: Occupancy | undefined, now: Date): readonly Cause[] {
  const causes: Cause[] = [];
  const add = (kind: CauseKind, isAlarm: boolean, cost: number, amount: number) =>
    causes.push({ kind, level: isAlarm ? "alarm" : "watch", cost, amount });
  if (!device.connected) {
    const minutes = device.lastSeenAt === null ? 0 : Math.max(0, Math.floor((now.getTime() - Date.parse(device.lastSeenAt)) / 60_000));
    // A station that an operator has taken out of use may be switched off: nobody is waiting before it.
    const isAlarm = station.status !== "suspended" && (device.lastSeenAt === null || minutes >= awayMinutes);
    add("away", isAlarm, isAlarm ? 60 : 25, minutes);
  }
  if (device.quarantine !== null) add("quarantine", true, 70, 0);
  const { temperatureC, batteryPercent, certificateExpiresAt } = device;
  if (temperatureC !== null && outside(temperatureC, temperature.watch))
    add(
      "temperature",
      outside(temperatureC, temperature.alarm),
      outside(temperatureC, temperature.alarm) ? 35 : 15,
      Math.round(temperatureC),
    );
  if (device.mains === false)
    add(
      "battery",
      (batteryPercent ?? 0) < lowBatteryPercent,
      (batteryPercent ?? 0) < lowBatteryPercent ? 45 : 25,
      Math.round(batteryPercent ?? 0),
    );
  if (certificateExpiresAt !== null) {
    const days = Math.floor((Date.parse(certificateExpiresAt) - now.getTime()) / 86_400_000);
    if (days < certificateDays.watch)
      add("certificate", days < certificateDays.alarm, days < certificateDays.alarm ? 40 : 10, Math.max(0, days));
  }
  if (
    device.desiredVersion !== null &&
    device.reportedVersion !== null &&
    device.connected &&
    device.reportedVersion < device.desiredVersion
  )
    add("behind", false, 10, device.desiredVersion - device.reportedVersion);
  if ((device.pendingEvents ?? 0) >= unsentEntries) add("unsent", false, 10, device.pendingEvents ?? 0);
  // Found before it fails: somebody should look at it on the next way past.
  for (const { kind, compartment, amount } of device.wear) add(kind, false, 10, compartment ?? Math.round(amount));
  if (device.openDoors.length >= visitDoors) add("open_doors", false, 5 * device.openDoors.length, device.openDoors.length);
  if (occupancy && occupancy.all > 0) {
    if (occupancy.free === 0) add("full", false, 10, occupancy.all);
    if (occupancy.maintenance / occupancy.all >= maintenanceShare) add("maintenance", false, 10, occupancy.maintenance);
  }
  if (device.tamperedSince !== null)
    add("tamper", true, 80, Math.max(0, Math.floor((now.getTime() - Date.parse(device.tamperedSince)) / 60_000)));
  else if (station.status === "suspended") add("suspended", false, 20, 0);
  return causes.toSorted((a, b) => Number(b.level === "alarm") - Number(a.level === "alarm") || b.cost - a.cost);
}

/** One figure for a station and why. */
export function healthOf(
  station: Pick<Station, "status">,
  device: Device | undefined,
  occupancy: Occupancy | undefined,
  now: Date,
): Health {
  if (!device?.enrolled) return { figure: undefined, level: "unknown", causes: [] };
  const causes = causesOf(station, device, occupancy, now);
  const figure = Math.max(0, 100 - causes.reduce((sum, { cost }) => sum + cost, 0));
  return { figure, level: causes[0]?.level ?? "good", causes };
}

const order: readonly Level[] = ["alarm", "watch", "good", "unknown"];
/** Alarms first, the worst figure first; what is not known comes last. */
export const worstFirst = (a: Health, b: Health): number =>
  order.indexOf(a.level) - order.indexOf(b.level) || (a.figure ?? 0) - (b.figure ?? 0);

/** Which stations share a cause, alarms before the rest, the most frequent first. */
export function byCause<S>(
  stations: readonly { readonly station: S; readonly health: Health }[],
): readonly { readonly kind: CauseKind; readonly level: "alarm" | "watch"; readonly stations: readonly S[] }[] {
  const groups = (["alarm", "watch"] as const).flatMap((level) =>
    causeKinds.map((kind) => ({
      kind,
      level,
      stations: stations
        .filter(({ health }) => health.causes.some((cause) => cause.kind === kind && cause.level === level))
        .map(({ station }) => station),
    })),
  );
  return groups
    .filter((group) => group.stations.length > 0)
    .toSorted((a, b) => Number(b.level === "alarm") - Number(a.level === "alarm") || b.stations.length - a.stations.length);
}

/** Counts what a station's compartments are for. */
export const occupancyOf = (compartments: readonly { readonly state: string }[]): Occupancy => ({
  all: compartments.length,
  free: compartments.filter(({ state }) => state === "available").length,
  maintenance: compartments.filter(({ state }) => state === "maintenance").length,
});
