import type pg from "pg";

/**
 * After a restore: positions in the outbox are (transaction id, sequence), and the ids are those of the old server. Here they would lie in the
 * future or the past. All restored facts get one old id, so that they are read in the order of their sequence, before everything new; each
 * consumer stands before its first fact that it has not read. What it then meets again is in its inbox and is passed over.
 */
export async function rebasePositions(client: pg.Client): Promise<void> {
  await client.query(`
    update kit.consumer c set seq = coalesce(
      (select min(o.seq) - 1 from kit.outbox o where (o.txid, o.seq) > (c.txid, c.seq)),
      (select max(o.seq) from kit.outbox o), 0), txid = '3'::xid8;
    update kit.outbox set txid = '3'::xid8`);
}
