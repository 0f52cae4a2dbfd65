import { flag, key256, port, type Config, type Settings } from "@pigeonhole/kit/config";
import { roles, type Role } from "@pigeonhole/identity/contract";
import { z } from "zod";

const url = (...schemes: string[]) =>
  z.string().refine((text) => schemes.some((scheme) => text.startsWith(`${scheme}://`)), {
    error: `must begin with ${schemes.map((scheme) => `${scheme}://`).join(" or ")}`,
  });
const optional = z.string().min(1).optional();
const windowDays = z.int().min(1).max(90);
/** Where maps begin when nobody says otherwise. */
const home = { at: "56.95,24.1", name: "Rīga" };

/** Every setting of the server. `npm run pigeonhole -- config` prints them with their values. */
export const settings = {
  DATABASE_URL: {
    schema: url("postgres", "postgresql"),
    about: "PostgreSQL, e.g. postgres://user:password@host:5432/pigeonhole",
    secret: true,
  },
  SECRET_KEYS: {
    schema: z
      .string()
      .transform((text) => text.split(",").map((key) => key.trim()))
      .pipe(z.array(key256).min(1).max(10)),
    about:
      "keys that encrypt personal data at rest, newest first, separated by commas; each 64 hexadecimal digits, e.g. from `openssl rand -hex 32`",
    secret: true,
  },
  DATA_KEYS_FILE: {
    schema: optional,
    about:
      "file with the keys that wrap each person's own keys, 64 hexadecimal digits a line, newest first; read again when it changes (`keys rotate-data`); without it they are derived from SECRET_KEYS",
  },
  ERASURES_FILE: {
    schema: optional,
    about:
      "file in which every erased person is noted, by a number that says nothing; keep it outside of backups, `restore` needs it; without it erasures are noted in the database alone",
  },
  ARCHIVE_FOLDER: {
    schema: optional,
    about:
      "folder for the archive of old histories, encrypted; on a disk of its own, shared by all processes that run privacy; without it histories stay in the database",
  },
  HISTORY_HOT_DAYS: {
    schema: z.coerce.number().int().min(7).max(3_650).default(90),
    about: "days after its end that a parcel's history stays in the database, with facts, logs and messages; then it goes into the archive",
  },
  HISTORY_ARCHIVE_DAYS: {
    schema: z.coerce.number().int().min(1).max(36_500).default(1_095),
    about:
      "days that a file of the archive is kept; then its key is destroyed and the file deleted, unless something in it is on legal hold",
  },
  IDEMPOTENCY_HOURS: {
    schema: z.coerce.number().int().min(1).max(8_760).default(72),
    about: "hours that the answer to a request with an Idempotency-Key is remembered; the same key later is a new request",
  },
  SIGNING_SEED: {
    schema: key256,
    about: "seed of the first Ed25519 key that signs for stations, 64 hexadecimal digits; `keys rotate` makes later ones",
    secret: true,
  },
  FLEET_OPENS_PER_MINUTE: {
    schema: z.coerce.number().int().min(1).max(100_000).default(300),
    about: "doors that may be opened by remote command within a minute, in all stations together; more is an alarm, and is not signed",
  },
  MODULE_KEY: {
    schema: z.string().min(32, { error: "must have at least 32 characters" }),
    about: "shared by all processes of an installation: modules know each other by it",
    secret: true,
  },
  PORT: { schema: port(8080), about: "where the HTTP server listens" },
  HOST: { schema: z.string().default("127.0.0.1"), about: "the address it listens on; 0.0.0.0 for all" },
  PUBLIC_URL: {
    schema: url("http", "https").default("http://127.0.0.1:8080"),
    about: "how people reach it; used in messages and for cookies (Secure with https)",
  },
  TLS_CERT: { schema: optional, about: "file with the certificate chain (PEM); with TLS_KEY the server itself speaks HTTPS, TLS 1.3" },
  TLS_KEY: { schema: optional, about: "file with the private key (PEM)" },
  TRUSTED_PROXIES: {
    schema: z.coerce.number().int().min(0).max(10).default(0),
    about: "how many reverse proxies stand in front: so many last entries of X-Forwarded-For are believed",
  },
  MQTT_URL: { schema: url("mqtts").optional(), about: "an MQTT broker of yours; without it a broker runs inside the server" },
  MQTT_ACCESS_LIST: {
    schema: z.enum(["own", "dynamic-security"]).default("own"),
    about:
      "what decides at the broker of MQTT_URL which station may speak: a list of its own, or mosquitto's dynamic-security plugin, which is then told of every station",
  },
  MQTT_PORT: { schema: port(8883), about: "where the broker inside the server listens (TLS 1.3, client certificates)" },
  MQTT_PUBLIC_URL: {
    schema: url("mqtts").optional(),
    about: "how stations reach the broker; default mqtts://127.0.0.1:MQTT_PORT, or MQTT_URL",
  },
  DIAGNOSTICS_PORT: {
    schema: z
      .literal("0")
      .transform(() => 0)
      .or(port(8884))
      .default(0),
    about: "where stations open a line when somebody looks inside them (TLS 1.3, client certificates); 0 takes a free one",
  },
  DIAGNOSTICS_PUBLIC_URL: {
    schema: url("wss").optional(),
    about: "how stations reach it; default: the broker's host and DIAGNOSTICS_PORT",
  },
  SMTP_URL: { schema: url("smtp", "smtps").optional(), about: "mail server, e.g. smtp://user:password@host:587", secret: true },
  MAIL_FROM: { schema: z.string().default("Pigeonhole <parcels@localhost>"), about: "sender of mails" },
  BOUNCE_ADDRESS: {
    schema: z
      .string()
      .regex(/^[^@\s+]+@[^@\s]+$/, { error: "must be an address like bounces@example.com" })
      .optional(),
    about:
      "mailbox that takes name+anything@domain: mails that cannot be delivered come back there, and its pipe hands them to /api/bounces",
  },
  SMS_URL: {
    schema: url("http", "https").optional(),
    about: "HTTP provider of text messages: receives POST {to, text, id, receiptUrl} as JSON",
  },
  SMS_TOKEN: { schema: optional, about: "bearer token for the SMS provider", secret: true },
  VAPID_PUBLIC_KEY: { schema: optional, about: "Web Push: public key, base64url" },
  VAPID_PRIVATE_KEY: { schema: optional, about: "Web Push: private key, base64url", secret: true },
  VAPID_SUBJECT: { schema: z.string().default("mailto:operator@localhost"), about: "Web Push: whom a push service may write to" },
  DUTY_EMAIL: {
    schema: z.email({ error: "an e-mail address" }).optional(),
    about:
      "whoever is on duty: hears at once, at any hour, of a station that was tampered with, and of what always has to hold and does not",
  },
  DEFAULT_CARRIER: { schema: optional, about: "short name of the carrier who brings parcels whose shop names none" },
  COLLECTION_DAYS: {
    schema: z
      .string()
      .default("3,7,14")
      .transform((text) => text.split(",").map(Number))
      .pipe(z.tuple([windowDays, windowDays, windowDays], { error: "must be three whole numbers: standard,prime,business" }))
      .transform(([standard, prime, business]) => ({ standard, prime, business })),
    about: "days to collect a parcel where its shop has set nothing else: standard,prime,business",
  },
  COLLECTION_DAYS_MOST: {
    schema: z.coerce.number().int().min(1).max(90).default(14),
    about: "days to collect that a shop may set, at most",
  },
  WAIT_DAYS_MOST: {
    schema: z.coerce.number().int().min(1).max(180).default(30),
    about: "days that a parcel lies at most, every extension counted, apart from times in which nobody could get at it",
  },
  TILE_URL: {
    schema: optional,
    about: "map tiles with streets: https://…/{z}/{x}/{y}.png or a MapLibre style; without it the map shows countries and towns",
  },
  TILE_ATTRIBUTION: { schema: z.string().default(""), about: "the credit that the tile source asks for" },
  GEOCODER_URL: {
    schema: url("http", "https").optional(),
    about: "a Nominatim-compatible geocoder for street addresses; without it places are found by name",
  },
  MAP_HOME: {
    schema: z
      .string()
      .regex(/^-?[\d.]+,-?[\d.]+$/, { error: "must be latitude,longitude" })
      .default(home.at),
    about: "where maps begin: latitude,longitude",
  },
  MAP_HOME_NAME: {
    schema: z.string().max(100).optional(),
    about: `what that place is called; default ${home.name} while MAP_HOME is its default`,
  },
  FIRMWARE_FOLDER: {
    schema: optional,
    about: "folder of the signed releases for stations (npm run release); served at PUBLIC_URL/firmware",
  },
  FIRMWARE_ONLINE_KEY: {
    schema: optional,
    about:
      "file with the online key of that folder: the server renews the metadata that expire soon; without it do so by npm run release -- refresh",
  },
  TELEMETRY_RAW_DAYS: {
    schema: z.coerce.number().int().min(2).max(60).default(7),
    about: "so many days each sample of a station is kept",
  },
  TELEMETRY_FIVE_MINUTE_DAYS: {
    schema: z.coerce.number().int().min(2).max(3_650).default(90),
    about: "so many days its summaries per five minutes are kept",
  },
  TELEMETRY_HOUR_DAYS: {
    schema: z.coerce.number().int().min(2).max(3_650).default(730),
    about: "so many days its summaries per hour are kept",
  },
  WEBHOOKS_ANYWHERE: {
    schema: flag,
    about: "1 lets webhooks go to private addresses and without TLS: for a closed network or a demonstration, never on the Internet",
  },
  SECOND_FACTOR_ROLES: {
    schema: z
      .string()
      .optional()
      .transform((text) => text?.split(",").map((role) => role.trim()))
      .pipe(z.array(z.enum([...roles, "none"], { error: `must be of ${roles.join(", ")}, separated by commas, or none` })).optional()),
    about:
      "operators of these roles may do nothing before they have a second factor (an app with codes); default support,admin, in a demonstration none",
  },
  SANDBOX_URL: {
    schema: url("http", "https").optional(),
    about: "where the process of the sandboxes listens (apps/sandbox/main.ts); without it this network offers none",
  },
  DEMO: { schema: flag, about: "1 shows every message in a local inbox instead of sending it: for the demo town only" },
  REMOTE_MODULES: {
    schema: z.string().default(""),
    about: "modules that run in other processes: name=http://host:port, separated by commas; goes with --only",
  },
  DATABASE_CONNECTIONS: { schema: z.coerce.number().int().min(2).max(500).default(20), about: "database sessions of this process at most" },
  REQUESTS_PER_MINUTE: {
    schema: z.coerce.number().int().min(10).max(1_000_000).default(1_200),
    about: "requests of one client per minute at most",
  },
  LOG_LEVEL: { schema: z.enum(["fatal", "error", "warn", "info", "debug", "silent"]).default("info"), about: "how much is logged" },
  LOG_FILE: { schema: optional, about: "file for the log; default: standard error" },
} as const satisfies Settings;

export type ServerConfig = Config<typeof settings>;

/** Where maps begin, as `/config.json` says it. A place that was moved and not named has no name. */
export function mapHome({ MAP_HOME, MAP_HOME_NAME }: Pick<ServerConfig, "MAP_HOME" | "MAP_HOME_NAME">): {
  readonly name: string;
  readonly lat: number;
  readonly lon: number;
} {
  const [lat, lon] = MAP_HOME.split(",").map(Number);
  return { name: MAP_HOME_NAME ?? (MAP_HOME === home.at ? home.name : ""), lat: lat!, lon: lon! };
}

/** Operators of these roles may do nothing before they have a second factor. */
export const secondFactorRoles = ({ SECOND_FACTOR_ROLES, DEMO }: Pick<ServerConfig, "SECOND_FACTOR_ROLES" | "DEMO">): readonly Role[] =>
  SECOND_FACTOR_ROLES?.filter((role) => role !== "none") ?? (DEMO ? [] : ["support", "admin"]);
