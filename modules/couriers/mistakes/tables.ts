import type { Size } from "@pigeonhole/network/layout";
import type { ColumnType } from "kysely";
import type { problemOutcomes, ProblemReason, ProblemState, Proposal } from "./contract.ts";

export interface MistakeTables {
  "couriers.problem": {
    id: string;
    route: string;
    tenant: string;
    carrier: string;
    courier: string;
    parcel: string;
    number: string;
    station: string;
    compartment: number;
    size: Size;
    reason: ProblemReason;
    state: ProblemState;
    outcome: (typeof problemOutcomes)[number] | null;
    proposal: ColumnType<Proposal | null, string | null, string | null>;
    tries: number;
    next_at: Date;
    at: Date;
    changed_at: Date;
  };
}
