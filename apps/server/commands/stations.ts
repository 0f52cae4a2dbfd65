import { tokenHash, tokenMs } from "@pigeonhole/devices/enrol";
import { addToken } from "@pigeonhole/devices/queries/enrolment";
import { isKnown } from "@pigeonhole/devices/queries";
import { systemNow } from "@pigeonhole/kit/clock";
import { connect } from "@pigeonhole/kit/db";
import { systemNewId } from "@pigeonhole/kit/ids";
import { systemRandom } from "@pigeonhole/kit/random";
import type { Station } from "@pigeonhole/network/contract";
import { stationStatuses } from "@pigeonhole/network/lifecycle";
import { moveStation } from "@pigeonhole/network/moving";
import { importStations } from "@pigeonhole/network/import";
import { defineCommand } from "citty";
import { z } from "zod";
import { fileToRead, findInstallation } from "../installation.ts";
import { diagnose } from "./diagnose.ts";
import { door, inspect, look, tasks } from "./technician.ts";
import { upgrade } from "../modules.ts";
import { sealOf } from "../seal.ts";

/** So many refused rows are printed, then only counted. */
const shownRefusals = 200;

function reasonOf(text: string, name: string): string {
  const reason = text.trim();
  if (reason.length < 3 || reason.length > 200) throw new Error(`the ${name} has 3 to 200 letters`);
  return reason;
}

const importCommand = defineCommand({
  meta: { name: "import", description: "takes stations from a CSV, JSON or GeoJSON file, up to 100,000; doing it twice changes nothing" },
  args: {
    file: { type: "positional", required: true, description: "the file" },
    format: { type: "enum", options: ["csv", "json", "geojson"], description: "told by the file itself when it is not given" },
    status: { type: "enum", options: [...stationStatuses], description: "of new stations whose rows state none (default: provisioning)" },
    waiver: {
      type: "string",
      description: "why stations of the file serve without an acceptance of their cabinets; it stands in the audit trail",
    },
    "ignore-unknown": { type: "boolean", default: false, description: "passes over columns and fields whose names are not known" },
  },
  run: async ({ args }) => {
    const file = fileToRead(args.file);
    await using installation = await findInstallation();
    await upgrade(installation.databaseUrl);
    const db = connect<never>(installation.databaseUrl, { connections: 4 });
    const since = performance.now();
    try {
      const { rows, created, changed, unchanged, refused } = await importStations(db as never, file, {
        now: systemNow,
        newId: systemNewId,
        ignoreUnknown: args["ignore-unknown"],
        ...(args.format ? { format: args.format as "csv" } : {}),
        ...(args.status ? { status: args.status as Station["status"] } : {}),
        ...(args.waiver ? { waiver: reasonOf(args.waiver, "waiver") } : {}),
        actor: "module:cli",
      });
      for (const { row, code, sentence } of refused.slice(0, shownRefusals)) console.log(`row ${row}: ${code}: ${sentence}`);
      if (refused.length > shownRefusals) console.log(`… and ${refused.length - shownRefusals} more`);
      const reasons = Object.entries(Object.groupBy(refused, ({ code }) => code)).map(([code, list]) => `${list?.length} ${code}`);
      console.log(
        `${rows} rows in ${((performance.now() - since) / 1_000).toFixed(1)} s: ${created} created, ${changed} changed, ${unchanged} unchanged, ${refused.length} refused${reasons.length > 0 ? ` (${reasons.join(", ")})` : ""}`,
      );
      console.log(`into ${installation.place}`);
    } finally {
      await db.destroy();
    }
  },
});

const enrol = defineCommand({
  meta: { name: "enrol", description: "makes a one-time token, valid 24 hours, with which the cabinet becomes this station" },
  args: { id: { type: "positional", required: true, description: "the station's id" } },
  run: async ({ args }) => {
    if (!z.uuid().safeParse(args.id).success) throw new Error(`${args.id} is no station id; the list of stations shows them`);
    await using installation = await findInstallation();
    const config = installation.config();
    const db = connect<never>(installation.databaseUrl, { connections: 2 });
    try {
      if (!(await isKnown(db as never, args.id)))
        throw new Error(`there is no station ${args.id} in ${installation.place}; if it was imported just now: is there a server running?`);
      const token = `phe_${systemRandom.bytes(32).toString("base64url")}`;
      const at = systemNow();
      const expiresAt = new Date(at.getTime() + tokenMs);
      await addToken(db as never, { hash: tokenHash(sealOf(config), token), station: args.id, createdBy: "module:cli", at, expiresAt });
      console.log(`On the cabinet, before ${expiresAt.toISOString()}:\n`);
      console.log(
        `  STATION_DATA=/var/lib/pigeonhole BACKEND_URL=${config.PUBLIC_URL} ENROLMENT_TOKEN=${token} node apps/station/main.ts\n`,
      );
      console.log("Afterwards it starts without the token: who it is stays in STATION_DATA.");
    } finally {
      await db.destroy();
    }
  },
});

const move = defineCommand({
  meta: { name: "move", description: "the next state of a station's life; the running server acts on it. decommissioned is final" },
  args: {
    id: { type: "positional", required: true, description: "the station's id" },
    to: { type: "enum", options: [...stationStatuses], required: true, description: "the next state" },
    reason: { type: "string", required: true, description: "why; it stands in the audit trail" },
    inspection: { type: "string", description: "what a technician found: ends a suspension for tampering" },
    waiver: { type: "string", description: "why it serves without an acceptance of its cabinet; it stands in the audit trail" },
  },
  run: async ({ args }) => {
    if (!z.uuid().safeParse(args.id).success) throw new Error(`${args.id} is no station id; the list of stations shows them`);
    const reason = reasonOf(args.reason, "reason");
    await using installation = await findInstallation();
    const db = connect<never>(installation.databaseUrl, { connections: 2 });
    try {
      const wish = {
        to: args.to as Station["status"],
        reason,
        ...(args.inspection ? { inspection: args.inspection } : {}),
        ...(args.waiver ? { waiver: reasonOf(args.waiver, "waiver") } : {}),
      };
      const moved = await moveStation(db as never, args.id, wish, { actor: "module:cli", now: systemNow });
      console.log(`${moved.name} is ${moved.status} now, in ${installation.place}`);
    } finally {
      await db.destroy();
    }
  },
});

export const stations = defineCommand({
  meta: { name: "stations", description: "stations of the network" },
  subCommands: { import: importCommand, enrol, diagnose, move, inspect, door, tasks, look },
});
