import { flag, port, type Config, type Settings } from "@pigeonhole/kit/config";
import { Port } from "@pigeonhole/lock-boards/wiring";
import { Model, Release } from "@pigeonhole/protocol/firmware";
import { z } from "zod";
import { defaultEventLimit } from "./store/journal.ts";

const boards = z
  .string()
  .regex(/^[0-9](,[0-9])*$/, { error: "must be addresses from 0 to 9, with commas" })
  .transform((text) => text.split(",").map(Number));

const lockMap = z
  .string()
  .regex(/^\d+=\d+(,\d+=\d+)*$/, { error: "must be door=lock, with commas" })
  .transform((text) => new Map(text.split(",").map((pair) => pair.split("=").map(Number) as [number, number])));

/** `1-30,41`: at most 999 doors. */
const doorNumbers = z
  .string()
  .regex(/^\d{1,3}(-\d{1,3})?(,\d{1,3}(-\d{1,3})?)*$/, { error: "must be door numbers, with commas, e.g. 1-30,41" })
  .transform((text) =>
    text.split(",").flatMap((part) => {
      const [first, last = first] = part.split("-").map(Number) as [number, number?];
      return Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => first + n);
    }),
  )
  .refine((doors) => doors.length > 0 && !doors.includes(0), { error: "must name doors, from 1 on" });

/** Everything that the operator of a cabinet may set, as environment variables. */
export const settings = {
  STATION_DATA: { schema: z.string().min(1), about: "folder of the station's identity and store; readable by this user alone" },
  BACKEND_URL: { schema: z.url({ protocol: /^https?$/ }).optional(), about: "address of the backend, needed to enrol" },
  ENROLMENT_TOKEN: { schema: z.string().min(20).optional(), about: "one-time token of this station, needed to enrol", secret: true },
  MQTT_URL: { schema: z.url({ protocol: /^mqtts$/ }).optional(), about: "the broker, where it has moved since the enrolment" },
  KIOSK_PORT: {
    schema: port(8091).or(z.literal("0").transform(() => 0)),
    about: "port of the kiosk, on this machine only; 0 takes a free one",
  },
  KIOSK_PAGES: { schema: z.string().optional(), about: "folder of the built pages (apps/web/dist)" },
  COMMISSION: {
    schema: flag,
    about: "1: a cabinet in service is commissioned again; needs SERVICE_PIN. A new one without a token is commissioned anyway",
  },
  SERVICE_PIN: {
    schema: z
      .string()
      .regex(/^\d{6,12}$/, { error: "must be 6 to 12 digits" })
      .optional(),
    about: "what a technician has to type at the screen before anything is changed",
    secret: true,
  },
  LOCK_BOARD: {
    schema: Port.optional(),
    about:
      "the line of the CU48 boards, where the cabinet has not been commissioned: sim, serial:/dev/ttyUSB0 or tcp:host:port (default: wiring.json in STATION_DATA, else sim)",
  },
  LOCK_BOARD_ADDRESSES: {
    schema: boards.optional(),
    about: "with LOCK_BOARD: addresses of the boards on the line, in the order of their doors (default: 0 on a line, 0,1,2,3 simulated)",
  },
  LOCK_MAP: {
    schema: lockMap.optional(),
    about:
      "with LOCK_BOARD: which lock is behind which door number, e.g. 101=1,102=2; locks count from 1 over all boards (default: door n on lock n)",
  },
  LOCK_BOARD_POLARITY: {
    schema: z.enum(["one_is_closed", "zero_is_closed"]).default("one_is_closed"),
    about: "with LOCK_BOARD: what a set bit of a status means; depends on the hook switches",
  },
  SIMULATED_DOORS: {
    schema: doorNumbers.optional(),
    about:
      "doors of a cabinet without hardware, e.g. 1-30: it is commissioned by itself, by every step of a real one, before it first joins; not with LOCK_BOARD",
  },
  SIM_TIMING: { schema: flag, about: "1: simulated lines take as long as real ones" },
  SENSORS: {
    schema: z.enum(["none", "linux", "sim"]).default("none"),
    about: "the cabinet's own sensors: none, linux (the files below), or sim (a simulated day)",
  },
  TEMPERATURE_FILE: {
    schema: z.string().default("/sys/class/thermal/thermal_zone0/temp"),
    about: "temperature in thousandths of a degree, e.g. a sensor of hwmon",
  },
  MAINS_FILE: { schema: z.string().optional(), about: "1 while there is mains, e.g. /sys/class/power_supply/AC/online" },
  BATTERY_FILE: { schema: z.string().optional(), about: "charge in percent, e.g. /sys/class/power_supply/BAT0/capacity" },
  SIGNAL_FILE: { schema: z.string().default("/proc/net/wireless"), about: "where Linux tells the level of the radio" },
  TAMPER_FILE: { schema: z.string().optional(), about: "1 while the enclosure is open or tilted, e.g. the value of a GPIO line" },
  BATTERY_MINUTES: {
    schema: z.coerce.number().int().min(5).max(1_440).default(45),
    about: "so long a full battery carries the cabinet; used where no gauge tells the charge",
  },
  FREE_EXPIRED: {
    schema: flag,
    about:
      "1: the box of a walk-up whose code has expired is free for the next one, whatever still lies in it: for stations that nobody empties; default: it waits for somebody who does",
  },
  POWER_OFF_COMMAND: {
    schema: z.string().min(1).optional(),
    about:
      "run when the battery is nearly empty, words separated by spaces, e.g. systemctl poweroff; without it the station only falls silent",
  },
  SAMPLE_SECONDS: {
    schema: z.coerce.number().int().min(5).max(3_600).default(60),
    about: "how often the station tells how it is (temperature, power, doors, network)",
  },
  SUPPORT_PHONE: {
    schema: z.string().min(3).max(40).default("+49 30 0000000"),
    about: "whom the kiosk says to call when the backend names nobody",
  },
  EVENT_LIMIT: {
    schema: z.coerce.number().int().min(1_000).max(10_000_000).default(defaultEventLimit),
    about:
      "entries of the log that may wait for the backend: from half of it on noise is counted together, from nine tenths on no deposit is taken",
  },
  LANGUAGES: {
    schema: z
      .string()
      .default("en,de")
      .transform((text) => text.split(",").map((tag) => tag.trim())),
    about: "languages of the kiosk, the first is the default",
  },
  FIRMWARE_FOLDER: {
    schema: z.string().min(1).optional(),
    about: "folder of the slots; the launcher sets it, and without it the software is not updated from afar",
  },
  FIRMWARE_MODEL: { schema: Model.optional(), about: "which images fit this computer; the launcher sets it" },
  FIRMWARE_RELEASE: { schema: z.coerce.number().pipe(Release).optional(), about: "number of the release that runs; the launcher sets it" },
  FIRMWARE_VERSION: { schema: z.string().max(40).optional(), about: "its name for people; the launcher sets it" },
  FIRMWARE_ROOT: { schema: z.string().min(1).optional(), about: "file with the root metadata from which every release is verified" },
  FIRMWARE_STEADY_SECONDS: {
    schema: z.coerce.number().int().min(0).max(3_600).default(30),
    about: "a new release has to work so long before it is confirmed",
  },
  LOG_LEVEL: { schema: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"), about: "how much is logged" },
} as const satisfies Settings;
export type StationSettings = Config<typeof settings>;
