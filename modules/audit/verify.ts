import { atOneMoment, type Db } from "@pigeonhole/kit/db";
import { beginning, follows } from "./chain.ts";
import * as queries from "./queries.ts";
import type { Tables } from "./tables.ts";

/** Entries read at once. */
const batchSize = 5_000;

export interface Verification {
  /** How many entries there are. */
  readonly entries: number;
  readonly whole: boolean;
  /** Sequence number of the first entry that is not what it should be, or that should be there and is not; null when the chain is whole. */
  readonly brokenAt: number | null;
  /** The last good link, as `<sequence number>:<hash>`. Printed and kept elsewhere it is a witness for a later verification. */
  readonly head: string;
}

/**
 * Recomputes the whole chain from its first entry, in batches, as of one moment. It finds every edit, every entry that was removed from
 * the middle, moved or put in between, and a removed tail, since the head is kept apart in a row of its own.
 *
 * `witnesses` are heads that an earlier verification printed and that were kept out of the database's reach. Without one it can not
 * find what somebody with the rights of a database administrator rewrote consistently: a chain computed anew from some entry on, or a
 * removed tail with the head row set back (the triggers refuse both, but such a person can drop triggers). With one, everything up to
 * the witness is safe from that too. What was never recorded can not be found by any chain.
 */
export async function verifyChain(db: Db<Tables>, witnesses: readonly string[] = []): Promise<Verification> {
  const seen = new Map(witnesses.map((text) => [Number(text.split(":")[0]), text]));
  return atOneMoment(db, async (read) => {
    let before: queries.Head = { seq: 0, hash: beginning };
    const result = async (brokenAt: number | null): Promise<Verification> => ({
      entries: await queries.count(read),
      whole: brokenAt === null,
      brokenAt,
      head: `${before.seq}:${before.hash}`,
    });
    for (;;) {
      const entries = await queries.page(read, before.seq, batchSize);
      for (const entry of entries) {
        const witness = seen.get(entry.seq);
        if (!follows(before, entry) || (witness !== undefined && witness !== `${entry.seq}:${entry.hash}`)) return result(before.seq + 1);
        before = { seq: entry.seq, hash: entry.hash };
      }
      if (entries.length < batchSize) break;
    }
    const head = await queries.head(read);
    const isTail = head?.seq === before.seq && head.hash === before.hash;
    const isWitnessed = Math.max(0, ...seen.keys()) <= before.seq;
    return result(isTail && isWitnessed ? null : before.seq + 1);
  });
}
