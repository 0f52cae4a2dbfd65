import { readConfig } from "@pigeonhole/kit/config";
import { silentLog } from "@pigeonhole/kit/log";
import { compose } from "@pigeonhole/server/compose";
import { moduleNames } from "@pigeonhole/server/modules";
import { settings } from "@pigeonhole/server/settings";
import type { LocalSettings } from "@pigeonhole/server/local";

/** Which facts each consumer of the backend waits for, by its name: what no consumer waits for keeps nobody behind. */
export async function interestsOf(
  databaseUrl: string,
  secrets: LocalSettings,
): Promise<readonly { readonly name: string; readonly types: readonly string[] }[]> {
  const config = readConfig(settings, { ...secrets, DATABASE_URL: databaseUrl, DATABASE_CONNECTIONS: "2" });
  const { built, db } = await compose(config, silentLog, moduleNames);
  await db.destroy();
  return [...built.values()]
    .flatMap(({ consumers }) => consumers ?? [])
    .map(({ name, handlers }) => ({ name, types: handlers.map(({ type }) => type) }));
}
