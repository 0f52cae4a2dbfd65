import { createPrivateKey } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { Wiring } from "@pigeonhole/lock-boards/wiring";
import { seal } from "@pigeonhole/protocol/envelope";
import { Envelope } from "@pigeonhole/protocol/messages";
import { z } from "zod";
import { writeSecret } from "../provisioning/identity.ts";
import { DoorResult } from "./wizard.ts";

/** What a cabinet passed before it joined a network: how it is wired, and each door opened, seen open, closed, seen closed. */
export const AcceptanceRecord = z.strictObject({
  v: z.literal(1),
  at: z.iso.datetime(),
  firmware: z.string(),
  wiring: Wiring,
  doors: z.array(DoorResult).min(1),
});
export type AcceptanceRecord = z.output<typeof AcceptanceRecord>;

export const recordFile = (folder: string): string => path.join(folder, "acceptance.json");

/** Signs the record with the station's own key, the one for which it then asks a certificate, and keeps it. */
export function writeRecord(folder: string, record: AcceptanceRecord, privateKey: string): void {
  const envelope = seal("acceptance", AcceptanceRecord.parse(record), { kid: "station", key: createPrivateKey(privateKey) });
  writeSecret(recordFile(folder), `${JSON.stringify(envelope, null, 2)}\n`);
}

/** The signed record; undefined before the cabinet has passed. */
export const readRecord = (folder: string): Envelope | undefined =>
  existsSync(recordFile(folder)) ? Envelope.parse(JSON.parse(readFileSync(recordFile(folder), "utf8"))) : undefined;
