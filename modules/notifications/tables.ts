import type { Generated } from "kysely";
import type { TemplateName } from "./contract.ts";
import type { Channel } from "./domain.ts";

export interface Tables {
  "notifications.notice": {
    id: string;
    event: string;
    template: Exclude<TemplateName, "sign_in_code">;
    parcel: string | null;
    generation: number | null;
    station: string | null;
    former: string | null;
    sealed_recipient: string | null;
    sealed_details: string | null;
    happened_at: Date;
    attempts: Generated<number>;
    next_at: Date;
    ended_at: Date | null;
    error: string | null;
  };
  "notifications.message": {
    id: string;
    event: string;
    template: TemplateName;
    channel: Channel;
    state: "waiting" | "sent" | "failed";
    parcel: string | null;
    generation: number | null;
    language: string;
    sealed_to: string;
    to_hash: string;
    sealed_needs: string | null;
    sealed_content: string | null;
    created_at: Date;
    attempts: Generated<number>;
    next_at: Date;
    sent_at: Date | null;
    error: string | null;
  };
  "notifications.push_subscription": { endpoint_hash: string; customer: string; to_hash: string; sealed: string; created_at: Date };
}
