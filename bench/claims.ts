import { randomUUID } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { connect, type Db } from "@pigeonhole/kit/db";
import { systemNewId } from "@pigeonhole/kit/ids";
import { migrate } from "@pigeonhole/kit/migrate";
import { startPostgres } from "@pigeonhole/kit/postgres";
import { freePort } from "@pigeonhole/kit/testing";
import { sizes } from "@pigeonhole/network/layout";
import { standardLayout, standardShares } from "@pigeonhole/network/standard-layout";
import { needOf } from "@pigeonhole/reservations/domain";
import { reservationsMigrations } from "@pigeonhole/reservations/migrations";
import { claim } from "@pigeonhole/reservations/queries/claim";
import { cancel } from "@pigeonhole/reservations/queries/end";
import * as stations from "@pigeonhole/reservations/queries/station";
import type { Tables } from "@pigeonhole/reservations/tables";
import { CompiledQuery, sql } from "kysely";

/**
 * How many people want a compartment of the one station at once; how many cancel meanwhile, each so many orders at a time; how many doors
 * it has; how many stations of the same kind stand beside it, where nobody comes.
 */
const setup = { clients: 64, cancelling: 4, together: 16, doors: 150, quietStations: 200 } as const;
/** The lengths of the run's parts. Milliseconds. */
const spans = { warmUp: 2_000, claims: 10_000, yardstick: 3_000 } as const;
/** What the clients want, in the shares of a standard station's doors. */
const wanted = sizes.flatMap((size) => Array.from({ length: standardShares[size] / 5 }, () => size));
const holdMs = 15 * 60_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const quantile = (values: readonly number[], q: number): number => values.toSorted((a, b) => a - b)[Math.floor(values.length * q)] ?? 0;
const together = (count: number, one: (client: number) => Promise<void>): Promise<void[]> =>
  Promise.all(Array.from({ length: count }, (_, i) => one(i)));

/**
 * Claims on one hot station of 150 doors through the statement of the shipped route (`reservations.hold`: idempotency row, compartment,
 * reservation, outbox row), on a PostgreSQL with its safe defaults, on disk. Other clients cancel the oldest claims meanwhile through the
 * statement of the shipped route, outbox rows included; only successful claims are counted.
 * The yardstick is the smallest durable transaction that writes two rows, one statement, same clients, same driver, before and after.
 */
export async function claims(): Promise<object> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-bench-"));
  chmodSync(folder, 0o711); // where user namespaces are forbidden, the server is somebody else
  const server = await startPostgres({ data: path.join(folder, "pg"), port: await freePort() });
  try {
    await migrate(server.url, [reservationsMigrations]);
    const db = connect<Tables>(server.url, { connections: setup.clients + setup.cancelling });
    for (let i = 0; i < setup.quietStations; i++) await newStation(db);
    const station = await newStation(db);
    await sql`create table public.yard_a (id uuid primary key, word text)`.execute(db);
    await sql`create table public.yard_b (id uuid primary key, word text)`.execute(db);
    const settings = await sql<{
      name: string;
      setting: string;
    }>`select name, setting from pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes') order by name`.execute(db);
    console.log(settings.rows.map(({ name, setting }) => `${name}=${setting}`).join(" "));
    await yardstick(db, spans.warmUp / 2);
    await contend(db, station, spans.warmUp);
    // What autovacuum does within a minute wherever the product runs: the planner knows how large the tables are.
    await sql`analyze`.execute(db);
    const before = await yardstick(db, spans.yardstick);
    const measured = await contend(db, station, spans.claims);
    const yard = (before + (await yardstick(db, spans.yardstick))) / 2;
    const duplicates = await countDuplicates(db);
    await db.destroy();
    const { claimsPerSecond, p50Ms, p99Ms, refused, cancelled } = measured;
    console.log(
      `${setup.clients} clients, ${setup.doors} doors: ${claimsPerSecond} claims/s (p50 ${p50Ms} ms), ${cancelled} cancelled, ${refused} times nothing free`,
    );
    return { claimsPerSecond, p99Ms, yardstick: Math.round(yard), ratio: Math.round((claimsPerSecond / yard) * 1_000) / 1_000, duplicates };
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function newStation(db: Db<Tables>): Promise<string> {
  const station = randomUUID();
  await db.transaction().execute(async (tx) => {
    await stations.apply(tx, {
      station,
      name: "Station",
      address: null,
      lat: 59.4,
      lon: 24.7,
      country: "EE",
      timeZone: "Europe/Tallinn",
      openingHours: null,
      stepFree: true,
      status: "active",
      suspendedFor: null,
      supportPhone: null,
      layout: standardLayout(setup.doors),
      walkUp: [],
      maintenance: [],
    });
    await stations.setConnected(tx, station, true);
  });
  return station;
}

/** Durable transactions of two rows per second. */
async function yardstick(db: Db<Tables>, ms: number): Promise<number> {
  const statement =
    "/* prepared: bench.yardstick */ with a as (insert into public.yard_a values ($1, $2)) insert into public.yard_b values ($1, $2)";
  const stopAt = performance.now() + ms;
  let done = 0;
  await together(setup.clients, async () => {
    while (performance.now() < stopAt) {
      await db.executeQuery(CompiledQuery.raw(statement, [systemNewId(), "two rows"]));
      done++;
    }
  });
  return (done / ms) * 1_000;
}

async function contend(db: Db<Tables>, station: string, ms: number) {
  const stopAt = performance.now() + ms;
  const owner = `shop:${station}`;
  const held: string[] = [];
  const tookMs: number[] = [];
  let [refused, cancelled] = [0, 0];
  const claiming = together(setup.clients, async (n) => {
    const need = needOf({ size: wanted[n % wanted.length]! });
    while (performance.now() < stopAt) {
      const [at, begun] = [new Date(), performance.now()];
      const wish = {
        id: systemNewId(),
        station,
        need,
        owner,
        orderId: `order ${tookMs.length}`,
        expiresAt: new Date(at.getTime() + holdMs),
      };
      const answer = await claim(db, wish, { client: owner, key: wish.id, fingerprint: "0".repeat(64), at });
      if (answer) {
        tookMs.push(performance.now() - begun);
        held.push(wish.id);
      } else {
        refused++;
        await pause(2);
      }
    }
  });
  const cancelling = together(setup.cancelling, async () => {
    while (performance.now() < stopAt) {
      const oldest = held.splice(0, setup.together);
      if (oldest.length === 0) await pause(1);
      else {
        const { length } = await cancel(db, new Date(), owner, oldest);
        cancelled += length;
      }
    }
  });
  await Promise.all([claiming, cancelling]);
  while (held.length > 0) await cancel(db, new Date(), owner, held.splice(0, setup.together));
  return {
    claimsPerSecond: Math.round((tookMs.length / ms) * 1_000),
    p50Ms: Math.round(quantile(tookMs, 0.5) * 10) / 10,
    p99Ms: Math.round(quantile(tookMs, 0.99) * 10) / 10,
    refused,
    cancelled,
  };
}

/**
 * Claims that began before the one before them on the same compartment had ended. Facts about one compartment are numbered while its row
 * is locked, so their numbers are their order.
 */
async function countDuplicates(db: Db<Tables>): Promise<number> {
  const { rows } = await sql<{ duplicates: number; facts: number }>`
    select count(*) filter (where type = 'reservations.held' and before = 'reservations.held') as duplicates, count(*) as facts
    from (select type, lag(type) over (partition by payload ->> 'station', payload ->> 'compartment' order by seq) as before from kit.outbox) as ordered`.execute(
    db,
  );
  if (rows[0]!.facts === 0) throw new Error("no facts were found: nothing was checked");
  return rows[0]!.duplicates;
}
