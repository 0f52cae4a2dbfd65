import { verifyChain } from "@pigeonhole/audit/verify";
import { connect } from "@pigeonhole/kit/db";
import { defineCommand } from "citty";
import { findInstallation } from "../installation.ts";

const verify = defineCommand({
  meta: { name: "verify", description: "recomputes the whole chain of the audit trail; ends with 1 when it is broken" },
  args: {
    witness: { type: "string", valueHint: "HEAD", description: "a head that an earlier verification printed and that was kept elsewhere" },
  },
  run: async ({ args }) => {
    await using installation = await findInstallation();
    const db = connect<never>(installation.databaseUrl, { connections: 2 });
    try {
      const { entries, whole, brokenAt, head } = await verifyChain(db as never, args.witness ? [args.witness] : []);
      if (entries === 0 && args.witness) console.log("the trail is empty, and the witness says that it was not: entries are MISSING");
      else
        console.log(
          whole ? `the trail is whole: ${entries} entries, head ${head}` : `the trail is BROKEN at entry ${brokenAt} of ${entries}`,
        );
      if (!whole) process.exitCode = 1;
    } finally {
      await db.destroy();
    }
  },
});

export const audit = defineCommand({ meta: { name: "audit", description: "the trail of every access" }, subCommands: { verify } });
