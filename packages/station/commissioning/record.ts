import { createPrivateKey } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { baudOf, type Wiring } from "@pigeonhole/lock-boards/wiring";
import { AcceptanceRecord } from "@pigeonhole/protocol/acceptance";
import { wiringDigest } from "@pigeonhole/protocol/acceptance-digest";
import { seal } from "@pigeonhole/protocol/envelope";
import { Envelope } from "@pigeonhole/protocol/messages";
import { writeSecret } from "../provisioning/identity.ts";
import type { DoorResult, FailedDoor } from "./wizard.ts";

interface Tested {
  readonly wiring: Wiring;
  readonly results: readonly DoorResult[];
  readonly failed: readonly FailedDoor[];
}
interface Signing {
  readonly at: Date;
  readonly technician: string;
  readonly firmware: string;
}

/** How this cabinet is wired, as the protocol says it. */
const linesOf = ({ lines }: Wiring): AcceptanceRecord["lines"] =>
  lines.map((line) => ({
    port: line.port.slice(0, 200),
    baud: baudOf(line),
    boards: line.boards.map(({ name, model, address, quirks }) => ({ name, model, address, polarity: quirks?.polarity ?? null })),
  }));

/** One word for how this cabinet is wired now, to compare with how it was accepted. */
export const wiringNow = (wiring: Wiring): string => wiringDigest(linesOf(wiring), wiring.doors);

/** What a cabinet passed before people use it: how it is wired, and each door opened, seen open, closed, seen closed; and those that did not pass. */
export function recordOf({ wiring, results, failed }: Tested, { at, technician, firmware }: Signing): AcceptanceRecord {
  const placed = results.map((result) => ({ ...result, ...wiring.doors.find(({ door }) => door === result.door)! }));
  return AcceptanceRecord.parse({
    v: 1,
    at: at.toISOString(),
    technician,
    isSimulated: wiring.lines.every(({ port }) => port === "sim"),
    firmware: firmware.slice(0, 80),
    lines: linesOf(wiring),
    doors: [...placed, ...failed].toSorted((a, b) => a.door - b.door),
  } satisfies AcceptanceRecord);
}

export const recordFile = (folder: string): string => path.join(folder, "acceptance.json");

/** Signs the record with the station's own key, the one for which it then asks a certificate, and keeps it. */
export function writeRecord(folder: string, record: AcceptanceRecord, privateKey: string): void {
  const envelope = seal("acceptance", AcceptanceRecord.parse(record), { kid: "station", key: createPrivateKey(privateKey) });
  writeSecret(recordFile(folder), `${JSON.stringify(envelope, null, 2)}\n`);
}

/** The signed record; undefined before the cabinet has passed. */
export const readRecord = (folder: string): Envelope | undefined =>
  existsSync(recordFile(folder)) ? Envelope.parse(JSON.parse(readFileSync(recordFile(folder), "utf8"))) : undefined;

/**
 * What this cabinet tells its network of its acceptance; undefined when there is nothing that can be told. The signature is not looked at: who can change
 * this file can read the key beside it, and what is told is signed anew, in the log.
 */
export function acceptanceToTell(folder: string): AcceptanceRecord | undefined {
  const envelope = readRecord(folder);
  const read = envelope && AcceptanceRecord.safeParse(JSON.parse(envelope.body));
  return read?.success ? read.data : undefined;
}
