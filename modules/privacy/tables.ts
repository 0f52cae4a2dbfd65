import type { HeldIds, Until } from "@pigeonhole/kit/histories/rows";
import type { ColumnType } from "kysely";
import type { ArchiveKind, ArchiveState } from "./archive/contract.ts";
import type { Erasure } from "./contract.ts";

export interface Tables {
  "privacy.erasure": {
    id: string;
    subject: string;
    state: Erasure["state"];
    asked_by: string;
    reason: string;
    asked_at: Date;
    due_at: Date;
    next_at: Date;
    waits_for: Erasure["waitsFor"];
    ended_at: Date | null;
  };
  "privacy.hold": {
    id: string;
    subject: string | null;
    parcel: string | null;
    reason: string;
    placed_by: string;
    placed_at: Date;
    released_by: string | null;
    released_at: Date | null;
  };
  "privacy.archive": {
    id: string;
    kind: ArchiveKind;
    state: ArchiveState;
    /** Rows leave by age up to here, and this was held when that was decided. */
    plan: ColumnType<Plan, string, string>;
    made_at: Date;
    sha256: string | null;
    bytes: number | null;
    rows: number | null;
    parcels: number;
    ended_at: Date | null;
  };
  "privacy.archived": { parcel: string; subject: string | null; archive: string };
}
export interface Plan {
  readonly until?: Until;
  readonly held?: HeldIds;
}
