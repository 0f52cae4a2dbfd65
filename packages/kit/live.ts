import { sql } from "kysely";
import { streamSSE } from "hono/streaming";
import type { Context } from "hono";
import { listen } from "./listen.ts";
import type { Db } from "./db.ts";
import type { Log } from "./log.ts";
import { endOfLog, newsSince } from "./outbox-cursor.ts";
import { Refused } from "./refused.ts";
import { within, type Timers } from "./timers.ts";

/** Payload fields whose values are topics: `station:<id>`, `parcel:<id>`, … */
const topicFields = ["station", "parcel", "reservation", "route"] as const;
const topicColumns = sql.join(
  topicFields.map(
    (field) =>
      sql`case jsonb_typeof(payload -> ${sql.lit(field)}) when 'string' then payload ->> ${sql.lit(field)} end as ${sql.ref(field)}`,
  ),
);
/** A connection follows at most so many topics. */
export const maxTopics = 50;
/** So many connections at most, and of them so many from one address; a further one is told to come back. */
const maxConnections = { all: 2_000, perClient: 200 } as const;
/** A comment line this often keeps proxies from closing a quiet connection. Milliseconds. */
const keepAliveMs = 15_000;

/**
 * Tells browsers that something changed, never what: a hint names the topic alone, and the screen asks again through the ordinary,
 * authorised route. Fed by the outbox of all processes.
 */
export async function startLive({
  db,
  url,
  log,
  timers,
}: {
  readonly db: Db<never>;
  readonly url: string;
  readonly log: Log;
  readonly timers: Timers;
}) {
  const followers = new Map<string, Set<(topic: string) => void>>();
  let connections = 0;
  const connectionsOf = new Map<string, number>();
  let seen = await endOfLog(db);
  let looking = false;
  let again = false;
  const look = async (): Promise<void> => {
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    try {
      do {
        again = false;
        const news = await newsSince<Partial<Record<(typeof topicFields)[number], string | null>>>(db, seen, topicColumns);
        seen = news.seen;
        const topics = new Set(news.rows.flatMap((row) => topicFields.flatMap((field) => (row[field] ? [`${field}:${row[field]}`] : []))));
        for (const topic of topics) followers.get(topic)?.forEach((tell) => tell(topic));
      } while (again);
    } catch (error) {
      log.warn({ err: error }, "live hints could not be read");
    } finally {
      looking = false;
    }
  };
  await look();
  const listener = await listen(url, "kit_outbox", () => void look(), timers, log);

  /** The handler of `GET /changes?topic=…`: server-sent events named `changed` whose data is the topic. */
  const changes = (c: Context): Response => {
    const topics = [...new Set(c.req.queries("topic") ?? [])].slice(0, maxTopics);
    const client = c.req.header("x-client-address") ?? "";
    const ofClient = connectionsOf.get(client) ?? 0;
    if (connections >= maxConnections.all || ofClient >= maxConnections.perClient)
      throw new Refused("too_many_requests", "Too many connections follow changes; try again in 10 s.", { retryAfterSeconds: 10 });
    connections++;
    connectionsOf.set(client, ofClient + 1);
    return streamSSE(c, async (stream) => {
      // Who reads slowly is told once of each topic that changed meanwhile: what waits for a reader has a bound.
      const waiting = new Set<string>();
      let isWriting = false;
      const tell = (topic: string): void => {
        waiting.add(topic);
        if (isWriting) return;
        isWriting = true;
        void (async () => {
          try {
            for (const next of waiting) {
              waiting.delete(next);
              await stream.writeSSE({ event: "changed", data: next });
            }
          } finally {
            isWriting = false;
          }
        })().catch((error: unknown) => log.debug({ err: error }, "a follower of changes has gone"));
      };
      for (const topic of topics) followers.set(topic, (followers.get(topic) ?? new Set()).add(tell));
      const gone = new Promise<void>((resolve) => stream.onAbort(resolve));
      stream.onAbort(() => {
        connections--;
        const left = connectionsOf.get(client)! - 1;
        if (left > 0) connectionsOf.set(client, left);
        else connectionsOf.delete(client);
        for (const topic of topics) {
          followers.get(topic)?.delete(tell);
          if (followers.get(topic)?.size === 0) followers.delete(topic);
        }
      });
      await stream.writeSSE({ event: "open", data: "" });
      while (!stream.aborted) {
        await within(timers, keepAliveMs, gone);
        if (!stream.aborted) await stream.write(": \n\n");
      }
    });
  };
  return { changes, stop: () => listener.stop() };
}
