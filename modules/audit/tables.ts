import type { ColumnType } from "kysely";

export interface Tables {
  "audit.entry": {
    seq: number;
    at: Date;
    recorded_at: Date;
    station: string | null;
    compartment: number | null;
    actor: string;
    action: string;
    result: string;
    detail: ColumnType<Record<string, unknown>, string, never>;
    previous: string;
    hash: string;
  };
  "audit.head": { id: number; seq: number; hash: string };
}
