import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import { publish } from "@pigeonhole/kit/outbox";
import { keyName } from "@pigeonhole/kit/histories/file";
import { destroy, destroyDataKey, keysOf } from "@pigeonhole/kit/personal/queries";
import { z } from "zod";
import { endAgain } from "./archive/queries.ts";
import { Erased } from "./events.ts";
import * as queries from "./queries.ts";
import type { Tables } from "./tables.ts";

/** Somebody was erased, or a file of the archive destroyed; says nobody's name. Kept outside of the database, and as long as any backup of it. */
export const Tombstone = z.union([
  z.object({ erasure: z.uuid(), subject: z.uuid(), at: z.iso.datetime() }),
  z.object({ archive: z.uuid(), at: z.iso.datetime() }),
]);
export type Tombstone = z.output<typeof Tombstone>;

/** Where tombstones are written down. `write` returns when it is durable. */
export interface Tombstones {
  write(tombstone: Tombstone): Promise<void>;
}

/**
 * Destroys again the keys that a restored backup has brought back, and tells every module once more. Returns how many persons had come
 * back. Done again it changes nothing.
 */
export async function bury(db: Db<Tables>, tombstones: readonly Tombstone[], now: Now): Promise<number> {
  let buried = 0;
  for (const tombstone of tombstones) {
    if ("archive" in tombstone) {
      await db.transaction().execute(async (tx) => {
        await destroyDataKey(tx, keyName(tombstone.archive));
        await endAgain(tx, tombstone.archive);
      });
      continue;
    }
    const { erasure, subject, at } = tombstone;
    if ((await keysOf(db, subject)).length === 0) continue;
    await db.transaction().execute(async (tx) => {
      await destroy(tx, subject, now());
      await queries.noteErasure(tx, {
        id: erasure,
        subject,
        state: "erased",
        asked_by: "module:privacy",
        reason: "Erased before; a backup had brought it back",
        asked_at: new Date(at),
        due_at: new Date(at),
        next_at: new Date(at),
        waits_for: null,
        ended_at: new Date(at),
      });
      await publish(tx, now(), Erased, { subject, erasure });
    });
    buried++;
  }
  return buried;
}
