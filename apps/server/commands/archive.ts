import { list as trailList } from "@pigeonhole/audit/queries";
import { systemNow } from "@pigeonhole/kit/clock";
import { connect, viewAs, type Db } from "@pigeonhole/kit/db";
import { folderShelf, type Shelf } from "@pigeonhole/kit/histories/shelf";
import { publish } from "@pigeonhole/kit/outbox";
import type { Personal } from "@pigeonhole/kit/personal/personal";
import { ArchiveRead } from "@pigeonhole/privacy/events";
import * as queries from "@pigeonhole/privacy/archive/queries";
import { about, archiveView, faults, openArchive, openedRows } from "@pigeonhole/privacy/archive/reading";
import { defineCommand } from "citty";
import { findInstallation } from "../installation.ts";
import { allHistories } from "../modules.ts";
import { personalOf } from "../personal.ts";
import type { ServerConfig } from "../settings.ts";

interface Archive {
  readonly db: Db<never>;
  readonly shelf: Shelf;
  readonly personal: Personal;
  readonly config: ServerConfig;
}

async function withArchive(work: (archive: Archive) => Promise<void>): Promise<void> {
  await using installation = await findInstallation();
  const config = installation.config();
  if (config.ARCHIVE_FOLDER === undefined) throw new Error("ARCHIVE_FOLDER is not set: this installation has no archive");
  const db = connect<never>(installation.databaseUrl, { connections: 4 });
  try {
    await work({ db, shelf: folderShelf(config.ARCHIVE_FOLDER), personal: personalOf(config, db), config });
  } finally {
    await db.destroy();
  }
}

const parcel = { type: "string", valueHint: "PARCEL", description: "only what is about this parcel, by its id" } as const;
/** Archives shown at once. */
const shownAtMost = 1_000;

const list = defineCommand({
  meta: { name: "list", description: "the files of the archive, newest first" },
  args: { parcel },
  run: ({ args }) =>
    withArchive(async ({ db, config }) => {
      const rows = await queries.list(viewAs(db), shownAtMost, args.parcel);
      const keeping = { hotDays: config.HISTORY_HOT_DAYS, archiveDays: config.HISTORY_ARCHIVE_DAYS };
      for (const { id, kind, state, madeAt, keptUntil, parcels, rows: count, bytes } of rows.map((row) => archiveView(row, keeping)))
        console.log(
          `${id}  ${state.padEnd(7)} ${kind.padEnd(7)} ${madeAt}  ${String(parcels).padStart(3)} parcels ${String(count ?? 0).padStart(6)} rows ${String(bytes ?? 0).padStart(9)} bytes  ${keptUntil ? `until ${keptUntil}` : "destroyed"}`,
        );
      console.log(rows.length === 0 ? "nothing is in the archive" : `${rows.length} files`);
    }),
});

const read = defineCommand({
  meta: { name: "read", description: "the rows of one file, a line of JSON each; the audit trail says who read it and why" },
  args: {
    archive: { type: "positional", required: true, description: "its id, as `list` shows it" },
    reason: { type: "string", required: true, valueHint: "TEXT", description: "why it is read; kept in the audit trail" },
    parcel,
    open: { type: "boolean", default: false, description: "what is known of persons in clear; null where somebody was erased" },
  },
  run: ({ args }) =>
    withArchive(async ({ db, shelf, personal }) => {
      if (args.reason.trim().length < 3) throw new Error("--reason says in a few words why the archive is read");
      const reading = { db: viewAs<never>(db) as never, shelf, personal, histories: allHistories };
      const tables = await openArchive(reading, args.archive);
      const wanted = args.parcel === undefined ? tables : about(tables, args.parcel);
      await db
        .transaction()
        .execute((tx) =>
          publish(tx, systemNow(), ArchiveRead, { archive: args.archive, actor: "module:cli", reason: args.reason, isOpened: args.open }),
        );
      if (args.open) for (const each of await openedRows(reading, wanted)) console.log(JSON.stringify(each));
      else for (const { table, rows } of wanted) for (const row of rows) console.log(`{"table":"${table}","row":${row}}`);
    }),
});

/** Entries of the trail read at once. */
const page = 1_000;

const verify = defineCommand({
  meta: { name: "verify", description: "compares each file with what was written and with the audit trail; ends with 1 when one differs" },
  run: () =>
    withArchive(async ({ db, shelf }) => {
      const trail = new Map<string, string>();
      let beforeSeq: number | undefined;
      for (;;) {
        const entries = await trailList(viewAs(db), { action: "history_archived", beforeSeq, limit: page });
        for (const { detail } of entries) trail.set(String(detail["archive"]), String(detail["sha256"]));
        if (entries.length < page) break;
        beforeSeq = entries.at(-1)!.seq;
      }
      const { looked, wrong } = await faults({ db: viewAs(db), shelf }, trail);
      for (const sentence of wrong) console.log(sentence);
      console.log(wrong.length === 0 ? `${looked} files are as they were written` : `${wrong.length} faults`);
      if (wrong.length > 0) process.exitCode = 1;
    }),
});

export const archive = defineCommand({
  meta: { name: "archive", description: "old histories, encrypted, outside of the database" },
  subCommands: { list, read, verify },
});
