// The sandboxes of an installation, in a process of their own: what happens in them takes nothing from the live network.
import { readConfig } from "@pigeonhole/kit/config";
import { createLog } from "@pigeonhole/kit/log";
import { told } from "@pigeonhole/kit/told";
import { startSandboxes } from "./host.ts";
import { settings } from "./settings.ts";

try {
  const config = readConfig(settings, process.env);
  const sandboxes = await startSandboxes(config, createLog({ name: "sandbox", level: config.LOG_LEVEL }));
  process.send?.({ ready: sandboxes.url });
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => process.exit(0), 10_000).unref();
    sandboxes.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on("SIGTERM", stop).on("SIGINT", stop).on("disconnect", stop);
} catch (error) {
  console.error(told(error, "the database"));
  process.exit(1);
}
