import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { backUp, restore as restoreFrom } from "@pigeonhole/kit/archive";
import { systemNow } from "@pigeonhole/kit/clock";
import { connect, viewAs } from "@pigeonhole/kit/db";
import { bury } from "@pigeonhole/privacy/tombstones";
import { defineCommand } from "citty";
import { fileGiven, fileToRead, findInstallation } from "../installation.ts";
import { allMigrations, upgrade } from "../modules.ts";
import { readTombstones } from "../personal.ts";

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
  args: {
    file: { ...file, description: "the file that `backup` wrote" },
    erasures: { type: "string", valueHint: "FILE", description: "who was erased, as ERASURES_FILE has it; default: that setting" },
    "nobody-erased": { type: "boolean", default: false, description: "nobody was erased since the backup was made" },
  },
  run: async ({ args }) => {
    const from = fileToRead(args.file);
    await using installation = await findInstallation();
    const list = args.erasures ? fileToRead(args.erasures) : (process.env["ERASURES_FILE"] ?? installation.erasuresFile);
    if (list === undefined && !args["nobody-erased"])
      throw new Error(
        "whoever was erased since the backup must not come back: name the list of them (--erasures FILE, or ERASURES_FILE), or say --nobody-erased",
      );
    const { tables, rows, takenAt } = await restoreFrom(installation.databaseUrl, from, allMigrations);
    const applied = await upgrade(installation.databaseUrl);
    console.log(`${installation.place} holds ${rows} rows of ${tables} tables as of ${takenAt}, each compared with the backup`);
    if (applied.length > 0) console.log(`${applied.length} newer migrations applied`);
    if (list === undefined) return;
    const db = connect<never>(installation.databaseUrl, { connections: 2 });
    try {
      const tombstones = readTombstones(list);
      const buried = await bury(viewAs(db), tombstones, systemNow);
      console.log(
        `${tombstones.length} erasures are on the list; the keys of ${buried} persons whom the backup had brought back are destroyed`,
      );
    } finally {
      await db.destroy();
    }
  },
});
