import type { Invariant } from "@pigeonhole/kit/invariant";
import { sql } from "kysely";

/** What holds of the trail; `audit verify` computes the whole chain anew. */
export const auditInvariants: readonly Invariant[] = [
  {
    id: "I-68",
    says: "each entry of the trail follows the one before it",
    settleSeconds: 0,
    isLasting: true,
    breaches: ({ since }) => sql`
      select 'entry ' || seq || ' does not' as what
      from (select seq, previous, lag(hash) over (order by seq) as before, lag(seq) over (order by seq) as last from audit.entry
            where recorded_at > ${since}) fresh
      where before is not null and (previous <> before or seq <> last + 1)`,
  },
  {
    id: "I-68",
    says: "the trail ends where its head says",
    settleSeconds: 0,
    breaches: () => sql`
      select 'the head is ' || h.seq || ', the last entry ' || coalesce(e.seq::text, 'missing') as what
      from audit.head h left join lateral (select seq, hash from audit.entry order by seq desc limit 1) e on true
      where (h.seq, h.hash) is distinct from (coalesce(e.seq, 0), coalesce(e.hash, repeat('0', 64)))`,
  },
];
