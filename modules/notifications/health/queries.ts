import type { Db } from "@pigeonhole/kit/db";
import { sql } from "kysely";
import type { MessageState } from "../contract.ts";
import type { Channel } from "../domain.ts";
import type { Tables } from "../tables.ts";

/** Kinds of failure that are named per channel. */
const mostFailures = 5;

export const waiting = async (db: Db<Tables>) =>
  (
    await sql<{ channel: Channel; count: number; oldest: Date }>`
      select channel, count(*)::int as count, min(created_at) as oldest from notifications.message where state = 'waiting' group by channel`.execute(
      db,
    )
  ).rows;

export const states = async (db: Db<Tables>, since: Date) =>
  (
    await sql<{ channel: Channel; state: MessageState; count: number }>`
      select channel, state, count(*)::int as count from notifications.message where created_at >= ${since} group by channel, state`.execute(
      db,
    )
  ).rows;

export const failures = async (db: Db<Tables>, since: Date) =>
  (
    await sql<{ channel: Channel; error: string; count: number }>`
      select channel, error, count from (
        select channel, error, count(*)::int as count, row_number() over (partition by channel order by count(*) desc, error) as place
        from notifications.message where created_at >= ${since} and state in ('failed', 'bounced') and error is not null group by channel, error
      ) counted where place <= ${mostFailures} order by channel, place`.execute(db)
  ).rows;

/** Parcels whose day to be collected in is over or that were collected, by the channels by which their code is known to have left. */
export const collected = async (db: Db<Tables>, since: Date, dayBefore: Date) =>
  (
    await sql<{ channels: Channel[]; parcels: number; within: number }>`
      select channels, count(*)::int as parcels, count(*) filter (where collected_at < began_at + interval '24 hours')::int as within from (
        select w.began_at, w.collected_at, array_agg(distinct m.channel order by m.channel) as channels
        from notifications.pickup_window w
        join notifications.message m on m.parcel = w.parcel and m.template = 'pickup_ready' and m.state in ('sent', 'delivered', 'acknowledged')
        where w.began_at >= ${since} and (w.began_at <= ${dayBefore} or w.collected_at is not null)
        group by w.parcel
      ) parcel group by channels order by parcels desc, channels`.execute(db)
  ).rows;
