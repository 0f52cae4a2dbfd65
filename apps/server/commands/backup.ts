import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { backUp, restore as restoreFrom } from "@pigeonhole/kit/archive";
import { systemNow } from "@pigeonhole/kit/clock";
import { defineCommand } from "citty";
import { fileGiven, fileToRead, findInstallation } from "../installation.ts";
import { allMigrations, upgrade } from "../modules.ts";

const file = { type: "positional", required: true, valueHint: "FILE" } as const;

export const backup = defineCommand({
  meta: { name: "backup", description: "writes everything in the database into one file, as of one instant, while the server runs" },
  args: {
    file: { ...file, description: "the file to write" },
    overwrite: { type: "boolean", default: false, description: "replace the file if it is there" },
  },
  run: async ({ args }) => {
    const at = fileGiven(args.file);
    if (statSync(at, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`${at} is a folder: name a file in it`);
    if (!existsSync(path.dirname(at))) throw new Error(`${path.dirname(at)} is not there: make that folder first`);
    if (existsSync(at) && !args.overwrite) throw new Error(`${at} is there already: choose another name, or add --overwrite`);
    await using installation = await findInstallation();
    const { tables, rows, takenAt } = await backUp(installation.databaseUrl, at, systemNow());
    console.log(`${installation.place}: ${rows} rows of ${tables} tables as of ${takenAt} are in ${at}`);
    console.log(
      "The keys (SECRET_KEYS, SIGNING_SEED, MODULE_KEY) are not in it: keep them elsewhere, or nobody can read what it holds of persons.",
    );
  },
});

export const restore = defineCommand({
  meta: { name: "restore", description: "fills an empty database from a backup, and brings its schema up to date" },
  args: { file: { ...file, description: "the file that `backup` wrote" } },
  run: async ({ args }) => {
    const from = fileToRead(args.file);
    await using installation = await findInstallation();
    const { tables, rows, takenAt } = await restoreFrom(installation.databaseUrl, from, allMigrations);
    const applied = await upgrade(installation.databaseUrl);
    console.log(`${installation.place} holds ${rows} rows of ${tables} tables as of ${takenAt}, each compared with the backup`);
    if (applied.length > 0) console.log(`${applied.length} newer migrations applied`);
  },
});
