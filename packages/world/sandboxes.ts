import path from "node:path";
import { fileURLToPath } from "node:url";
import { startChild, type Child } from "./child.ts";
import type { Ports } from "./ports.ts";
import type { World } from "./world.ts";

const file = fileURLToPath(new URL("../../apps/sandbox/main.ts", import.meta.url));

/** The process in which the town's visitors try things. `process` changes when it is started anew. */
export interface Sandboxes {
  process: Child;
  start(): Promise<void>;
}

export async function startSandboxes(
  { url, databaseUrl, folder }: Pick<World, "url" | "databaseUrl" | "folder">,
  { sandboxes: port }: Ports,
): Promise<Sandboxes> {
  const begin = (): Promise<Child> =>
    startChild({
      name: "sandboxes",
      file,
      logFile: path.join(folder, "logs", "sandboxes.log"),
      env: {
        SANDBOX_DATABASE_SERVER: databaseUrl,
        SANDBOX_FOLDER: path.join(folder, "sandboxes"),
        SANDBOX_PORT: String(port),
        SANDBOXES_AWAKE: "2",
        PUBLIC_URL: url,
        WEBHOOKS_ANYWHERE: "1",
        NODE_ENV: "production",
      },
    });
  const running: Sandboxes = { process: await begin(), start: async () => void (running.process = await begin()) };
  return running;
}
