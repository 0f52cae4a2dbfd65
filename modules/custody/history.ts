import type { History } from "@pigeonhole/kit/histories/history";
import { sql } from "kysely";

/**
 * A parcel's chain of receipts leaves whole, as it was signed: whoever opens the archive verifies it as before. The digest of its last
 * link stays, so that the chain in a file can be compared with what stood here.
 */
export const custodyHistory: History = {
  module: "custody",
  tables: [
    { table: "custody.contradiction", shown: { as: "receipts" }, ofCases: (cases) => sql`t.parcel = any (${cases})` },
    {
      table: "custody.evidence",
      shown: { as: "receipts" },
      ofCases: (cases) => sql`t.digest in (select evidence from custody.hand_over where parcel = any (${cases}))`,
    },
    { table: "custody.hand_over", shown: { as: "receipts" }, ofCases: (cases) => sql`t.parcel = any (${cases})` },
    {
      table: "custody.early",
      shown: { no: "a fact that waits for the one before it" },
      ofCases: (cases) => sql`t.parcel = any (${cases})`,
    },
    { table: "custody.parcel", shown: { as: "receipts" }, ofCases: (cases) => sql`t.id = any (${cases})` },
  ],
  leaving: (cases) => [
    sql`set constraints custody.hand_over_evidence_fkey deferred`,
    sql`insert into custody.archived (parcel, number, digest)
      select distinct on (parcel) parcel, number, digest from custody.hand_over where parcel = any (${cases}) order by parcel, number desc
      on conflict do nothing`,
  ],
};
