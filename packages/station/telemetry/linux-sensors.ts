import { readFile } from "node:fs/promises";
import type { Readings, Sensors } from "./sensors.ts";

/** Files in which Linux, or a small helper beside the station, tells what a sensor says. Absent: there is no such sensor. */
export interface SensorFiles {
  /** `/sys/class/thermal/thermal_zone0/temp` or `/sys/class/hwmon/hwmon0/temp1_input`: thousandths of a degree. */
  readonly temperature?: string | undefined;
  /** `/sys/class/power_supply/AC/online`, or a line of a UPS: 1 while there is mains. */
  readonly mains?: string | undefined;
  /** `/sys/class/power_supply/BAT0/capacity`: percent. */
  readonly battery?: string | undefined;
  /** `/proc/net/wireless`: the level of the first interface, in dBm. */
  readonly signal?: string | undefined;
  /** `/sys/class/gpio/gpio17/value`, or a file that a helper writes: 1 when the enclosure is open or tilted. */
  readonly tamper?: string | undefined;
}

/** A file of sysfs holds a line; of more than this nothing is believed. Characters. */
const maxLength = 4_096;

const inRange = (value: number, low: number, high: number): number | null =>
  Number.isFinite(value) && value >= low && value <= high ? value : null;
const numberOf = (text: string): number => (/^\s*-?\d{1,9}\s*$/.test(text) ? Number(text) : Number.NaN);
const flagOf = (text: string): boolean | null => (text.trim() === "1" ? true : text.trim() === "0" ? false : null);

/** Level of the first interface of /proc/net/wireless, e.g. ` wlan0: 0000   54.  -56.  -256 …`. */
const signalOf = (text: string): number | null => {
  const level = /^\s*\w+:\s+\S+\s+\S+\s+(-?\d{1,4})\.?\s/m.exec(text)?.[1];
  return level === undefined ? null : inRange(Number(level), -150, 0);
};

/** Sensors that Linux shows as files. */
export function linuxSensors(files: SensorFiles): Sensors {
  const read = async <T>(file: string | undefined, parse: (text: string) => T | null): Promise<T | null> => {
    if (file === undefined) return null;
    // A sensor that is not there, or does not answer, says nothing; the curves show the gap.
    const text = await readFile(file, "utf8").catch(() => null);
    return text === null || text.length > maxLength ? null : parse(text);
  };
  return {
    async read(): Promise<Readings> {
      const [temperatureC, mains, batteryPercent, signalDbm, isTampered] = await Promise.all([
        read(files.temperature, (text) => inRange(numberOf(text) / 1_000, -60, 120)),
        read(files.mains, flagOf),
        read(files.battery, (text) => inRange(numberOf(text), 0, 100)),
        read(files.signal, signalOf),
        read(files.tamper, flagOf),
      ]);
      return { temperatureC, mains, batteryPercent, signalDbm, isTampered };
    },
  };
}
