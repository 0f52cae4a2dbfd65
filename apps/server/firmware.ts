import { existsSync } from "node:fs";
import type { Repository } from "@pigeonhole/firmware/module";
import type { Now } from "@pigeonhole/kit/clock";
import { readKeys } from "@pigeonhole/releases/keys";
import { openRepository } from "@pigeonhole/releases/repository";
import type { ServerConfig } from "./settings.ts";

/** The releases in FIRMWARE_FOLDER; none without it. */
export function firmwareRepository(
  config: Pick<ServerConfig, "FIRMWARE_FOLDER" | "FIRMWARE_ONLINE_KEY" | "PUBLIC_URL">,
  now: Now,
): Repository {
  const { FIRMWARE_FOLDER: folder, FIRMWARE_ONLINE_KEY: keyFile } = config;
  const url = `${config.PUBLIC_URL.replace(/\/$/, "")}/firmware`;
  if (!folder) return { url, releases: async () => [], refresh: async () => {} };
  const repository = openRepository(folder, now);
  return {
    url,
    releases: async () => (existsSync(folder) ? repository.releases().map(({ manifest: _, ...shown }) => shown) : []),
    refresh: async () => {
      if (keyFile) repository.refresh(readKeys([keyFile]));
    },
  };
}
