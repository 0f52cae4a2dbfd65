import { describeConfig } from "@pigeonhole/kit/config";
import { defineCommand } from "citty";
import { findInstallation } from "../installation.ts";
import { settings } from "../settings.ts";

export const config = defineCommand({
  meta: { name: "config", description: "prints every setting, what it is for and its value; secrets are masked" },
  run: async () => {
    await using installation = await findInstallation();
    console.log(`# ${installation.place}`);
    for (const line of describeConfig(settings, installation.config())) console.log(line);
  },
});
