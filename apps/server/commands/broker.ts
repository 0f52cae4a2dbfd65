import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { loadCa, writeBrokerFiles } from "@pigeonhole/devices/ca";
import { withStations } from "@pigeonhole/devices/access-list";
import { admittedStations, revocations } from "@pigeonhole/devices/queries/authority";
import { systemNow } from "@pigeonhole/kit/clock";
import { connect } from "@pigeonhole/kit/db";
import { systemRandom } from "@pigeonhole/kit/random";
import { defineCommand } from "citty";
import { fileGiven, findInstallation } from "../installation.ts";
import { upgrade } from "../modules.ts";
import { sealOf } from "../seal.ts";

const shipped = path.resolve(import.meta.dirname, "../../../docs/guides/mosquitto");

const files = defineCommand({
  meta: {
    name: "files",
    description: "writes what mosquitto needs: its certificate and key, the authority, the revocation list, its configuration",
  },
  args: {
    folder: { type: "positional", required: true, description: "where to; made when it is not there" },
    hosts: {
      type: "string",
      default: "",
      description: "further names or addresses under which stations and backend reach the broker, with commas",
    },
  },
  run: async ({ args }) => {
    const folder = fileGiven(args.folder);
    await using installation = await findInstallation();
    const config = installation.config();
    await upgrade(installation.databaseUrl);
    const db = connect<never>(installation.databaseUrl, { connections: 2 });
    try {
      const known = [config.MQTT_URL, config.MQTT_PUBLIC_URL].flatMap((url) => (url ? [new URL(url).hostname] : []));
      const more = args.hosts.split(",").map((host) => host.trim());
      const hosts = [...new Set(["localhost", "127.0.0.1", ...known, ...more.filter((host) => host !== "")])];
      const ca = await loadCa({ db: db as never, seal: sealOf(config), now: systemNow, random: systemRandom, hosts });
      mkdirSync(folder, { recursive: true });
      writeBrokerFiles(ca, folder, await ca.revocations(await revocations(db as never, systemNow()), systemNow()));
      for (const name of ["pigeonhole.conf", "refresh-revocations"]) copyFileSync(path.join(shipped, name), path.join(folder, name));
      const list = withStations(
        readFileSync(path.join(shipped, "dynamic-security.json"), "utf8"),
        await admittedStations(db as never, systemNow()),
      );
      writeFileSync(path.join(folder, "dynamic-security.json"), list, { mode: 0o600 });
      console.log(`${folder}: ca.pem, broker.pem, broker.key, crl.pem, pigeonhole.conf, dynamic-security.json, refresh-revocations`);
      console.log(`The broker's certificate names ${hosts.join(", ")}. docs/guides/mosquitto/README.md says where each file goes.`);
    } finally {
      await db.destroy();
    }
  },
});

export const broker = defineCommand({ meta: { name: "broker", description: "an MQTT broker of your own" }, subCommands: { files } });
