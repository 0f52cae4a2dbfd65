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
}
