import { sql } from "kysely";
import type { History } from "./history.ts";

/**
 * Facts leave by age when every consumer has passed them and none has parked them. `caseField` and `personField`: what in a payload names a
 * case, and a person. A consumer that is new later begins with the oldest fact that is left.
 */
export const outboxHistory = (caseField: string, personField: string): History => ({
  module: "kit",
  tables: [
    {
      table: "kit.outbox",
      shown: { no: "how modules told each other what stands elsewhere" },
      byAge: {
        at: sql`t.occurred_at`,
        where: ({ cases, persons }) => sql`not exists (select from kit.consumer c where (c.txid, c.seq) < (t.txid, t.seq))
          and not exists (select from kit.delivery d where d.seq = t.seq)
          and coalesce(t.payload ->> ${caseField}::text, '') <> all (${cases}::text[])
          and coalesce(t.payload ->> ${personField}::text, '') <> all (${persons}::text[])`,
      },
    },
  ],
  // Whoever could not apply a fact about it yet still needs it.
  busy: (cases) => sql`select o.payload ->> ${caseField}::text as id from kit.delivery d join kit.outbox o using (seq)
    where o.payload ->> ${caseField}::text = any (${cases}::text[])`,
});
