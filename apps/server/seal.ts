import { systemRandom } from "@pigeonhole/kit/random";
import { createSeal, type Seal } from "@pigeonhole/kit/seal";
import type { ServerConfig } from "./settings.ts";

/** Encrypts and hashes with the installation's keys. */
export const sealOf = (config: Pick<ServerConfig, "SECRET_KEYS">): Seal =>
  createSeal(
    config.SECRET_KEYS.map((key) => Buffer.from(key, "hex")),
    systemRandom,
  );
