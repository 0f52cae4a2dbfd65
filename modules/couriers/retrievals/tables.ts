import type { RetrievalProblem, RetrievalReason, RetrievalState } from "./contract.ts";

export interface RetrievalTables {
  "couriers.retrieval": {
    id: string;
    parcel: string;
    number: string;
    reservation: string | null;
    owner: string;
    carrier: string | null;
    station: string;
    compartment: number;
    reason: RetrievalReason;
    state: RetrievalState;
    route: string | null;
    attempt: string | null;
    problem: RetrievalProblem | null;
    needed_at: Date;
    moved_at: Date;
    ended_at: Date | null;
  };
  "couriers.attempt": {
    id: string;
    retrieval: string;
    route: string;
    courier: string;
    outcome: "pending" | "opened" | "refused" | "unknown" | "unreachable";
    reason: string | null;
    command: string | null;
    opened_epoch: number | null;
    opened_seq: number | null;
    is_closed: boolean;
    key: string | null;
    fingerprint: string | null;
    at: Date;
  };
}
