import type { Db, Tx } from "@pigeonhole/kit/db";
import type { NewId } from "@pigeonhole/kit/ids";
import { sql, type Selectable } from "kysely";
import type { DeliveryState } from "../contract.ts";
import type { Outcome, Verdict } from "../domain.ts";
import { bodyOf, type Concerned, type Outgoing } from "../outgoing.ts";
import type { Tables } from "../tables.ts";
import type { Endpoint } from "./endpoints.ts";

type Row = Selectable<Tables["webhooks.delivery"]>;

/** Of one endpoint so many at a time: one that hangs does not hold up the others. */
const perEndpoint = 5;
/** One that is being sent counts as not sent after so long: the process may have died. Seconds. */
const leaseSeconds = 60;

/** An event for every endpoint of those whom it concerns that wants its type and is not gone. Told twice, it is one. */
export async function insert(tx: Tx<Tables>, newId: NewId, outgoing: Outgoing, { owner, carrier }: Concerned, at: Date): Promise<void> {
  const endpoints = await tx
    .selectFrom("webhooks.endpoint")
    .select("id")
    .where((eb) => eb.or([eb("owner", "=", owner), ...(carrier === null ? [] : [eb("carrier", "=", carrier)])]))
    .where("state", "<>", "gone")
    .where(sql<boolean>`${outgoing.type} = any(types)`)
    .execute();
  for (const { id } of endpoints) await insertFor(tx, newId(), id, outgoing, at);
}

export const insertFor = (tx: Tx<Tables>, id: string, endpoint: string, outgoing: Outgoing, at: Date): Promise<Row | undefined> =>
  tx
    .insertInto("webhooks.delivery")
    .values({
      id,
      endpoint,
      event: outgoing.event,
      type: outgoing.type,
      body: bodyOf(outgoing),
      occurred_at: outgoing.at,
      state: "waiting",
      next_at: at,
      ended_at: null,
    })
    .onConflict((c) => c.columns(["endpoint", "event"]).doNothing())
    .returningAll()
    .executeTakeFirst();

/** What is sent now: the row, and the endpoint that it goes to. */
export interface Due extends Row {
  readonly to: Endpoint;
}

/** Takes what is due, some of each active endpoint, the oldest first; nobody else takes it until its lease is over. */
export async function take(db: Db<Tables>, at: Date): Promise<readonly Due[]> {
  const { rows } = await sql<Row & { endpoint_row: Endpoint }>`
    with due as (
      select d.id from webhooks.endpoint e cross join lateral (
        select id from webhooks.delivery where endpoint = e.id and state = 'waiting' and next_at <= ${at}
        order by next_at, id limit ${perEndpoint} for update skip locked
      ) d where e.state = 'active'
    )
    update webhooks.delivery d set attempts = d.attempts + 1, next_at = ${new Date(at.getTime() + leaseSeconds * 1_000)}
    from due where d.id = due.id returning d.*`.execute(db);
  if (rows.length === 0) return [];
  const endpoints = await db
    .selectFrom("webhooks.endpoint")
    .selectAll()
    .where("id", "in", [...new Set(rows.map(({ endpoint }) => endpoint))])
    .execute();
  const byId = new Map(endpoints.map((each) => [each.id, each]));
  return rows.flatMap((row) => (byId.has(row.endpoint) ? [{ ...row, to: byId.get(row.endpoint)! }] : []));
}

/** Writes down an attempt and what follows from it. Nothing follows when it was replayed or removed meanwhile. */
export async function settle(tx: Tx<Tables>, { id, attempts }: Row, outcome: Outcome, { state, nextAt }: Verdict, at: Date): Promise<void> {
  const { rows } =
    await sql`update webhooks.delivery set state = ${state}, next_at = ${nextAt}, ended_at = ${state === "waiting" ? null : at}
    where id = ${id} and state = 'waiting' and attempts = ${attempts} returning id`.execute(tx);
  if (rows.length === 0) return;
  await tx
    .insertInto("webhooks.attempt")
    .values({ delivery: id, number: attempts, at, status: outcome.status, error: outcome.error, ms: outcome.ms })
    .execute();
}

/** A delivery with its newest attempt. */
export interface Shown extends Row {
  readonly last_at: Date | null;
  readonly last_status: number | null;
  readonly last_error: string | null;
  readonly last_ms: number | null;
}

export const list = (
  db: Db<Tables>,
  endpoint: string,
  { state, before, limit }: { readonly state?: DeliveryState | undefined; readonly before?: string | undefined; readonly limit: number },
): Promise<Shown[]> => {
  let query = db
    .selectFrom("webhooks.delivery as d")
    .leftJoinLateral(
      (eb) => eb.selectFrom("webhooks.attempt").selectAll().whereRef("delivery", "=", "d.id").orderBy("at", "desc").limit(1).as("a"),
      (join) => join.onTrue(),
    )
    .selectAll("d")
    .select(["a.at as last_at", "a.status as last_status", "a.error as last_error", "a.ms as last_ms"])
    .where("d.endpoint", "=", endpoint)
    .orderBy("d.id", "desc")
    .limit(limit);
  if (state !== undefined) query = query.where("d.state", "=", state);
  if (before !== undefined) query = query.where("d.id", "<", before);
  return query.execute();
};

/** Makes what happened in [from, to) due again. Returns how many. */
export async function replay(
  tx: Tx<Tables>,
  endpoint: string,
  { from, to, state }: { readonly from: Date; readonly to: Date; readonly state?: DeliveryState | undefined },
  at: Date,
  most: number,
): Promise<number> {
  const { rows } = await sql`
    with again as (
      select id from webhooks.delivery where endpoint = ${endpoint} and occurred_at >= ${from} and occurred_at < ${to} and state <> 'waiting'
        and (${state ?? null}::text is null or state = ${state ?? null}) order by occurred_at, id limit ${most} for update
    )
    update webhooks.delivery d set state = 'waiting', attempts = 0, next_at = ${at}, ended_at = null from again where d.id = again.id returning d.id`.execute(
    tx,
  );
  return rows.length;
}

/** Ended deliveries are kept until then. */
export const forget = (db: Db<Tables>, before: Date): Promise<unknown> =>
  db.deleteFrom("webhooks.delivery").where("ended_at", "<", before).execute();
