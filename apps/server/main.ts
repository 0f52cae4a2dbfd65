import { parseArgs } from "node:util";
import { readConfig } from "@pigeonhole/kit/config";
import { createLog } from "@pigeonhole/kit/log";
import { told } from "@pigeonhole/kit/told";
import { moduleNames, type ModuleName } from "./modules.ts";
import { startServer } from "./server.ts";
import { settings } from "./settings.ts";

const { values } = parseArgs({ options: { only: { type: "string" } } });
const only = (values.only?.split(",") ?? [...moduleNames]) as ModuleName[];
const unknown = only.filter((name) => !moduleNames.includes(name));
if (unknown.length > 0) {
  console.error(`--only knows ${moduleNames.join(", ")}; not ${unknown.join(", ")}`);
  process.exit(2);
}
try {
  const config = readConfig(settings, process.env);
  const log = createLog({ name: "server", level: config.LOG_LEVEL, ...(config.LOG_FILE ? { file: config.LOG_FILE } : {}) });
  const server = await startServer(config, log, only);
  process.send?.({ ready: server.url });
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    // What does not end by itself is ended: nothing that was promised lives in this process alone.
    setTimeout(() => process.exit(0), 10_000).unref();
    server.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on("SIGTERM", stop).on("SIGINT", stop).on("disconnect", stop);
} catch (error) {
  console.error(told(error, "the database"));
  process.exit(1);
}
