import { invariants } from "@pigeonhole/server/invariants";
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from "kysely";
import type { Invariant } from "@pigeonhole/kit/invariant";
import { history } from "./history.ts";

/** Logs are looked at again so far back before the last look, as in an installation. Milliseconds. */
const overlapMs = 10 * 60_000;
/** Of one invariant no more are told. */
const toldAtMost = 5;

/** Words for statements: nothing is asked through it. */
const writing = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

/** What holds between any two transactions, whatever is down at the moment. */
const always = invariants.filter(({ settleSeconds, isLiveness }) => settleSeconds === 0 && isLiveness !== true);
/** What holds when everything has been well for a while. */
const inTheEnd: readonly Invariant[] = [...invariants, ...history];

type Look = <T>(text: string, values: readonly unknown[]) => Promise<readonly T[]>;

/** The list that a running installation looks at (I-75), here after a few minutes of every world, in one statement. */
export function listed(look: Look, breach: (invariant: Invariant, what: string) => void) {
  let lastMs = 0;
  async function at(list: readonly Invariant[], now: Date): Promise<void> {
    const since = new Date(Math.max(0, lastMs - overlapMs));
    const parts = list.map(
      (invariant, n) =>
        sql`(select ${sql.raw(String(n))} as n, what from (${invariant.breaches({ now, since })}) as breach order by what limit ${sql.raw(String(toldAtMost))})`,
    );
    const { sql: text, parameters } = sql`${sql.join(parts, sql` union all `)}`.compile(writing);
    for (const { n, what } of await look<{ n: number; what: string }>(text, parameters)) breach(list[n]!, what);
    lastMs = now.getTime();
  }
  return {
    whileBroken: (now: Date) => at(always, now),
    atTheEnd(now: Date): Promise<void> {
      lastMs = 0;
      return at(inTheEnd, now);
    },
    counts: { always: always.length, inTheEnd: inTheEnd.length },
  };
}
