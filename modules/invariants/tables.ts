import type { Generated } from "kysely";

export interface Tables {
  "invariants.breach": {
    id: string;
    invariant: string;
    says: string;
    what: string;
    seen_at: Date;
    told_at: Date | null;
    ended_at: Date | null;
    ended_by: string | null;
    note: string | null;
  };
  "invariants.look": { id: Generated<number>; began_at: Date; ended_at: Date; looked: number };
}
