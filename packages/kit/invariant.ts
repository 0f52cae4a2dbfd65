import { sql, type RawBuilder } from "kysely";
import { keyed } from "./jobs.ts";

/** What one look goes over. */
export interface Look {
  readonly now: Date;
  /** Of what only grows (logs, messages, commands) what came since then; the rest has been looked at before. */
  readonly since: Date;
}

/** One way in which it does not hold: `what` names the rows, so that a person finds them. */
export interface Breach {
  readonly what: string;
}

/** Something that rows can show to be otherwise. The same list is looked at in production and in the simulator. */
export interface Invariant {
  /** As the catalogue of promises numbers it, e.g. `I-01`. */
  readonly id: `I-${number}`;
  /** What holds, as a sentence that goes on with "but" when it does not. */
  readonly says: string;
  /** So long it may look otherwise while facts are on their way between modules. Seconds. */
  readonly settleSeconds: number;
  /** What has happened once cannot be mended by waiting: a person says that it has been looked into. */
  readonly isLasting?: true;
  /** It says that something comes about in time, not that something never happens: while a machine is down, and for a while after, it may be otherwise. */
  readonly isLiveness?: true;
  /** The rows that are otherwise. */
  readonly breaches: (look: Look) => RawBuilder<Breach>;
}

/** A module further behind in the log of facts than this is told about. Seconds. */
const behindSeconds = 300;

/** What kit promises to every module. */
export const kitInvariants: readonly Invariant[] = [
  {
    id: "I-74",
    says: "every module keeps up with the log of facts",
    settleSeconds: 0,
    isLiveness: true,
    breaches: ({ now }) => sql`
      select c.name || ' has not read fact ' || next.seq || ' of ' || next.occurred_at as what
      from kit.consumer c
      cross join lateral (select seq, occurred_at from kit.outbox where (txid, seq) > (c.txid, c.seq) order by txid, seq limit 1) next
      where next.occurred_at < ${now}::timestamptz - make_interval(secs => ${behindSeconds})`,
  },
  {
    id: "I-74",
    says: "no job is given up or late",
    settleSeconds: 0,
    isLiveness: true,
    breaches: ({ now }) => sql`
      select t.identifier || ' ' || j.id || ': ' || j.attempts || ' attempts ' || coalesce(j.last_error, '') as what
      from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
      where (j.attempts >= j.max_attempts and not (j.key is null and coalesce(j.flags ? ${keyed}, false))) or (j.locked_at is null and j.run_at < ${now}::timestamptz - make_interval(secs => ${behindSeconds}))`,
  },
  {
    id: "I-60",
    says: "no fact is given up",
    settleSeconds: 0,
    isLiveness: true,
    breaches: () => sql`
      select d.consumer || ' could not apply ' || o.type || ' ' || d.seq || ': ' || coalesce(d.error, '') as what
      from kit.delivery d join kit.outbox o using (seq) where d.state = 'dead'`,
  },
];
