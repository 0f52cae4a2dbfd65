import { defineCommand } from "citty";
import { findInstallation } from "../installation.ts";
import { upgrade } from "../modules.ts";

export const migrate = defineCommand({
  meta: { name: "migrate", description: "brings the database's schema up to date; the server does the same when it starts" },
  run: async () => {
    await using installation = await findInstallation();
    const applied = await upgrade(installation.databaseUrl);
    for (const file of applied) console.log(`applied ${file}`);
    console.log(
      applied.length === 0 ? `${installation.place} is up to date` : `${installation.place}: ${applied.length} migrations applied`,
    );
  },
});
