import type pg from "pg";

/** A table with the columns that can be written, both quoted as SQL wants them. */
export interface TableShape {
  readonly table: string;
  readonly columns: readonly string[];
}

const mine = `n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relkind = 'r'`;

/** How many tables of users there are. */
export async function userRelations(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ count: string }>(
    `select count(*)::text as count from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${mine}`,
  );
  return Number(rows[0]!.count);
}

/** Every table of users; one that refers to another comes after it. */
export async function tablesInOrder(client: pg.Client): Promise<readonly TableShape[]> {
  const { rows: tables } = await client.query<TableShape & { counters: string[] | null }>(`
    select format('%I.%I', n.nspname, c.relname) as table,
           array_agg(quote_ident(a.attname) order by a.attnum) filter (where a.attgenerated = '') as columns,
           array_agg(n.nspname || '.' || c.relname || '.' || a.attname) filter (where a.atttypid in ('xid8'::regtype, 'xid'::regtype, 'pg_lsn'::regtype)) as counters
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where ${mine} group by 1 order by 1`);
  // Numbers of a server's own transactions mean nothing on another one: outbox-rebase.ts knows these two, and there may be no more.
  const strange = tables
    .flatMap(({ counters }) => counters ?? [])
    .filter((name) => name !== "kit.outbox.txid" && name !== "kit.consumer.txid");
  if (strange.length > 0) throw new Error(`${strange.join(", ")} cannot be carried to another server`);
  const { rows: references } = await client.query<{ child: string; parent: string }>(`
    select format('%I.%I', cn.nspname, cc.relname) as child, format('%I.%I', pn.nspname, pc.relname) as parent
    from pg_constraint k join pg_class cc on cc.oid = k.conrelid join pg_namespace cn on cn.oid = cc.relnamespace
    join pg_class pc on pc.oid = k.confrelid join pg_namespace pn on pn.oid = pc.relnamespace where k.contype = 'f' and k.conrelid <> k.confrelid`);
  const ordered: TableShape[] = [];
  let left: readonly TableShape[] = tables.map(({ table, columns }) => ({ table, columns }));
  while (left.length > 0) {
    const waits = (name: string): boolean =>
      references.some(({ child, parent }) => child === name && left.some(({ table }) => table === parent));
    const next = left.filter(({ table }) => !waits(table));
    if (next.length === 0) throw new Error(`these tables refer to each other in a circle: ${left.map(({ table }) => table).join(", ")}`);
    ordered.push(...next);
    left = left.filter((table) => !next.includes(table));
  }
  return ordered;
}
