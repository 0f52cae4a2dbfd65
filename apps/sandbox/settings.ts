import { flag, port, type Config, type Settings } from "@pigeonhole/kit/config";
import { z } from "zod";

const whole = (least: number, most: number, usual: number) => z.coerce.number().int().min(least).max(most).default(usual);

/** Every setting of the process that holds the sandboxes. */
export const settings = {
  SANDBOX_DATABASE_SERVER: {
    schema: z.string().regex(/^postgres(ql)?:\/\//, { error: "must begin with postgres://" }),
    about: "a PostgreSQL server on which this user may create databases, one per sandbox; not the live network's user",
    secret: true,
  },
  SANDBOX_FOLDER: { schema: z.string().min(1), about: "what sandboxes keep beside their databases: keys, what their cabinets remember" },
  SANDBOX_PORT: { schema: port(8895), about: "where it listens; on this machine alone, the network's server passes on what is asked" },
  PUBLIC_URL: { schema: z.url({ protocol: /^https?$/ }).default("http://127.0.0.1:8080"), about: "how people reach the network" },
  SANDBOXES: { schema: whole(1, 10_000, 50), about: "sandboxes that are kept at most" },
  SANDBOXES_AWAKE: { schema: whole(1, 100, 4), about: "sandboxes that run at once at most; each takes about 15 database sessions" },
  SANDBOX_IDLE_MINUTES: {
    schema: whole(1, 10_080, 20),
    about: "a sandbox sleeps, and its clock stands, when nobody asked it anything for so long",
  },
  SANDBOX_KEPT_DAYS: { schema: whole(1, 365, 30), about: "a sandbox is thrown away when nobody asked it anything for so long" },
  WEBHOOKS_ANYWHERE: { schema: flag, about: "1 lets webhooks of sandboxes go to private addresses: never on the Internet" },
  LOG_LEVEL: { schema: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"), about: "how much is logged" },
} as const satisfies Settings;
export type SandboxConfig = Config<typeof settings>;
