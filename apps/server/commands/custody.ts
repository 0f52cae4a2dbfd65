import { readFileSync, statSync } from "node:fs";
import { maxFileBytes, type Custodian, type Receipt } from "@pigeonhole/receipts/file";
import { verify, type Check, type Checked } from "@pigeonhole/receipts/verify";
import { defineCommand } from "citty";
import { fileToRead } from "../installation.ts";

const words: Readonly<Record<Check, readonly [good: string, bad: string]>> = {
  form: ["the file is whole, to the last character", "this is no receipt file, or something in it was changed"],
  authority: ["its authority is the one you named", "its authority is not the one you named"],
  certificates: ["every certificate was issued by that authority", "a certificate was not issued by that authority"],
  signatures: ["every receipt was signed by the network", "a receipt was not signed by the network"],
  chain: ["the receipts follow each other without a gap", "a receipt does not follow the one before it"],
  custody: ["each hand-over begins with whoever had the parcel", "a hand-over begins with somebody who did not have the parcel"],
  evidence: ["the stations' own signed entries say the same", "a station's own signed entry is missing or says something else"],
};
const nameOf = (custodian: Custodian | null): string =>
  custodian === null ? "" : custodian.id === null ? custodian.kind : `${custodian.kind} ${custodian.id}`;
const line = ({ number, at, from, to, compartment, evidence }: Receipt): string =>
  `  ${number}. ${at}  ${[nameOf(from), nameOf(to)].filter(Boolean).join(" → ")}${compartment === null ? "" : `, door ${compartment}`}` +
  (evidence.kind === "station_event" ? ` (entry ${evidence.seq} of the station's log)` : "");
const mark = (isOk: boolean | undefined): string => (isOk === undefined ? "·" : isOk ? "✓" : "✗");
const said = ({ check, isOk, number }: Checked): string =>
  `${mark(isOk)} ${words[check][isOk === false ? 1 : 0]}${isOk === undefined ? " (not looked at)" : ""}${number === undefined ? "" : ` (receipt ${number})`}`;

const verifyCommand = defineCommand({
  meta: { name: "verify", description: "verifies a file of custody receipts; needs no database, no server and no network" },
  args: {
    file: { type: "positional", required: true, description: "the file, as it was downloaded" },
    authority: {
      type: "string",
      required: true,
      description: "SHA-256 fingerprint of the network's authority, from a source that you trust; a server tells its own at /api/authority",
    },
  },
  run: async ({ args }) => {
    const file = fileToRead(args.file);
    if (statSync(file).size > maxFileBytes) throw new Error(`${file} is larger than a receipt file can be`);
    const text = readFileSync(file, "utf8");
    const { isGood, checks, fingerprint, receipts } = await verify(text, args.authority);
    const first = receipts[0];
    if (first)
      console.log(`Parcel ${first.parcelNumber.replaceAll(/(.{4})(?=.)/g, "$1 ")} (${first.parcel})\n${receipts.map(line).join("\n")}\n`);
    for (const each of checks) console.log(said(each));
    if (checks.some(({ check, isOk }) => check === "authority" && isOk === false))
      console.log(`\nThe file names the authority ${fingerprint ?? "(unreadable)"}.`);
    console.log(isGood ? "\nVerified." : "\nNot verified: do not rely on this file.");
    if (!isGood) process.exitCode = 1;
  },
});

export const custody = defineCommand({
  meta: { name: "custody", description: "receipts of hand-overs" },
  subCommands: { verify: verifyCommand },
});
