import type { Now } from "@pigeonhole/kit/clock";
import type { Db, Tx } from "@pigeonhole/kit/db";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Invariant } from "@pigeonhole/kit/invariant";
import type { Log } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import { Broken, Mended } from "./events.ts";
import * as queries from "./queries.ts";
import type { Tables } from "./tables.ts";

/** Logs are looked at again so far back before the last look: a transaction may have been long. Milliseconds. */
const overlapMs = 10 * 60_000;
/** The first look of an installation goes so far back. Milliseconds. */
const firstMs = 90 * 86_400_000;

interface Needs {
  readonly db: Db<Tables>;
  readonly now: Now;
  readonly newId: NewId;
  readonly log: Log;
  readonly invariants: readonly Invariant[];
}
interface Found {
  readonly invariant: Invariant;
  readonly what: string;
}

/**
 * One look at everything. What is found is written down; when it is still so after the time that facts may take, it is told once, and once more
 * when it holds again. What could not be looked at is a breach too: nothing is believed to hold because nobody could look.
 */
export function looking({ db, now, newId, log, invariants }: Needs): () => Promise<void> {
  const lasting = new Set(invariants.filter(({ isLasting }) => isLasting).map(({ says }) => says));
  const fresh = ({ id, says }: Invariant, what: string, at: Date): queries.Row => ({
    id: newId(),
    invariant: id,
    says,
    what,
    seen_at: at,
    told_at: null,
    ended_at: null,
    ended_by: null,
    note: null,
  });
  const look = async (since: Date): Promise<readonly Found[]> => {
    const found: Found[] = [];
    // One after the other: a look is never more than one statement of load.
    for (const invariant of invariants) {
      try {
        for (const { what } of await queries.breaches(db, invariant, { now: now(), since })) found.push({ invariant, what });
      } catch (error) {
        log.error({ err: error, invariant: invariant.id, says: invariant.says }, "an invariant could not be looked at");
        found.push({ invariant, what: "nobody could look" });
      }
    }
    return found;
  };
  const write = async (tx: Tx<Tables>, found: readonly Found[]): Promise<void> => {
    const at = now();
    const key = (breach: { readonly says: string; readonly what: string }): string => `${breach.says}\n${breach.what}`;
    const open = new Map((await queries.open(tx)).map((row) => [key(row), row]));
    for (const { invariant, what } of found) {
      const { id, says, settleSeconds, isLasting } = invariant;
      const row = open.get(key({ says, what })) ?? fresh(invariant, what, at);
      if (!open.delete(key(row))) {
        if (isLasting && (await queries.isSettled(tx, row))) continue;
        await queries.begin(tx, row);
      }
      if (row.told_at !== null || at.getTime() - row.seen_at.getTime() < settleSeconds * 1_000) continue;
      await queries.tell(tx, row.id, at);
      await publish(tx, at, Broken, { breach: row.id, invariant: id, says, what });
      log.error({ invariant: id, breach: row.id }, `${says}, but ${what}`);
    }
    for (const row of open.values()) {
      if (lasting.has(row.says)) continue;
      if (row.told_at === null) {
        await queries.drop(tx, row.id);
        continue;
      }
      await queries.end(tx, row.id, { ended_at: at, ended_by: null, note: null });
      const { id: breach, invariant, says, what } = row;
      await publish(tx, at, Mended, { breach, invariant, says, what, actor: null, note: null });
    }
  };
  return async () => {
    const began = now();
    const last = await db.transaction().execute(queries.lastLook);
    const found = await look(new Date(last ? last.getTime() - overlapMs : began.getTime() - firstMs));
    await db.transaction().execute(async (tx) => {
      await queries.lastLook(tx);
      await write(tx, found);
      await queries.noteLook(tx, { began_at: began, ended_at: now(), looked: invariants.length });
    });
  };
}
